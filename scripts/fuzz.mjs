/**
 * `npm run fuzz`: libFuzzer looks for bytes that crash, hang or fill the memory of what reads pictures and model files, under
 * AddressSanitizer and UndefinedBehaviorSanitizer; a minute each. `npm run fuzz -- --seconds 600 picture` takes longer for one.
 *
 * What it finds is kept in `.cache/fuzz/found`, what it learned in `.cache/fuzz/corpus`. An input that is found belongs, made
 * small, into `fuzz/inputs/<target>`, with the repair: every run begins with those, and so does `npm test`.
 */
import { spawn } from 'node:child_process';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { shortCascade, smallFacemark, smallRefiner, smallTreeCascade } from './lib/test/fuzz-seeds.mjs';
import { buildPrograms } from './lib/native/native-program.mjs';
import { packRefiner } from './lib/models/refiner-file.mjs';
import { capture, findProgram, root, show } from './lib/run.mjs';
import { lastLines, runScript, say, secondsSince, SetupError } from './lib/say.mjs';

const folder = join(root, '.cache', 'fuzz');
const found = join(folder, 'found');
const sources = 'fuzz';
/** As Debian's and Ubuntu's `opencv-data` has it. */
const cascade = '/usr/share/opencv4/haarcascades/haarcascade_frontalface_default.xml';

/** What is fuzzed, and how long its inputs may be. */
const targets = {
  picture: { longest: 8192 },
  cascade: { longest: 16384 },
  facemark_yaml: { longest: 16384 },
  facemark_compact: { longest: 8192 },
  refiner: { longest: 8192 },
};

/** As the addon under the sanitizers, but by clang, which has libFuzzer. */
const flavour = {
  name: 'fuzz',
  compiler: 'clang++',
  options: [
    ...['-O1', '-g', '-fno-omit-frame-pointer', '-march=native', '-DHWY_COMPILE_ONLY_STATIC'],
    ...['-fsanitize=fuzzer,address,undefined', '-fno-sanitize-recover=all'],
  ],
};

/** For one input. */
const mostSeconds = 10;
const mostMegabytes = 2048;

const { values, positionals } = parseArgs({
  options: { seconds: { type: 'string', default: '60' } },
  allowPositionals: true,
});

function chosenTargets() {
  const unknown = positionals.filter((name) => !(name in targets));
  if (unknown.length > 0 || !/^[1-9]\d*$/.test(values.seconds)) {
    const names = Object.keys(targets).join(' ');
    throw new SetupError(
      `Uso: npm run fuzz -- [--seconds N] [${names}]`,
      `Usage: npm run fuzz -- [--seconds N] [${names}]`,
    );
  }
  return positionals.length > 0 ? positionals : Object.keys(targets);
}

/** libFuzzer comes with clang on most systems, in a package of its own on Debian. */
function checkForClang() {
  if (findProgram('clang++') !== null) {
    const version = capture('clang++', ['-dumpversion']).stdout.split('.')[0];
    const runtime = capture('clang++', ['-print-file-name=libclang_rt.fuzzer-x86_64.a']).stdout.trim();
    const anyRuntime = capture('clang++', ['-print-runtime-dir']).stdout.trim();
    if (runtime.startsWith('/') || holdsFuzzer(anyRuntime)) return;
    throw missing(`libclang-rt-${version}-dev`);
  }
  throw missing('clang');
}

function holdsFuzzer(runtimeDir) {
  return existsSync(runtimeDir) && readdirSync(runtimeDir).some((name) => name.includes('clang_rt.fuzzer'));
}

function missing(name) {
  const line = `sudo apt-get install -y --no-install-recommends ${name}`;
  return new SetupError(
    `Falta ${name}, con que se construye libFuzzer. Escribe: ${line}`,
    `${name} is missing, which libFuzzer comes with. Type: ${line}`,
  );
}

