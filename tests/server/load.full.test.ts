import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { emochatCli } from '../support/cli.js';
import { bystanderPhoto, flatPicture, manyFaces, singleFaces } from '../support/sample-photos.js';
import { EmochatProcess, forestFile, serverNeeds } from '../support/server.js';
import { describeWith } from '../support/requirements.js';

const frames = 1000;
const atOnce = 16;
const warmUp = 200;

/** V8 lets garbage pile up as long as there is room; with little room, what grows is what leaks. */
const smallHeap = { NODE_OPTIONS: '--max-old-space-size=64 --max-semi-space-size=2' };

/** Resident memory of a process in bytes. */
async function residentMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

const pictures = [...singleFaces, manyFaces, bystanderPhoto, flatPicture];

describeWith('The server under load', [...serverNeeds, emochatCli], () => {
  let emochat: EmochatProcess;
  let url: string;
  beforeAll(async () => {
    emochat = await EmochatProcess.run(['serve', '--port', '0', '--model', forestFile], smallHeap);
    url = await emochat.address();
  });
  afterAll(() => emochat.child.kill('SIGKILL'));

  /** Every other frame as the page sends it. */
  const answerTo = async (photo: Buffer, asJson: boolean): Promise<string> => {
    const response = await fetch(`${url}predict?landmarks=true&faces=all`, {
      method: 'POST',
      headers: { 'content-type': asJson ? 'application/json' : 'image/jpeg' },
      body: asJson
        ? JSON.stringify({ image: `data:image/jpeg;base64,${photo.toString('base64')}` })
        : new Uint8Array(photo),
    });
    return `${response.status} ${await response.text()}`;
  };

  test(`answers ${frames} frames, ${atOnce} at a time, as it answers each alone, in steady memory`, async () => {
    const photos = await Promise.all(pictures.map((file) => readFile(file)));
    const alone: string[] = [];
    for (const photo of photos) alone.push(await answerTo(photo, false));
    expect(new Set(alone).size).toBeGreaterThan(10);

    const pid = emochat.child.pid ?? 0;
    let next = 0;
    let warm = 0;
    const wrong: string[] = [];
    const client = async (): Promise<void> => {
      while (next < frames) {
        const i = next++;
        if (i === warmUp) warm = await residentMemory(pid);
        const photo = photos[i % photos.length];
        const answer = photo === undefined ? '' : await answerTo(photo, i % 2 === 0);
        if (answer !== alone[i % photos.length]) wrong.push(answer);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, client));
    const growth = (await residentMemory(pid)) - warm;
    expect(wrong).toEqual([]);
    expect(growth, `from ${warm} bytes after ${warmUp} frames`).toBeLessThan(16e6);
  });
});
