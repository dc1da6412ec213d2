import { spawn } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { nodedirArgs, nodeTool, opencvVersion, root } from '../run.mjs';
import { lastLines, say, secondsSince, SetupError } from '../say.mjs';
import { readStamp, withLock, writeStamp } from './stamp.mjs';

const packageFolder = join(root, 'node_modules', '@u4', 'opencv4nodejs');
const binary = join(packageFolder, 'build', 'Release', 'opencv4nodejs.node');
const stamp = join(packageFolder, 'build', 'Release', '.emochat-stamp');
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'emochat');

/** Names a build: it fits this version of the package, Node's ABI, OpenCV, the C library and the processor, nothing else. */
function buildKey() {
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'));
  const glibc = process.report.getReport().header.glibcVersionRuntime ?? 'none';
  const abi = process.versions.modules;
  return `opencv4nodejs-${version}-abi${abi}-opencv${opencvVersion()}-glibc${glibc}-${process.arch}`;
}

/** Whether the package can be loaded here. */
export function opencv4nodejsIsBuilt() {
  return existsSync(binary) && readStamp(stamp) === buildKey();
}

/**
 * Puts the package's addon in place: from the user's cache, or compiled into it first, once for each set of versions.
 * Processes that need it at the same time wait for the one that compiles.
 * @throws SetupError
 */
export async function provideOpencv4nodejs() {
  checkPrerequisites();
  const cached = join(cache, `${buildKey()}.node`);
  await withLock(`${cached}.lock`, async () => {
    if (!existsSync(cached)) await compileInto(cached);
    install(cached);
  });
}

function checkPrerequisites() {
  if (existsSync(packageFolder) && opencvVersion() !== null) return;
  throw new SetupError(
    'Falta OpenCV o el paquete @u4/opencv4nodejs. Ejecuta: npm run setup',
    'OpenCV or the package @u4/opencv4nodejs is missing. Run: npm run setup',
  );
}

function install(cached) {
  mkdirSync(dirname(binary), { recursive: true });
  // A running program has the old file mapped: a new one takes its name, nobody writes into it.
  const temporary = `${binary}.${process.pid}`;
  copyFileSync(cached, temporary);
  renameSync(temporary, binary);
  writeStamp(stamp, buildKey());
}

async function compileInto(cached) {
  say(
    'Compilando @u4/opencv4nodejs: tarda de 4 a 9 minutos, una sola vez.',
    'Building @u4/opencv4nodejs: it takes 4 to 9 minutes, once.',
  );
  const start = Date.now();
  // Under the lock nobody else is here; what lies here is left from a build that was killed.
  const folder = `${cached}.building`;
  rmSync(folder, { recursive: true, force: true });
  try {
    cpSync(packageFolder, folder, {
      recursive: true,
      filter: (path) => path !== join(packageFolder, 'build'),
    });
    await compile(folder);
    renameSync(join(folder, 'build', 'Release', 'opencv4nodejs.node'), cached);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  say(`Compilado (${secondsSince(start)}).`, `Built (${secondsSince(start)}).`);
}

async function compile(folder) {
  const sources = readFileSync(join(folder, 'binding.gyp'), 'utf8').match(/\.cc"/g).length;
  const output = await nodeGypRebuild(folder, (compiled) => showProgress(compiled, sources));
  if (existsSync(join(folder, 'build', 'Release', 'opencv4nodejs.node'))) return;
  throw new SetupError(
    '@u4/opencv4nodejs no se pudo compilar; arriba está el final de lo que dijo el compilador. El resto de EmoChat no lo necesita.',
    '@u4/opencv4nodejs could not be built; the end of what the compiler said is above. Nothing else in EmoChat needs it.',
    lastLines(output, 30),
  );
}

/** Runs node-gyp; `onCompiled` hears how many files have been begun. Gives what it printed. */
function nodeGypRebuild(folder, onCompiled) {
  const args = ['rebuild', '-C', folder, '-j', 'max', ...nodedirArgs()];
  const child = spawn(process.execPath, [nodeTool('node-gyp/bin/node-gyp.js'), ...args], {
    // Without the switch it would clone and build OpenCV itself; its own requirements lie in our node_modules.
    env: { ...process.env, OPENCV4NODEJS_DISABLE_AUTOBUILD: '1', NODE_PATH: join(root, 'node_modules') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (text) => {
    output += text;
    onCompiled(output.match(/CXX\(target\)/g)?.length ?? 0);
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve(output));
  });
}

let shown = 0;

function showProgress(compiled, sources) {
  const step = process.stderr.isTTY ? 1 : 20;
  if (compiled < shown + step) return;
  shown = compiled;
  process.stderr.write(process.stderr.isTTY ? `\r  ${compiled}/${sources} ` : `  ${compiled}/${sources}\n`);
  if (process.stderr.isTTY && compiled >= sources) process.stderr.write('\n');
}
