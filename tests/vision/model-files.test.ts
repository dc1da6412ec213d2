import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../src/common/user-error.js';
import {
  ensureModelFile,
  fetchModelFiles,
  listModelFiles,
  verifyModelFiles,
  type DownloadProgress,
  type ModelSource,
} from '../../src/vision/model-files/model-files.js';
import { catalog } from '../../src/vision/model-files/catalog.js';
import { digestFile } from '../../src/vision/model-files/digest.js';
import {
  breakAfter,
  chunked,
  FileServer,
  ignoreRange,
  stallAfter,
  status,
  sumsOf,
} from '../support/file-server.js';
import { canMount, mountMemory, remountReadOnly, unmount } from '../support/mounts.js';
import { cascadeFile, testMirrorUrl } from '../support/test-models.js';

const cascadeName = catalog.cascade.name;
const facemarkName = catalog.facemark.name;
const facemark = randomBytes(400_000);
const cascade = randomBytes(50_000);
const files = { [cascadeName]: cascade, [facemarkName]: facemark };

let folder: string;
let server: FileServer;
let notices: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'emochat-models-'));
  server = await FileServer.start(files);
  notices = [];
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** A source that tries fast; the mirror is the test's own server by default. */
function source(changes: Partial<ModelSource> = {}): ModelSource {
  return {
    modelsDir: folder,
    modelsUrl: server.url,
    onNotice: ({ en }) => notices.push(en),
    timing: { firstDelayMs: 5, maxDelayMs: 2000, stallMs: 1000 },
    ...changes,
  };
}

/** A source without a network: a port on which nobody listens. */
function deadSource(): ModelSource {
  return source({ modelsUrl: 'http://127.0.0.1:9' });
}

async function ensureBoth(of: ModelSource): Promise<{ cascade: string; facemark: string }> {
  const cascade = await ensureModelFile('cascade', of);
  return { cascade, facemark: await ensureModelFile('facemark', of) };
}

async function errorOf(work: Promise<unknown>): Promise<UserError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof UserError)) throw new Error('no UserError', { cause: error });
  return error;
}

async function fetched(): Promise<Buffer> {
  return readFile(join(folder, facemarkName));
}

async function leftovers(): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.part'));
}

/** Leaves the part of a transfer as a process with the number `pid` on `host` would. */
async function leavePart(
  bytes: Buffer,
  { host = hostname(), pid = deadPid(), age = 0 } = {},
): Promise<string> {
  const path = join(folder, `${facemarkName}.${host}-${pid}-0123abcd.part`);
  await writeFile(path, bytes);
  const modified = new Date(Date.now() - age * 1000);
  await utimes(path, modified, modified);
  return path;
}

function deadPid(): number {
  return Number(execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }));
}

