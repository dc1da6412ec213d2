import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  ensureModelFile,
  fetchModelFiles,
  FirstByteLimit,
  modelFileIfReachable,
  type ModelSource,
} from '../../src/vision/model-files/model-files.js';
import { catalog } from '../../src/vision/model-files/catalog.js';
import { digestFile } from '../../src/vision/model-files/digest.js';
import { FileServer, SilentServer, stallAfter, status, sumsOf } from '../support/file-server.js';
import { canMount, mountMemory, remountReadOnly, unmount } from '../support/mounts.js';
import { describeWith } from '../support/requirements.js';

const facemarkName = catalog.facemark.name;
const cascadeName = catalog.cascade.name;
const facemark = randomBytes(40_000);
const files = { [facemarkName]: facemark, [cascadeName]: randomBytes(1000) };
const record = `${facemarkName}.failed-fetch`;

let folder: string;
let server: FileServer;
let silent: SilentServer;
let notices: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'emochat-first-start-'));
  server = await FileServer.start(files);
  silent = await SilentServer.start();
  notices = [];
});

afterEach(async () => {
  await Promise.all([server.close(), silent.close()]);
  await rm(folder, { recursive: true, force: true });
});

/** A start that waits a fifth of a second for a first byte; the rest of its patience is that of every transfer. */
function start(changes: Partial<ModelSource> = {}): ModelSource {
  return {
    modelsDir: folder,
    modelsUrl: server.url,
    firstByte: new FirstByteLimit(200),
    onNotice: ({ en }) => notices.push(en),
    ...changes,
  };
}

/** For starts that reach their server, however busy the machine is. */
const patient = () => ({ firstByte: new FirstByteLimit(60_000) });

function facemarkAt(modelsUrl: string, changes: Partial<ModelSource> = {}): Promise<string | undefined> {
  return modelFileIfReachable('facemark', start({ modelsUrl, ...changes }));
}

/** Dates the failure that is remembered `hours` back. */
async function failedBefore(hours: number): Promise<void> {
  const { from } = JSON.parse(await readFile(join(folder, record), 'utf8')) as { from: string };
  const at = new Date(Date.now() - hours * 3_600_000).toISOString();
  await writeFile(join(folder, record), JSON.stringify({ from, at }));
}

describe('a start on a machine whose network is silent', () => {
  test('goes on without the facemark, in one line that says how to fetch it later', async () => {
    expect(await facemarkAt(silent.url)).toBeUndefined();
    expect(notices).toHaveLength(1);
    expect(notices[0]).toContain('0.2 s without a first byte');
    expect(notices[0]).toContain('goes on with its own landmarks');
    expect(notices[0]).toContain('npx emochat models fetch');
    expect((await readdir(folder)).sort()).toEqual([record]);
  });

  test('goes on, too, when the sums come and the file does not, not even its first byte', async () => {
    server.next.push(stallAfter(0));
    expect(await facemarkAt(server.url)).toBeUndefined();
    expect(notices).toHaveLength(1);
  });

  test('goes on, too, after redirects to nowhere, answers without a body, and errors that come again and again', async () => {
    for (const behaviour of [
      status(302, { location: silent.url }),
      status(200),
      ...[status(503), status(503), status(503), status(503)],
    ]) {
      server.next.push(behaviour);
    }
    for (let n = 0; n < 3; n++) {
      await rm(join(folder, record), { force: true });
      expect(await facemarkAt(server.url)).toBeUndefined();
      expect(notices).toHaveLength(n + 1);
    }
  });

  test('waits once for two files', async () => {
    const firstByte = new FirstByteLimit(200);
    await ensureModelFile('cascade', start({ modelsUrl: silent.url, firstByte })).catch(() => undefined);
    expect(await facemarkAt(server.url, { firstByte })).toBeUndefined();
    expect(server.requests).toEqual([]);
  });

  test('waits as long as it takes once bytes have come', async () => {
    server.next.push(stallAfter(10_000));
    const path = await facemarkAt(server.url, { ...patient(), timing: { firstDelayMs: 5, stallMs: 400 } });
    expect((await readFile(path ?? '')).equals(facemark)).toBe(true);
    expect(notices).toEqual([expect.stringContaining('trying again')]);
  });
});

