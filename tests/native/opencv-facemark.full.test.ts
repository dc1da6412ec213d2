import { beforeAll, expect, test } from 'vitest';
import { ownRefinerFile, Vision } from '../../src/vision/vision.js';
import { comparisonTimeout, exhaustive, inParts, Progress } from '../support/amount.js';
import { ClipFrames } from '../support/clips.js';
import {
  facesDir,
  labelledPhotos,
  referenceDir,
  referenceFrames,
  sharedCascade,
  sharedFacemark,
} from '../support/datasets.js';
import { compareFaces, compareFitters, opencvFaces } from '../support/facemark-comparison.js';
import { describeWith } from '../support/requirements.js';
import { copyOfFacemark } from '../support/test-models.js';
import { buildYardstick } from '../support/yardstick.js';

describeWith(
  'The fitter on every instruction set, over the data sets,',
  [referenceDir, sharedFacemark],
  () => {
    let program: string;
    beforeAll(async () => void (program = await buildYardstick('compare_facemarks', ['face', 'imgcodecs'])));

    test(
      "gives OpenCV's landmarks on the faces of the reference pictures",
      { timeout: comparisonTimeout },
      async () => {
        const facemark = await copyOfFacemark(sharedFacemark);
        const faces = referenceFrames().flatMap(({ file, boxes }) => [file, ...boxes.map(String)]);
        const result = await compareFitters(program, [facemark, ownRefinerFile, ...faces]);
        expect(result.different).toEqual([]);
        expect(result.faces).toBeGreaterThan(250);
        expect(result.targets.length).toBeGreaterThan(1);
      },
    );

    test(
      'gives the same as a plain evaluation with models, pictures and boxes of every size',
      { timeout: comparisonTimeout },
      async () => {
        const models = exhaustive ? 400 : 40;
        const result = await compareFitters(program, ['--made', String(models)]);
        expect(result.different).toEqual([]);
        expect(result.models).toBe(models);
        expect(result.faces).toBe(40 * models);
      },
    );
  },
);

describeWith(
  "OpenCV's own FacemarkLBF, over the data sets,",
  [referenceDir, facesDir, sharedFacemark],
  () => {
    let program: string;
    let models: { cascade: string; facemark: string };
    beforeAll(async () => {
      program = await buildYardstick('fit_with_opencv', ['face', 'imgcodecs']);
      models = { cascade: sharedCascade, facemark: await copyOfFacemark(sharedFacemark) };
    });

    test('is matched within 0.01 px on every face', { timeout: comparisonTimeout }, async () => {
      const reference = referenceFrames().map(({ file }) => file);
      const clips = exhaustive ? new ClipFrames() : undefined;
      const vision = await Vision.open({
        cascadeFile: models.cascade,
        facemarkFile: models.facemark,
        queueLimit: 1000,
      });
      try {
        const all = exhaustive ? [...labelledPhotos(), ...(clips?.files ?? [])] : [];
        const files = [...new Set([...reference, ...all])];
        const progress = new Progress('landmarks', files.length);
        const farther: string[] = [];
        let faces = 0;
        let farthest = 0;
        for (const part of inParts(files, 300)) {
          const theirs = await opencvFaces(program, models, part);
          const found = await Promise.all(part.map((file, i) => compareFaces(vision, file, theirs[i] ?? [])));
          for (const [i, one] of found.entries()) {
            faces += one.faces;
            farthest = Math.max(farthest, one.farthest);
            if (!(one.farthest < 0.01)) farther.push(`${part[i] ?? ''}: ${one.farthest} px`);
          }
          progress.add(part.length, `${faces} faces, at most ${farthest.toFixed(6)} px apart`);
        }
        expect(farther).toEqual([]);
        expect(faces).toBeGreaterThan(exhaustive ? 5000 : 250);
      } finally {
        clips?.remove();
        await vision.close();
      }
    });
  },
);