describe('a fetch over an unreliable network', () => {
  test('brings both files and shows how far it is', async () => {
    const events: DownloadProgress[] = [];
    const paths = await ensureBoth(source({ onProgress: (event) => events.push(event) }));
    expect((await readFile(paths.cascade)).equals(cascade)).toBe(true);
    expect((await readFile(paths.facemark)).equals(facemark)).toBe(true);
    expect(events.at(-1)).toEqual({ name: facemarkName, received: 400_000, total: 400_000, done: true });
    expect(await leftovers()).toEqual([]);
  });

  test('goes on where the connection broke', async () => {
    server.next.push(breakAfter(100_000), breakAfter(150_000));
    await ensureModelFile('facemark', source());
    expect((await fetched()).equals(facemark)).toBe(true);
    const [whole, first = 0, second = 0] = server.ranges.map((range) => range?.match(/\d+/)?.[0]).map(Number);
    expect(whole).toBeNaN();
    // What has arrived but was not yet read when the connection broke is lost.
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThanOrEqual(100_000);
    expect(second).toBeGreaterThan(first);
    expect(second).toBeLessThanOrEqual(first + 150_000);
    expect(server.ranges).toHaveLength(3);
  });

  test('outlasts more breaks than it has retries, as long as bytes arrive', async () => {
    server.next.push(...Array.from({ length: 9 }, () => breakAfter(40_000)));
    await ensureModelFile('facemark', source({ timing: { firstDelayMs: 1, retries: 2 } }));
    expect((await fetched()).equals(facemark)).toBe(true);
  });

  test('gives up on a silent server and goes on with the next connection', async () => {
    server.next.push(stallAfter(100_000));
    await ensureModelFile('facemark', source({ timing: { firstDelayMs: 5, stallMs: 200 } }));
    expect((await fetched()).equals(facemark)).toBe(true);
    expect(server.ranges).toEqual([undefined, 'bytes=100000-']);
  });

  test('starts again with a server that cannot resume', async () => {
    server.next.push(breakAfter(100_000), ignoreRange);
    await ensureModelFile('facemark', source());
    expect((await fetched()).equals(facemark)).toBe(true);
  });

  test('starts again when the server sends another range than asked for', async () => {
    const wrongRange = status(206, { 'content-range': 'bytes 5-9/400000' });
    server.next.push(breakAfter(100_000), wrongRange);
    await ensureModelFile('facemark', source());
    expect((await fetched()).equals(facemark)).toBe(true);
    expect(server.ranges).toEqual([undefined, 'bytes=100000-', undefined]);
  });

  test('takes an answer of unknown length', async () => {
    server.next.push(chunked);
    await ensureModelFile('facemark', source());
    expect((await fetched()).equals(facemark)).toBe(true);
  });

  test('tries again after errors of the server, not after its refusals', async () => {
    server.next.push(status(500), status(503), status(429));
    await ensureModelFile('facemark', source());
    expect((await fetched()).equals(facemark)).toBe(true);

    await rm(join(folder, facemarkName));
    server.next.push(status(403));
    const before = server.ranges.length;
    expect((await errorOf(ensureModelFile('facemark', source()))).text.en).toContain('HTTP 403');
    expect(server.ranges.length).toBe(before + 1);
  });

  test('waits as long as the server asks', async () => {
    server.next.push(status(503, { 'retry-after': '1' }));
    const start = performance.now();
    await ensureModelFile('facemark', source());
    expect(performance.now() - start).toBeGreaterThanOrEqual(1000);
  });

  test('says how long the server wants to be left alone if that is too long to wait', async () => {
    server.next.push(status(503, { 'retry-after': '3600' }));
    const error = await errorOf(ensureModelFile('facemark', source()));
    expect(error.text.en).toContain('Retry-After 3600 s');
  });

  test('ends soon without a network, and says what to do', async () => {
    const start = performance.now();
    const error = await errorOf(ensureModelFile('facemark', source({ modelsUrl: 'http://127.0.0.1:9' })));
    expect(performance.now() - start).toBeLessThan(10_000);
    expect(error.text.es).toContain('SHA256SUMS');
    expect(await readdir(folder)).toEqual([]);
  });

  test('stops when it is told to, and keeps what it has for the next time', async () => {
    server.next.push(stallAfter(100_000));
    const controller = new AbortController();
    const onProgress = ({ received }: DownloadProgress): void => {
      if (received === 100_000) controller.abort();
    };
    await expect(
      ensureModelFile('facemark', source({ signal: controller.signal, onProgress })),
    ).rejects.toThrow(/abort/i);
    expect(await leftovers()).toHaveLength(1);
  });
});

describe('what an earlier process left', () => {
  test('is taken over and completed', async () => {
    await leavePart(facemark.subarray(0, 300_000));
    await ensureModelFile('facemark', source());
    expect((await fetched()).equals(facemark)).toBe(true);
    expect(server.ranges).toEqual(['bytes=300000-']);
    expect(await leftovers()).toEqual([]);
  });

  test('is taken over by a process with the same number, as in a container', async () => {
    await leavePart(facemark.subarray(0, 300_000), { pid: process.pid, age: 86_400 });
    await ensureModelFile('facemark', source());
    expect(server.ranges).toEqual(['bytes=300000-']);
  });

  test('is not fetched again if it is complete', async () => {
    await leavePart(facemark);
    await ensureModelFile('facemark', source());
    expect((await fetched()).equals(facemark)).toBe(true);
    expect(server.ranges).toEqual(['bytes=400000-']);
  });

  test('is thrown away if it turns out to be of another version', async () => {
    await leavePart(randomBytes(300_000));
    await ensureModelFile('facemark', source());
    expect((await fetched()).equals(facemark)).toBe(true);
    expect(server.ranges).toEqual(['bytes=300000-', undefined]);
  });

  test('is left alone while its process lives, here or elsewhere', async () => {
    const here = await leavePart(facemark.subarray(0, 1000), { pid: process.ppid });
    const elsewhere = await leavePart(facemark.subarray(0, 1000), { host: 'another-host', age: 30 });
    await ensureModelFile('facemark', source());
    expect(server.ranges).toEqual([undefined]);
    expect((await stat(here)).size).toBe(1000);
    expect((await stat(elsewhere)).size).toBe(1000);
  });

  test('is cleared away when it is long out of date', async () => {
    await leavePart(facemark.subarray(0, 1000), { host: 'another-host', age: 3600 });
    await leavePart(facemark.subarray(0, 2000));
    await ensureModelFile('facemark', source());
    expect(await leftovers()).toEqual([]);
  });
});

