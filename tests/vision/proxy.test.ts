import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  ensureModelFile,
  FirstByteLimit,
  modelFileIfReachable,
  type ModelSource,
} from '../../src/vision/model-files/model-files.js';
import { catalog } from '../../src/vision/model-files/catalog.js';
import { runEmochat } from '../support/cli.js';
import { FileServer, ProxyServer, SilentServer, stallAfter } from '../support/file-server.js';

const facemark = randomBytes(40_000);
const files = { [catalog.facemark.name]: facemark, [catalog.cascade.name]: randomBytes(1000) };

describe('model files behind a proxy', () => {
  let modelsDir: string;
  let server: FileServer;
  let proxy: ProxyServer;
  let source: ModelSource;
  const notices: string[] = [];

  beforeEach(async () => {
    modelsDir = await mkdtemp(join(tmpdir(), 'emochat-proxy-'));
    server = await FileServer.start(files);
    proxy = await ProxyServer.start();
    notices.length = 0;
    source = {
      modelsDir,
      modelsUrl: server.url,
      timing: { firstDelayMs: 5, stallMs: 300 },
      onNotice: ({ en }) => notices.push(en),
    };
  });

  afterEach(async () => {
    await Promise.all([server.close(), proxy.close()]);
    await rm(modelsDir, { recursive: true, force: true });
  });

  test('come through it, across broken connections, with or without http:// in its name', async () => {
    for (const http of [proxy.host, `http://${proxy.host}`]) {
      server.next.push(stallAfter(10_000));
      const file = await ensureModelFile('facemark', { ...source, proxies: { http } });
      expect((await readFile(file)).equals(facemark)).toBe(true);
      await rm(file);
    }
    const sums = `${server.url}/SHA256SUMS`;
    const file = `${server.url}/${catalog.facemark.name}`;
    expect(proxy.asked).toEqual([sums, file, file, sums, file, file]);
  });

  test('come directly from the hosts of NO_PROXY', async () => {
    await ensureModelFile('facemark', {
      ...source,
      proxies: { http: proxy.host, except: 'localhost,127.0.0.1' },
    });
    expect(proxy.asked).toEqual([]);
  });

  test('are asked for by a tunnel at https addresses', async () => {
    const modelsUrl = 'https://models.invalid/';
    const proxies = { https: proxy.host };
    await expect(ensureModelFile('facemark', { ...source, modelsUrl, proxies })).rejects.toThrow('403');
    expect(new Set(proxy.asked)).toEqual(new Set(['models.invalid:443']));
  });

  test('do not stop a start when it is silent, or no proxy; its password is not shown', async () => {
    const silent = await SilentServer.start();
    for (const http of [
      silent.url,
      'socks5://user:secret@127.0.0.1:1080',
      'http://user:secret@127.0.0.1:9',
    ]) {
      const firstByte = new FirstByteLimit(200);
      const quick = {
        ...source,
        modelsDir: join(modelsDir, `${notices.length}`),
        firstByte,
        proxies: { http },
      };
      expect(await modelFileIfReachable('facemark', quick)).toBeUndefined();
    }
    await silent.close();
    expect(notices).toHaveLength(3);
    expect(notices[1]).toContain('HTTP_PROXY: not an http or https address');
    expect(notices.join()).not.toContain('secret');
  });

  test('of the environment is what a command takes', async () => {
    const env = { EMOCHAT_MODELS_DIR: modelsDir, EMOCHAT_MODELS_URL: server.url, http_proxy: proxy.host };
    expect((await runEmochat(['models', 'fetch'], env)).code).toBe(0);
    expect(proxy.asked).toHaveLength(3);
  });
});
