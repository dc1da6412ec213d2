import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runEmochat, type AnalysedLine } from '../support/cli.js';
import { referenceFeatures } from '../support/real-rows.js';
import { addon } from '../support/addon.js';
import { describeWith } from '../support/requirements.js';
import { modelsDir, referenceFrames, type ReferenceFrame } from '../support/datasets.js';
import { projectRoot } from '../support/checkout.js';

function onlyFace({ faces }: AnalysedLine): AnalysedLine['faces'][number] | undefined {
  return faces.length === 1 ? faces[0] : undefined;
}

async function analyze(...args: string[]) {
  const env = {
    EMOCHAT_MODELS_DIR: modelsDir,
    EMOCHAT_MODEL: join(projectRoot, 'models/happy-sad.json'),
    EMOCHAT_LANDMARKS: 'plain',
  };
  const { code, stdout } = await runEmochat(['analyze', ...args], env);
  return {
    code,
    lines: stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as AnalysedLine),
  };
}

describeWith('emochat analyze --plain', [modelsDir, referenceFeatures, addon], () => {
  test('--json gives for each photo, in order, what the original gives, and an emotion for every face', async () => {
    const photos = referenceFrames()
      .filter(({ file }, i) => i % 20 === 0 || file.includes('many-0'))
      .slice(0, 18);
    const { code, lines } = await analyze('--json', '--plain', ...photos.map(({ file }) => file));
    expect(code).toBe(0);
    expect(lines.map(({ file }) => file)).toEqual(photos.map(({ file }) => file));
    lines.forEach((line, i) => compare(line, photos[i]));
    expect(lines.some(({ faces }) => faces.length > 1)).toBe(true);
  });

  function compare(line: AnalysedLine, photo: ReferenceFrame | undefined): void {
    expect([line.width, line.height]).toEqual([photo?.width, photo?.height]);
    // The original leaves the order of several faces to chance.
    expect(line.faces.map(({ box }) => box.join()).sort()).toEqual(
      photo?.boxes.map((box) => box.join()).sort(),
    );
    line.faces.forEach((face) => {
      const same = photo?.boxes.findIndex((box) => box.join() === face.box.join()) ?? -1;
      const points = face.landmarks
        .flat()
        .map((value, j) => Math.abs(value - (photo?.landmarks[same]?.flat()[j] ?? NaN)));
      expect(Math.max(...points)).toBeLessThan(0.05);
      expect(face.features).toHaveLength(136);
      const { HAPPY = NaN, SAD = NaN } = face.probabilities;
      expect(HAPPY + SAD).toBeCloseTo(1, 10);
      expect(face.emotion).toBe(SAD > HAPPY ? 'SAD' : 'HAPPY');
    });
    const features =
      onlyFace(line)?.features.map((value, j) => Math.abs(value - (photo?.features[j] ?? NaN))) ?? [];
    expect(Math.max(0, ...features)).toBeLessThan(1e-3);
  }
});