describe('a file that is not what it should be', () => {
  test('is refused after a second try from the start, and nothing is kept', async () => {
    await server.close();
    server = await FileServer.start({ [facemarkName]: randomBytes(1000) }, sumsOf(files));
    const error = await errorOf(ensureModelFile('facemark', source()));
    expect(error.code).toBe('MODEL_DIGEST_MISMATCH');
    expect(server.ranges).toEqual([undefined, undefined]);
    expect(await readdir(folder)).toEqual([]);
  });

  test('is refused at once if the server says that it would fill the disk', async () => {
    server.next.push(
      (_request, response) => void response.writeHead(200, { 'content-length': 3e8 }).write('x'),
    );
    const error = await errorOf(ensureModelFile('facemark', source()));
    expect(error.text.en).toContain('too large');
    expect(await readdir(folder)).toEqual([]);
  });

  test('is replaced, and kept under another name', async () => {
    await ensureModelFile('facemark', source());
    await writeFile(join(folder, facemarkName), 'my own');
    await ensureModelFile('facemark', source());
    expect((await fetched()).equals(facemark)).toBe(true);
    expect(await readFile(join(folder, `${facemarkName}.unverified`), 'utf8')).toBe('my own');

    await writeFile(join(folder, facemarkName), 'my second');
    await ensureModelFile('facemark', source());
    expect(await readFile(join(folder, `${facemarkName}.unverified`), 'utf8')).toBe('my own');
    expect(await readFile(join(folder, `${facemarkName}.unverified-2`), 'utf8')).toBe('my second');
  });

  test('is used, with a loud notice, if no other can be had', async () => {
    await writeFile(join(folder, facemarkName), 'my own');
    const path = await ensureModelFile('facemark', deadSource());
    expect(await readFile(path, 'utf8')).toBe('my own');
    expect(notices.at(-1)).toMatch(/WARNING: .* UNVERIFIED.* --facemark /);
  });
});

describe('a verified file', () => {
  test('needs neither the mirror nor a look at its bytes at the next start', async () => {
    await ensureBoth(source());
    const facemarkFile = join(folder, facemarkName);
    const { atimeNs } = await stat(facemarkFile, { bigint: true });
    const requests = server.requests.length;
    await ensureBoth(source());
    await ensureBoth({ modelsDir: folder });
    expect(server.requests.length).toBe(requests);
    // With relatime the first read after a write moves the access time.
    expect((await stat(facemarkFile, { bigint: true })).atimeNs).toBe(atimeNs);
  });

  test('stays good when it was only copied or touched', async () => {
    await ensureModelFile('facemark', source());
    await utimes(join(folder, facemarkName), new Date(), new Date());
    await ensureModelFile('facemark', deadSource());
    expect(notices).toEqual([]);
  });

  test('is found out when its bytes change', async () => {
    await ensureBoth(source());
    await writeFile(join(folder, facemarkName), facemark.subarray(1));
    expect((await listModelFiles(source())).map(({ state }) => state)).toEqual(['ok', 'broken']);
    expect((await verifyModelFiles(source())).map(({ state }) => state)).toEqual(['ok', 'broken']);
  });

  test('is taken for verified from the mirror although somebody else put it there', async () => {
    await writeFile(join(folder, facemarkName), facemark);
    await ensureModelFile('facemark', source());
    expect(server.ranges).toEqual([]);
    expect((await listModelFiles(source()))[1]).toMatchObject({ state: 'ok', size: 400_000 });
  });

  test('stays when the mirror is away, and is replaced when the mirror has another version', async () => {
    await fetchModelFiles(source(), false);
    await fetchModelFiles(deadSource(), false);
    expect((await fetched()).equals(facemark)).toBe(true);

    await server.close();
    const newer = randomBytes(1000);
    server = await FileServer.start({ ...files, [facemarkName]: newer });
    await verifyModelFiles(source());
    expect(notices.at(-1)).toContain('another version');
    await fetchModelFiles(source(), false);
    expect((await fetched()).equals(newer)).toBe(true);
  });
});

