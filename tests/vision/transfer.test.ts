import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openResponse } from '../../src/vision/model-files/transfer/transfer.js';
import { FileServer, stallAfter } from '../support/file-server.js';

const patient = { retries: 0, firstDelayMs: 1, maxDelayMs: 1, stallMs: 60_000 };

let files: FileServer;
let collecting: NodeJS.Timeout;

beforeAll(async () => {
  files = await FileServer.start({ model: Buffer.alloc(1000) });
  setFlagsFromString('--expose-gc');
  collecting = setInterval(runInNewContext('gc') as () => void, 50);
});
afterAll(async () => {
  clearInterval(collecting);
  await files.close();
});

/** Reads a file whose server falls silent after three bytes. */
async function readStalled(options: Parameters<typeof openResponse>[2]): Promise<void> {
  files.next.push(stallAfter(3));
  const response = await openResponse(new URL(`${files.url}/model`), {}, options);
  for await (const piece of response.chunks()) expect(piece).toHaveLength(3);
}

test('silence ends a transfer while the garbage collector runs', async () => {
  await expect(readStalled({ timing: { ...patient, stallMs: 1000 } })).rejects.toThrow('1 s without data');
});

test('the caller ends a transfer while the garbage collector runs', async () => {
  const caller = new AbortController();
  setTimeout(() => caller.abort(new Error('enough')), 1000);
  await expect(readStalled({ timing: patient, signal: caller.signal })).rejects.toThrow('enough');
});
