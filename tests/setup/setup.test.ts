import { execFile } from 'node:child_process';
import {
  chmod,
  chown,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { projectRoot } from '../support/checkout.js';

interface Finished {
  code: number;
  output: string;
}

/** Runs `node ARGS…` to its end with exactly this environment; both streams together. */
function runNode(args: string[], env: NodeJS.ProcessEnv, user?: number): Promise<Finished> {
  return new Promise((resolve) => {
    const identity = user === undefined ? {} : { uid: user, gid: user };
    execFile(process.execPath, args, { env, ...identity }, (error, stdout, stderr) =>
      resolve({
        code: typeof error?.code === 'number' ? error.code : error ? -1 : 0,
        output: stdout + stderr,
      }),
    );
  });
}

describe('in a checkout that is set up', () => {
  const script = join(projectRoot, 'scripts/setup.mjs');
  const env = process.env;
  const products = ['dist/cli/main.js', 'build/Release/emochat.node', 'node_modules/.emochat-stamp'];
  const timesOfProducts = (): Promise<number[]> =>
    Promise.all(products.map(async (file) => (await stat(join(projectRoot, file))).mtimeMs));

  test('a second run says one line and changes nothing', async () => {
    // Anything missing here must not be installed under the feet of running tests.
    expect((await runNode([script, '--check'], env)).output).toContain('Everything is ready');
    const before = await timesOfProducts();
    const { output } = await runNode([script], env);
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(await timesOfProducts()).toEqual(before);
  });

  test('`npx emochat` works from the checkout', async () => {
    const command = join(projectRoot, 'node_modules/.bin/emochat');
    expect(await runNode([command, '--help'], env)).toMatchObject({ code: 0 });
  });
});

describe('on a machine that lacks something', () => {
  let folder: string;
  let bin: string;
  let env: NodeJS.ProcessEnv;

  /** A fresh clone, and a PATH that holds nothing but what the test puts there. */
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'emochat-setup-'));
    bin = join(folder, 'bin');
    await mkdir(bin);
    for (const part of [
      'scripts',
      'src',
      'package.json',
      'package-lock.json',
      'tsconfig.json',
      'binding.gyp',
      '.npmrc',
    ]) {
      await cp(join(projectRoot, part), join(folder, 'clone', part), { recursive: true });
    }
    await Promise.all(['sh', 'env', 'cat', 'node', 'npm'].map(provide));
    env = { PATH: bin, HOME: folder };
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  /** Puts a program of this machine on that PATH. */
  async function provide(name: string): Promise<void> {
    const found = ['/usr/local/bin', '/usr/bin', '/bin', join(process.execPath, '..')]
      .map((place) => join(place, name))
      .find(existsSync);
    if (found === undefined) throw new Error(`${name} is not on this machine`);
    await symlink(found, join(bin, name));
  }

  /** Puts a shell script on that PATH in place of a program. */
  async function stub(name: string, script: string): Promise<void> {
    await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(bin, name), 0o755);
  }

  /** apt that has everything but opencv-data, until `apt-get install` has run. */
  async function aptWithoutOpencvData(install: string): Promise<void> {
    const others = [
      'g++',
      'libhwy-dev',
      'libjpeg-dev',
      'libopencv-contrib-dev',
      'libopencv-dev',
      'libpng-dev',
      'libpugixml-dev',
      'libwebp-dev',
      'make',
      'pkg-config',
      'python3',
    ];
    const installed = others.map((name) => `echo "${name} ii "`).join('\n');
    await stub('dpkg-query', `${installed}\n[ -e ${folder}/installed ] && echo "opencv-data ii " || exit 1`);
    await stub('apt-get', `echo "$*" >> ${folder}/apt.log\ncase "$*" in *install*) ${install};; esac`);
  }

  const setUp = (user?: number, extra: NodeJS.ProcessEnv = {}): Promise<Finished> =>
    runNode([join(folder, 'clone/scripts/setup.mjs')], { ...env, ...extra }, user);

  /** Gives the clone to an unprivileged user where the tests run as root. @returns that user's number. */
  async function asPlainUser(): Promise<number | undefined> {
    if (process.getuid?.() !== 0) return undefined;
    const nobody = 65534;
    await chown(join(folder, 'clone'), nobody, nobody);
    await chmod(folder, 0o755);
    return nobody;
  }

  test('an old Node is told which is needed and where it is', async () => {
    const old = join(folder, 'old-node.cjs');
    await writeFile(
      old,
      `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.19.0' } });`,
    );
    const { code, output } = await runNode(['--require', old, join(folder, 'clone/scripts/setup.mjs')], env);
    expect(code).toBe(1);
    expect(output).toContain('Node 20.19 or newer is needed and this is 18.19.0');
    expect(output).toContain('https://nodejs.org/en/download');
  });

  test('without apt it names what to install by hand', async () => {
    await provide('g++');
    const { code, output } = await setUp();
    expect(code).toBe(1);
    expect(output).toMatch(/This system has no apt\..*: make, pkg-config, python3/);
  });

  test('without the right to install it prints the one line to type and stops', async () => {
    await aptWithoutOpencvData('exit 100');
    await stub('sudo', 'echo "sudo: a password is required" >&2; exit 1');
    const { code, output } = await setUp(await asPlainUser());
    expect(code).toBe(1);
    expect(output).toContain(
      '    sudo apt-get update && sudo apt-get install -y --no-install-recommends opencv-data\n',
    );
    expect(existsSync(join(folder, 'apt.log'))).toBe(false);
  });

  test('with sudo it installs what is missing, and goes on', async () => {
    await aptWithoutOpencvData(`: > ${folder}/installed`);
    await stub('sudo', '[ "$1" = -n ] && shift; exec "$@"');
    const { output } = await setUp(undefined, closedRegistry());
    const calls = await readFile(join(folder, 'apt.log'), 'utf8');
    expect(calls).toMatch(/update\n.*install -y --no-install-recommends opencv-data\n$/);
    expect(output).toContain('npm packages');
  });

  test('apt without a network is told in one sentence', async () => {
    await aptWithoutOpencvData(
      `echo "E: Failed to fetch ...  Temporary failure resolving 'deb.debian.org'" >&2; exit 100`,
    );
    await stub('sudo', '[ "$1" = -n ] && shift; exec "$@"');
    const { code, output } = await setUp();
    expect(code).toBe(1);
    expect(output).toContain(
      'apt cannot reach its servers. Check the network and try again. Missing: opencv-data',
    );
    expect(output).not.toContain('Temporary failure');
  });

  test('npm without a network is told in one sentence', async () => {
    await aptWithoutOpencvData('exit 100');
    await writeFile(join(folder, 'installed'), '');
    const { code, output } = await setUp(undefined, closedRegistry());
    expect(code).toBe(1);
    expect(output).toContain(
      'npm cannot reach its registry. Check the network (or the proxy) and try again.',
    );
    expect(output).not.toContain('ECONNREFUSED');
  });

  test('what does not compile is shown with the compiler’s own words', async () => {
    await aptWithoutOpencvData('exit 100');
    await writeFile(join(folder, 'installed'), '');
    await Promise.all(['g++', 'make', 'pkg-config', 'python3'].map(provide));
    await linkNodeModules();
    await writeFile(join(folder, 'clone/src/native/addon/addon.cpp'), '#error "broken on purpose"\n');
    const { code, output } = await setUp(undefined, { PATH: `${bin}:/usr/bin:/bin` });
    expect(code).toBe(1);
    expect(output).toContain('broken on purpose');
    expect(output).toContain('The native core could not be compiled');
  });

  /** Gives the clone a folder of links to the packages here, so that nothing it does empties the folder here. */
  async function linkNodeModules(): Promise<void> {
    const from = join(projectRoot, 'node_modules');
    const to = join(folder, 'clone/node_modules');
    await mkdir(to);
    for (const name of await readdir(from)) await symlink(join(from, name), join(to, name));
  }

  /** A registry at which nobody listens, and an empty cache. */
  function closedRegistry(): NodeJS.ProcessEnv {
    return {
      npm_config_registry: 'http://127.0.0.1:9/',
      npm_config_cache: join(folder, 'npm-cache'),
      npm_config_fetch_retries: '0',
    };
  }
});