describe('the next start', () => {
  test('does not try again within a day', async () => {
    await facemarkAt(silent.url);
    await failedBefore(23);
    expect(await facemarkAt(silent.url)).toBeUndefined();
    expect(notices).toHaveLength(1);

    await failedBefore(25);
    await facemarkAt(silent.url);
    expect(notices).toHaveLength(2);
  });

  test('tries again when the clock was wrong, when the note is damaged, and at another address', async () => {
    await facemarkAt(silent.url);
    await failedBefore(-1000);
    await facemarkAt(silent.url);
    expect(notices).toHaveLength(2);

    await writeFile(join(folder, record), '{"from":');
    await facemarkAt(silent.url);
    expect(notices).toHaveLength(3);

    expect(await facemarkAt(server.url, patient())).toBe(join(folder, facemarkName));
    expect(await readdir(folder)).not.toContain(record);
  });

  test('has the file if it was asked for in the meantime: asking always tries', async () => {
    server.next.push(stallAfter(0));
    await facemarkAt(server.url);
    await fetchModelFiles(start({ firstByte: undefined }), false);
    expect(await facemarkAt(server.url)).toBe(join(folder, facemarkName));
    expect(await readdir(folder)).not.toContain(record);
  });
});

describe('a start', () => {
  test('opens no connection with --offline, and takes what a folder on this machine has', async () => {
    expect(await facemarkAt(silent.url, { offline: true })).toBeUndefined();
    expect(silent.connections).toBe(0);
    expect(notices).toEqual([]);
    const mirror = join(folder, 'mirror');
    await mkdir(mirror);
    await writeFile(join(mirror, facemarkName), facemark);
    await writeFile(join(mirror, 'SHA256SUMS'), sumsOf(files));
    expect(await facemarkAt(pathToFileURL(mirror).href, { offline: true })).toBe(join(folder, facemarkName));
  });

  test('says that a file has the wrong digest, goes on, and does not fetch it again the same day', async () => {
    await server.close();
    server = await FileServer.start({ [facemarkName]: randomBytes(1000) }, sumsOf(files));
    expect(await facemarkAt(server.url, patient())).toBeUndefined();
    expect(notices.at(-1)).toMatch(/is not the file it should be.*goes on with its own landmarks/);
    const requests = server.requests.length;
    await facemarkAt(server.url);
    expect(server.requests.length).toBe(requests);
  });

  test('warns of an unknown file that it cannot replace, every time, but waits once', async () => {
    await writeFile(join(folder, facemarkName), 'my own');
    expect(await facemarkAt(silent.url)).toBe(join(folder, facemarkName));
    expect(await facemarkAt(silent.url)).toBe(join(folder, facemarkName));
    expect(notices).toEqual([
      expect.stringContaining('UNVERIFIED'),
      expect.stringMatching(/UNVERIFIED.*24 hours/),
    ]);
  });

  test('refuses an address that is none before it looks at anything', async () => {
    await expect(facemarkAt('../models')).rejects.toMatchObject({ code: 'MODELS_URL_INVALID', exitCode: 2 });
  });

  test('goes on where the models folder cannot be one', async () => {
    await writeFile(join(folder, 'occupied'), '');
    expect(await facemarkAt(server.url, { modelsDir: join(folder, 'occupied') })).toBeUndefined();
    expect(notices.at(-1)).toContain('cannot be read or written');
    expect(server.requests).toEqual([]);
  });
});

describe.skipIf(!canMount)('a start on a small disk (needs the right to mount one)', () => {
  let small: string;

  beforeEach(async () => {
    small = join(folder, 'small');
    await mkdir(small);
    mountMemory(small, 16 * 1024);
  });

  afterEach(() => unmount(small));

  test('says that it is full, and goes on', async () => {
    expect(await facemarkAt(server.url, { ...patient(), modelsDir: small })).toBeUndefined();
    expect(notices.at(-1)).toMatch(/is full.*goes on with its own landmarks/);
  });

  test('asks nobody where the folder can only be read', async () => {
    remountReadOnly(small);
    expect(await facemarkAt(server.url, { modelsDir: small })).toBeUndefined();
    expect(server.requests).toEqual([]);
  });
});

describeWith("OpenCV's data package", [catalog.cascade.systemCopies[0] ?? ''], () => {
  test('gives the cascade when a mirror is silent, and when nothing may be fetched', async () => {
    for (const changes of [{ modelsUrl: silent.url }, { modelsUrl: undefined, offline: true }]) {
      const file = await ensureModelFile('cascade', start(changes));
      expect(await digestFile(file)).toMatchObject({ sha256: catalog.cascade.pin.hex });
      await rm(file);
    }
  });
});