/** Puts what fuzzing starts from into `.cache/fuzz/seeds`. */
async function makeSeeds() {
  const seeds = join(folder, 'seeds');
  rmSync(seeds, { recursive: true, force: true });
  for (const name of Object.keys(targets)) mkdirSync(join(seeds, name), { recursive: true });
  const xml = readFileSync(cascade, 'utf8');
  for (const stages of [1, 3])
    writeFileSync(join(seeds, 'cascade', `${stages}.xml`), shortCascade(xml, stages));
  writeFileSync(join(seeds, 'cascade', 'trees.xml'), smallTreeCascade());
  writeFileSync(join(seeds, 'refiner', 'small.emolm'), packRefiner(smallRefiner()));
  const yamls = ['text', 'base64'].map((numbers) => {
    const file = join(seeds, 'facemark_yaml', `${numbers}.yaml`);
    writeFileSync(file, smallFacemark(numbers));
    return file;
  });
  const [program] = await buildPrograms([
    { source: join(sources, 'make_seeds.cpp'), libraries: ['opencv_imgcodecs'] },
  ]);
  const photo = join(root, 'node_modules', '@vladmandic', 'face-api', 'demo', 'sample1.jpg');
  const args = [join(seeds, 'picture'), join(seeds, 'facemark_compact'), ...yamls, '--', photo];
  const { status, output } = capture(program, args);
  if (status !== 0) throw new Error(`make_seeds ended with ${status}: ${output}`);
}

/** Lets libFuzzer work on one target. @returns whether it found nothing. */
async function fuzz(name, program) {
  const corpus = join(folder, 'corpus', name);
  const log = join(folder, `${name}.log`);
  mkdirSync(corpus, { recursive: true });
  const kept = join(root, sources, 'inputs', name);
  const dictionary = join(root, sources, `${name}.dict`);
  const args = [
    ...[corpus, join(folder, 'seeds', name), ...(existsSync(kept) ? [kept] : [])],
    ...[`-max_total_time=${values.seconds}`, `-timeout=${mostSeconds}`, `-rss_limit_mb=${mostMegabytes}`],
    ...[
      `-max_len=${targets[name].longest}`,
      `-artifact_prefix=${join(found, name)}-`,
      '-print_final_stats=1',
    ],
    ...(existsSync(dictionary) ? [`-dict=${dictionary}`] : []),
  ];
  const child = spawn(program, args, {
    cwd: root,
    env: {
      ...process.env,
      EMOCHAT_FUZZ_CASCADE: cascade,
      EMOCHAT_FUZZ_FACEMARK: join(folder, 'seeds', 'facemark_compact', 'base64.compact'),
      UBSAN_OPTIONS: 'print_stacktrace=1',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child.stderr.pipe(createWriteStream(log));
  const status = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code));
  });
  tell(name, status, readFileSync(log, 'utf8'), log);
  return status === 0;
}

function tell(name, status, text, log) {
  const runs = /stat::number_of_executed_units: (\d+)/.exec(text)?.[1] ?? '?';
  const covered = [...text.matchAll(/ cov: (\d+)/g)].at(-1)?.[1] ?? '?';
  const result = `${status === 0 ? '✓' : '✗'} ${name}`;
  say(`${result}: ${runs} entradas, ${covered} ramas`, `${result}: ${runs} inputs, ${covered} edges`);
  if (status === 0) return;
  process.stdout.write(`${lastLines(text, 40)}\n  ${relative(root, log)}\n`);
}

await runScript(async () => {
  const names = chosenTargets();
  checkForClang();
  if (show(process.execPath, [join(root, 'scripts', 'setup.mjs'), '--for-tests']) !== 0) {
    throw new SetupError('La preparación no terminó.', 'Set-up did not end well.');
  }
  say('Compilando con libFuzzer (unos 2 minutos)…', 'Building with libFuzzer (about 2 minutes)…');
  const start = Date.now();
  mkdirSync(found, { recursive: true });
  await makeSeeds();
  const files = names.map((name) => ({
    source: join(sources, `fuzz_${name}.cpp`),
    libraries: ['opencv_imgcodecs'],
  }));
  const programs = await buildPrograms(files, flavour);
  process.stdout.write(`  ✓ ${secondsSince(start)}\n`);
  say(
    `Buscando ${values.seconds} s en cada uno de ${names.length}…`,
    `Searching ${values.seconds} s in each of ${names.length}…`,
  );
  const waiting = names.map((name, i) => () => fuzz(name, programs[i]));
  const clean = [];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) clean.push(await next());
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  if (clean.includes(false)) {
    throw new SetupError(
      `Algo se encontró: ${relative(root, found)}`,
      `Something was found: ${relative(root, found)}`,
    );
  }
  say('No se encontró nada.', 'Nothing was found.');
});
