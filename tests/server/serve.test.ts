import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { geminiAnswers, startGeminiServer } from '../support/gemini-server.js';
import { emochatCli, runEmochat } from '../support/cli.js';
import { slowPhoto } from '../support/encoded-photos.js';
import { describeWith } from '../support/requirements.js';
import { testModelsDir } from '../support/test-models.js';
import { facePhoto } from '../support/sample-photos.js';
import { EmochatProcess, expressiveFile, forestFile, serverNeeds } from '../support/server.js';

const serve = ['serve', '--port', '0', '--model', forestFile];

function postFrame(url: string, bytes: Buffer): Promise<Response> {
  return fetch(`${url}predict`, {
    method: 'POST',
    headers: { 'content-type': 'image/jpeg' },
    body: new Uint8Array(bytes),
  });
}

/** The same server at every address that `localhost` stands for on this machine. */
async function localhostUrls(url: string): Promise<string[]> {
  const addresses = await lookup('localhost', { all: true });
  return addresses.map(({ address, family }) =>
    url.replace('127.0.0.1', family === 6 ? `[${address}]` : address),
  );
}

describeWith('emochat serve', [...serverNeeds, emochatCli], () => {
  const started: EmochatProcess[] = [];
  let photo: Buffer;
  let slow: Buffer;

  const run = async (args: readonly string[], env?: NodeJS.ProcessEnv, cwd?: string) => {
    const emochat = await EmochatProcess.run(args, env, cwd);
    started.push(emochat);
    return emochat;
  };
  beforeAll(async () => {
    photo = await readFile(facePhoto);
    slow = slowPhoto();
  });
  afterEach(() => {
    for (const { child } of started.splice(0)) child.kill('SIGKILL');
  });

  test('prints the address to open, serves there, and hints at the missing key', async () => {
    const emochat = await run(serve);
    const url = await emochat.address();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect((await fetch(url)).status).toBe(200);
    expect((await fetch(url.replace('127.0.0.1', 'localhost'))).status).toBe(200);
    expect(emochat.stdout).toBe(`Starting the Fastify server of EmoChat at ${url}\n`);
    expect(emochat.stderr).toContain('Emotions of models/happy-sad.json (HAPPY, SAD)');
    expect(emochat.stderr).toContain('Without GEMINI_API_KEY');
  });

  test('without a forest of its own it shows five emotions on the page, and two at /predict', async () => {
    const emochat = await run(['serve', '--port', '0']);
    const url = await emochat.address();
    const both =
      'Emotions of models/expressive.json (ANGRY, HAPPY, NEUTRAL, SAD, SURPRISED) on the page, and of models/happy-sad.json (HAPPY, SAD) at /predict';
    await expect.poll(() => emochat.stderr).toContain(both);
    const answer = await fetch(`${url}predict`, {
      method: 'POST',
      headers: { 'content-type': 'image/jpeg' },
      body: new Uint8Array(photo),
    });
    const { probabilities } = (await answer.json()) as { probabilities: object };
    expect(Object.keys(probabilities)).toEqual(['HAPPY', 'SAD']);
  });

  test('on SIGTERM answers what is under way, takes nothing new, and exits with 0', async () => {
    const emochat = await run([...serve, '--lanes', '1', '--log-level', 'debug']);
    const url = await emochat.address();
    // Browsers open connections before they need them.
    const unused = connect(Number(new URL(url).port), '127.0.0.1');
    await once(unused, 'connect');
    const answers = (await localhostUrls(url)).flatMap((address) =>
      Array.from({ length: 4 }, () => postFrame(address, slow)),
    );
    const arrived = () => emochat.stderr.match(/"msg":"request"/g)?.length;
    await expect.poll(arrived).toBe(answers.length);

    emochat.child.kill('SIGTERM');
    const ready = () => fetch(`${url}readyz`).then((response) => response.status);
    await expect.poll(ready).toBe(503);
    const refused = await postFrame(url, photo);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(await refused.json()).toEqual({ error: 'EmoChat se está cerrando. Vuelve en un momento.' });

    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(statuses).toEqual(answers.map(() => 200));
    const answered = performance.now();
    expect(await emochat.ended()).toBe(0);
    expect(performance.now() - answered).toBeLessThan(8000);
    await expect(ready()).rejects.toThrow('fetch failed');
  });

  test('on SIGHUP reads its models anew; with a broken one it goes on with those it has, and says so', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'emochat-'));
    const model = join(folder, 'own.json');
    await copyFile(forestFile, model);
    const emochat = await run(['serve', '--port', '0', '--model', model, '--log-level', 'info']);
    const url = await emochat.address();
    const labels = async () => ((await (await fetch(`${url}model`)).json()) as { labels: string[] }).labels;
    expect(await labels()).toEqual(['HAPPY', 'SAD']);
    await copyFile(expressiveFile, model);
    emochat.child.kill('SIGHUP');
    await expect.poll(labels).toEqual(['ANGRY', 'HAPPY', 'NEUTRAL', 'SAD', 'SURPRISED']);
    await writeFile(model, '{');
    emochat.child.kill('SIGHUP');
    await expect.poll(() => emochat.stderr).toContain('"msg":"models not read anew"');
    expect(await labels()).toHaveLength(5);
    expect((await postFrame(url, photo)).status).toBe(200);
    emochat.child.kill('SIGTERM');
    expect(await emochat.ended()).toBe(0);
  });

  test('ends at once on a second signal', async () => {
    const gemini = await startGeminiServer();
    gemini.respondWith(geminiAnswers.silence());
    const emochat = await run(serve, { GEMINI_API_KEY: 'key', GEMINI_BASE_URL: gemini.url });
    const url = await emochat.address();
    const abandoned = fetch(`${url}analyze_session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"context":"espera"}',
    }).then(
      () => 'answered',
      () => 'cut off',
    );
    await expect.poll(() => gemini.requests.length).toBe(1);
    emochat.child.kill('SIGINT');
    await expect.poll(() => fetch(`${url}readyz`).then(({ status }) => status)).toBe(503);
    emochat.child.kill('SIGINT');
    expect(await emochat.ended()).toBe(1);
    expect(await abandoned).toBe('cut off');
    await gemini.close();
  });

  test('says that the port is in use, and which to take', async () => {
    const { port } = new URL(await (await run(serve)).address());
    const second = await run(['serve', '--port', port, '--model', forestFile]);
    expect(await second.ended()).toBe(1);
    expect(second.stderr).toContain(`Port ${port} is already in use`);
    expect(second.stderr).toContain(`--port ${Number(port) + 1}`);
    expect(second.stdout).toBe('');
  });

  test('says what to run when the forest is missing or broken', async () => {
    const env = { EMOCHAT_MODELS_DIR: await testModelsDir() };
    const missing = await runEmochat(['serve', '--model', 'nowhere'], env);
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain('npx emochat train');
    const folder = await mkdtemp(join(tmpdir(), 'emochat-'));
    const broken = join(folder, 'broken.json');
    await writeFile(broken, (await readFile(forestFile)).subarray(0, 1000));
    const cut = await runEmochat(['serve', '--model', broken], env);
    expect(cut.code).toBe(1);
    expect(cut.stderr).toContain('broken.json');
    expect(cut.stderr).toContain('npx emochat train');
  });

  test('refuses settings that make no sense with exit code 2', async () => {
    for (const wrong of [
      ['--port', '70000'],
      ['--max-body', 'much'],
      ['--gemini-base-url', 'ftp://x'],
      ['--gemini-api-key', 'x'],
    ]) {
      expect((await runEmochat(['serve', ...wrong])).code).toBe(2);
    }
  });

  test('warns that a camera needs https when it listens on the network', async () => {
    const emochat = await run([...serve, '--host', '0.0.0.0']);
    expect(await emochat.address()).toMatch(/^http:\/\/127\.0\.0\.1:/);
    await expect.poll(() => emochat.stderr).toContain('TLS proxy');
  });

  test('writes neither frames nor contexts anywhere, at the most talkative log level', async () => {
    const gemini = await startGeminiServer();
    const home = await mkdtemp(join(tmpdir(), 'emochat-'));
    const temporary = join(home, 'tmp');
    await mkdir(temporary);
    const modelsDir = await testModelsDir();
    const models = await readdir(modelsDir);
    const env = { HOME: home, TMPDIR: temporary, GEMINI_API_KEY: 'top-secret', GEMINI_BASE_URL: gemini.url };
    const emochat = await run([...serve, '--log-level', 'debug'], env, home);
    const url = await emochat.address();

    const context = 'Un secreto que solo te cuento a ti';
    const base64 = photo.toString('base64');
    const send = async (path: string, body: object): Promise<number> => {
      const response = await fetch(`${url}${path}?landmarks=true&whisper=hush`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return response.status;
    };
    expect(await send('predict', { image: base64 })).toBe(200);
    expect(await send('predict', { image: base64.slice(0, 4000) })).toBe(400);
    expect(await send('analyze_session', { context, emotions: ['Alegría'] })).toBe(200);
    expect(await send('analyze_session', { context, emotions: context })).toBe(400);

    const output = emochat.stdout + emochat.stderr;
    expect(output).toContain('"route":"/predict"');
    for (const secret of [context, 'secreto', base64.slice(100, 140), 'top-secret', 'hush', 'Alegría']) {
      expect(output).not.toContain(secret);
    }
    expect(await readdir(home)).toEqual(['tmp']);
    expect(await readdir(temporary)).toEqual([]);
    expect(await readdir(modelsDir)).toEqual(models);
    await gemini.close();
  });
});
