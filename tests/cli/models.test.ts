import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { catalog } from '../../src/vision/model-files/catalog.js';
import { emochatCli, runEmochat, startEmochat, type CliResult } from '../support/cli.js';
import { FileServer, serve, stallAfter, type Behaviour } from '../support/file-server.js';
import { describeWith } from '../support/requirements.js';
import { testMirror, testMirrorUrl } from '../support/test-models.js';

const cascadeName = catalog.cascade.name;
const facemarkName = catalog.facemark.name;
const files = { [cascadeName]: randomBytes(20_000), [facemarkName]: randomBytes(2_000_000) };

let folder: string;
let server: FileServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'emochat-models-'));
  server = await FileServer.start(files);
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

function models(...args: string[]): Promise<CliResult> {
  return runEmochat(['models', ...args], { EMOCHAT_MODELS_DIR: folder, EMOCHAT_MODELS_URL: server.url });
}

async function expectBothFiles(): Promise<void> {
  for (const [name, bytes] of Object.entries(files)) {
    expect((await readFile(join(folder, name))).equals(bytes)).toBe(true);
  }
  expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
}

/** About 1.3 MB a second. */
const slowly: Behaviour = (_request, response, bytes) => {
  response.writeHead(200, { 'content-length': bytes.length });
  let sent = 0;
  const timer = setInterval(() => {
    response.write(bytes.subarray(sent, sent + 13_000));
    sent += 13_000;
    if (sent < bytes.length) return;
    clearInterval(timer);
    response.end();
  }, 10);
  response.on('close', () => clearInterval(timer));
};

describeWith('emochat models', [emochatCli], () => {
  test('lists what is missing, fetches it, verifies it, and finds a broken file', async () => {
    const before = await models();
    expect(before).toMatchObject({ code: 0, stderr: '' });
    expect(before.stdout.match(/│ missing /g)).toHaveLength(2);
    expect(before.stdout).toContain('Landmarks with these files: alone');
    expect((await models('verify')).code).toBe(1);

    const fetched = await models('fetch');
    expect(fetched.code).toBe(0);
    expect(fetched.stdout.match(/│ ok /g)).toHaveLength(3);
    expect(fetched.stdout).toMatch(/face-refiner\.emolm .*the project/);
    expect(fetched.stdout).toContain('Landmarks with these files: refined');
    expect(fetched.stderr).toContain(`${facemarkName}: ready and verified (2.0 MB)`);
    await expectBothFiles();
    expect((await models('verify')).code).toBe(0);

    await writeFile(join(folder, facemarkName), 'broken');
    const broken = await models('verify');
    expect(broken.code).toBe(1);
    expect(broken.stdout).toContain('broken');
    expect(broken.stderr).toContain('npx emochat models fetch');
  });

  test('fetches everything anew with --force, and nothing without', async () => {
    await models('fetch');
    const requests = server.ranges.length;
    await models('fetch');
    expect(server.ranges.length).toBe(requests);
    await models('fetch', '--force');
    expect(server.ranges.length).toBe(requests + 2);
    await expectBothFiles();
  });

  test('prints a line every few seconds where there is no terminal', async () => {
    const facemark: Behaviour = (_request, response, bytes) => {
      response.writeHead(200, { 'content-length': bytes.length }).write(bytes.subarray(0, 1_000_000));
      setTimeout(() => response.write(bytes.subarray(1_000_000, 1_000_001)), 3200);
      setTimeout(() => response.end(bytes.subarray(1_000_001)), 3400);
    };
    server.next.push(serve, facemark);
    const { stderr } = await models('fetch');
    expect(stderr).toContain(`${facemarkName}: 1.0/2.0 MB (50 %)`);
    expect(stderr).not.toContain('\u001b');
  });

  test('refuses a mirror that is no address, and an unknown option, as wrong usage', async () => {
    const wrong = await runEmochat(['models', 'fetch', '--models-url', '../models'], {
      EMOCHAT_MODELS_DIR: folder,
    });
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('file:///');
    expect((await models('fetch', '--forse')).code).toBe(2);
  });
});

describeWith('several processes', [emochatCli], () => {
  test('that fetch at once all succeed and leave one good copy', async () => {
    server.next.push(slowly, slowly, slowly, slowly, slowly, slowly);
    const results = await Promise.all([models('fetch'), models('fetch'), models('fetch')]);
    expect(results.map(({ code }) => code)).toEqual([0, 0, 0]);
    await expectBothFiles();
    expect((await models('verify')).code).toBe(0);
  });

  test('killed half-way leave no model file, and the next goes on where the last stopped', async () => {
    const env = { EMOCHAT_MODELS_DIR: folder, EMOCHAT_MODELS_URL: server.url };
    server.next.push(serve, stallAfter(1_500_000));
    const { child, result } = startEmochat(['models', 'fetch'], env);
    const part = await partOfSize(1_500_000);
    child.kill('SIGKILL');
    expect((await result).code).toBeNull();
    expect(part).toContain(`-${child.pid}-`);
    expect(await readdir(folder)).not.toContain(facemarkName);

    expect((await models('fetch')).code).toBe(0);
    expect(server.ranges.at(-1)).toBe('bytes=1500000-');
    await expectBothFiles();
  });

  /** Waits for a part of the facemark of that many bytes. */
  async function partOfSize(size: number): Promise<string> {
    for (;;) {
      for (const name of await readdir(folder)) {
        const isPart = name.startsWith(facemarkName) && name.endsWith('.part');
        if (isPart && (await stat(join(folder, name))).size === size) return name;
      }
      await sleep(20);
    }
  }
});

describeWith('the model files of a real mirror', [emochatCli], () => {
  test('are fetched, and from then on good without it', async () => {
    const fetched = await runEmochat([
      'models',
      'fetch',
      '--models-dir',
      folder,
      '--models-url',
      testMirrorUrl,
    ]);
    expect(fetched.code).toBe(0);
    const fetchedBytes = await readFile(join(folder, facemarkName));
    expect(fetchedBytes.equals(await readFile(join(testMirror, facemarkName)))).toBe(true);
    const again = await runEmochat(['models', 'fetch', '--models-dir', folder]);
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect((await runEmochat(['models', 'verify', '--models-dir', folder])).code).toBe(0);
  });
});
