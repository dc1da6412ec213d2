import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { facePhoto } from '../support/sample-photos.js';
import { reencode } from '../support/encoded-photos.js';
import { addon } from '../support/addon.js';
import { testModelFiles } from '../support/test-models.js';

/**
 * Runs a script in a Node process of its own, in which `engine` is an engine of one lane and `pictures` are encoded pictures
 * as buffers; gives what it prints on each of its streams.
 */
async function runScript(pictures: Buffer[], body: string): Promise<{ stdout: string; stderr: string }> {
  const { cascade, facemark } = await testModelFiles();
  const options = {
    cascadeFile: cascade,
    detector: 'simd',
    facemarkFile: `${facemark}.compact`,
    lanes: 1,
    queueLimit: 1e6,
    maxPixels: 25e6,
  };
  const texts = pictures.map((picture) => picture.toString('base64'));
  const script = `
    const pictures = JSON.parse(${JSON.stringify(JSON.stringify(texts))}).map((text) => Buffer.from(text, 'base64'));
    require(${JSON.stringify(addon)}).openEngine(${JSON.stringify(options)}).then(async (engine) => {${body}});`;
  return promisify(execFile)(process.execPath, ['--input-type=commonjs', '-e', script], { timeout: 300_000 });
}

describe('Decoding', () => {
  test('prints nothing, however damaged the pictures are', async () => {
    const pictures = (['mjpeg', 'png', 'libwebp'] as const).map((codec) =>
      reencode(facePhoto, codec, 'scale=48:48'),
    );
    const { stdout, stderr } = await runScript(
      pictures,
      `
      const outcomes = {};
      for (let i = 0; i < 600; i++) {
        const damaged = Buffer.from(pictures[i % pictures.length]);
        // Each time elsewhere, by steps that have no pattern in common with the files.
        for (let n = 0; n <= i % 5; n++) damaged[(i * 7919 + n * 104729) % damaged.length] ^= 1 + (i * 31 + n) % 255;
        const outcome = await engine.analyzeEncoded(damaged).then(() => 'taken', (error) => error.code);
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      }
      console.log(JSON.stringify(outcomes));`,
    );
    expect(stderr).toBe('');
    const outcomes = JSON.parse(stdout) as Record<string, number>;
    expect(outcomes['IMAGE_CORRUPT']).toBeGreaterThan(100);
    expect(outcomes['taken']).toBeGreaterThan(50);
  });
});
