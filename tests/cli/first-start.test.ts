import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openVision, type VisionSettings } from '../../src/cli/setup/vision-setup.js';
import { SilentServer } from '../support/file-server.js';
import { facePhoto } from '../support/sample-photos.js';
import { EmochatProcess } from '../support/server.js';
import { testMirrorUrl } from '../support/test-models.js';

let modelsDir: string;
let silent: SilentServer;
let said: string;

beforeEach(async () => {
  modelsDir = await mkdtemp(join(tmpdir(), 'emochat-first-start-'));
  silent = await SilentServer.start();
  said = '';
});

afterEach(async () => {
  vi.restoreAllMocks();
  await silent.close();
  await rm(modelsDir, { recursive: true, force: true });
});

/** What a command sees of the photo of a face, by what, and with which files; stderr goes to `said`. */
async function look(settings: Partial<VisionSettings>) {
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
  const vision = await openVision({ modelsDir, firstByte: 300, lanes: 1, ...settings });
  try {
    const { faces } = await vision.analyzeEncoded(await readFile(facePhoto));
    const files = vision.files.map(({ kind }) => kind);
    return { landmarks: vision.landmarks, files, points: faces.map(({ landmarks }) => landmarks.length) };
  } finally {
    await vision.close();
  }
}

describe('a command on a machine', () => {
  test('that the network does not reach finds landmarks by the model that comes with the project', async () => {
    const seen = await look({ modelsUrl: silent.url });
    expect(seen).toEqual({ landmarks: 'alone', files: ['cascade', 'refiner'], points: [136] });
    expect(said).toContain('EmoChat goes on with its own landmarks');
  });

  test('that the network reaches refines what lbfmodel.yaml gives, or leaves it plain', async () => {
    const refined = await look({ modelsUrl: testMirrorUrl });
    expect(refined).toEqual({
      landmarks: 'refined',
      files: ['cascade', 'facemark', 'refiner'],
      points: [136],
    });
    const plain = await look({ modelsUrl: testMirrorUrl, landmarks: 'plain' });
    expect(plain).toEqual({ landmarks: 'plain', files: ['cascade', 'facemark'], points: [136] });
  });

  test('without lbfmodel.yaml refuses plain landmarks, and says what to do', async () => {
    const opened = look({ offline: true, landmarks: 'plain' });
    await expect(opened).rejects.toMatchObject({ code: 'PLAIN_NEEDS_FACEMARK' });
    await expect(opened).rejects.toThrow(/need lbfmodel\.yaml.*EMOCHAT_MODELS_URL.*--landmarks plain/);
  });

  test('whose lbfmodel.yaml is damaged says so and goes on', async () => {
    await writeFile(join(modelsDir, 'lbfmodel.yaml'), '%YAML:1.0\n---\n');
    const { landmarks } = await look({ offline: true });
    expect(landmarks).toBe('alone');
    expect(said).toMatch(/WARNING: Invalid model file.*goes on with its own landmarks/);
  });

  test("with a damaged facemark of the user's own refuses it", async () => {
    const facemark = join(modelsDir, 'mine.yaml');
    await writeFile(facemark, '%YAML:1.0\n---\n');
    await expect(look({ offline: true, facemark })).rejects.toMatchObject({ code: 'MODEL_FILE_INVALID' });
  });
});

describe('emochat serve without a network', () => {
  test('serves, says what finds the landmarks, and does not ask again at the next start', async () => {
    const env = {
      EMOCHAT_MODELS_DIR: modelsDir,
      EMOCHAT_MODELS_URL: silent.url,
      EMOCHAT_FIRST_BYTE_MS: '300',
    };
    for (const start of ['first', 'second']) {
      const emochat = await EmochatProcess.run(['serve', '--port', '0'], env);
      try {
        const url = await emochat.address();
        const model = (await (await fetch(`${url}model`)).json()) as Record<string, unknown>;
        expect(model).toMatchObject({
          landmarks: 'alone',
          files: [
            { kind: 'cascade', name: 'haarcascade_frontalface_default.xml' },
            { kind: 'refiner', name: 'face-refiner.emolm' },
          ],
        });
        const body = new Uint8Array(await readFile(facePhoto));
        const headers = { 'content-type': 'image/jpeg' };
        const answer = await fetch(`${url}predict`, { method: 'POST', headers, body });
        expect(await answer.json()).toMatchObject({ emotion: 'HAPPY', sure: true });
        await vi.waitFor(() => expect(emochat.stderr).toContain('Landmarks: alone (face-refiner.emolm)'));
        expect(emochat.stderr.includes('0.3 s without a first byte')).toBe(start === 'first');
      } finally {
        emochat.child.kill('SIGKILL');
      }
    }
  });

  test('asks nobody with --offline', async () => {
    const env = { EMOCHAT_MODELS_DIR: modelsDir, EMOCHAT_MODELS_URL: silent.url };
    const emochat = await EmochatProcess.run(['serve', '--port', '0', '--offline'], env);
    await emochat.address();
    emochat.child.kill('SIGKILL');
    expect(silent.connections).toBe(0);
  });
});