describe('a mirror', () => {
  test('without SHA256SUMS, or without the line, is refused with its name', async () => {
    const mirror = join(folder, 'mirror');
    await mkdir(mirror);
    const modelsUrl = pathToFileURL(mirror).href;
    expect((await errorOf(ensureModelFile('facemark', source({ modelsUrl })))).code).toBe('MIRROR_UNUSABLE');

    await writeFile(join(mirror, 'SHA256SUMS'), `${'0'.repeat(64)}  other\n`);
    const error = await errorOf(ensureModelFile('facemark', source({ modelsUrl })));
    expect(error.text.en).toContain(`no line for ${facemarkName}`);

    expect(
      (await errorOf(ensureModelFile('facemark', source({ modelsUrl: `${server.url}/nowhere` })))).text.en,
    ).toContain('HTTP 404');
  });

  test('may be a folder, with or without a slash at its end', async () => {
    const mirror = join(folder, 'mirror of mine');
    await mkdir(mirror);
    await writeFile(join(mirror, facemarkName), facemark);
    await writeFile(join(mirror, 'SHA256SUMS'), sumsOf(files).replaceAll('  ', ' *'));
    for (const modelsUrl of [pathToFileURL(mirror).href, pathToFileURL(`${mirror}/`).href]) {
      await ensureModelFile('facemark', source({ modelsUrl }));
      expect((await fetched()).equals(facemark)).toBe(true);
      await rename(join(folder, facemarkName), join(folder, 'gone'));
    }
  });

  test('that is a plain path is refused with the address to write instead', async () => {
    const error = await errorOf(ensureModelFile('facemark', source({ modelsUrl: '/srv/models' })));
    expect(error).toMatchObject({ code: 'MODELS_URL_INVALID', exitCode: 2 });
    expect(error.text.en).toContain('file:///srv/models');
  });
});

describe('a folder that cannot take the files', () => {
  test('that is a file: says so', async () => {
    const modelsDir = join(folder, 'occupied');
    await writeFile(modelsDir, '');
    expect((await errorOf(ensureModelFile('facemark', source({ modelsDir })))).code).toBe(
      'MODELS_DIR_UNUSABLE',
    );
  });

  test('that does not exist is made', async () => {
    const modelsDir = join(folder, 'a/b');
    await ensureModelFile('facemark', source({ modelsDir }));
    expect((await readFile(join(modelsDir, facemarkName))).equals(facemark)).toBe(true);
  });
});

describe.skipIf(!canMount)('a disk of 128 kB (needs the right to mount one)', () => {
  let small: string;

  beforeEach(async () => {
    small = join(folder, 'small');
    await mkdir(small);
    mountMemory(small, 128 * 1024);
  });

  afterEach(() => unmount(small));

  test('is seen to be too small before a byte is fetched', async () => {
    const error = await errorOf(ensureModelFile('facemark', source({ modelsDir: small })));
    expect(error.code).toBe('DISK_FULL');
    expect(error.text.en).toContain('0.4 MB are needed');
    expect(await readdir(small)).toEqual([]);
  });

  test('is given its room back when the server did not say how long the file is', async () => {
    server.next.push(chunked);
    const error = await errorOf(ensureModelFile('facemark', source({ modelsDir: small })));
    expect(error.code).toBe('DISK_FULL');
    expect(await readdir(small)).toEqual([]);
  });

  test('that can only be read serves what it holds, and says so when something is missing', async () => {
    await ensureModelFile('cascade', source({ modelsDir: small }));
    await rm(join(small, `${cascadeName}.verified`));
    remountReadOnly(small);
    await ensureModelFile('cascade', source({ modelsDir: small }));
    const error = await errorOf(ensureModelFile('facemark', source({ modelsDir: small })));
    expect(error.code).toBe('MODELS_DIR_UNUSABLE');
    expect(error.text.en).toContain('EMOCHAT_MODELS_DIR');
  });
});

describe('the pins', () => {
  test('name a file as git does', async () => {
    const file = join(folder, 'blob');
    await writeFile(file, facemark);
    const { gitBlob } = await digestFile(file);
    expect(gitBlob).toBe(execFileSync('git', ['hash-object', file], { encoding: 'utf8' }).trim());
  });
});

describe('the real files', () => {
  test('the cascade has the pinned digest: wherever it came from, it is good without a network', async () => {
    await writeFile(join(folder, cascadeName), await readFile(cascadeFile));
    const [status] = await listModelFiles({ modelsDir: folder });
    expect(status).toMatchObject({ state: 'ok', size: 930_127, source: 'found in place' });
  });

  test('come from a mirror, and are good without it from then on', async () => {
    await ensureBoth(source({ modelsUrl: testMirrorUrl }));
    expect((await verifyModelFiles({ modelsDir: folder })).map(({ state }) => state)).toEqual(['ok', 'ok']);
  });
});

describe("OpenCV's data package", () => {
  test('gives the cascade without a network', async () => {
    await ensureModelFile('cascade', { modelsDir: folder });
    expect(await digestFile(join(folder, cascadeName))).toMatchObject({ sha256: catalog.cascade.pin.hex });
  });
});
