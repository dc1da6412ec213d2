import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Argument, Command, InvalidArgumentError } from 'commander';
import { datasetsDir } from '../scripts/lib/models/datasets.mjs';
import { madeFacemark } from '../scripts/lib/test/fuzz-seeds.mjs';
import { buildPrograms } from '../scripts/lib/native/native-program.mjs';
import { root } from '../scripts/lib/run.mjs';
import { say, secondsSince, SetupError } from '../scripts/lib/say.mjs';
import { decode } from './decode.mjs';
import { detection } from './detection.mjs';
import { forest } from './forest.mjs';
import { frame } from './frame.mjs';
import { http } from './http.mjs';
import { landmarks } from './landmarks.mjs';
import { machine } from './lib/machine.mjs';
import { Pictures, pictureSources } from './lib/pictures.mjs';
import { Report } from './lib/report.mjs';
import { load } from './load.mjs';
import { page } from './page.mjs';
import { picture } from './picture.mjs';
import { rival } from './rival.mjs';
import { stream } from './stream.mjs';
import { targets } from './targets.mjs';

/** In the order in which they run. @type {Part[]} */
const parts = [
  detection,
  targets,
  landmarks,
  picture,
  decode,
  load,
  frame,
  http,
  stream,
  page,
  forest,
  rival,
];

/** What the public `lbfmodel.yaml` is made up of. */
const publicShape = { stages: 5, trees: 6, depth: 5, landmarks: 68, step: 0.0005 };

/** Building, cutting the pictures. */
const secondsBefore = 60;

/**
 * One thing to measure.
 * @typedef {{ name: string, about: string, programs: string[], secondsPerRound: number, optional?: boolean,
 *   run(bench: Bench): Promise<void> }} Part
 * @typedef {{ pictures: Pictures, programs: Record<string, string>, models: Record<string, string>, folder: string,
 *   rounds: number, report: Report, progress(total: number): () => void }} Bench
 */

function command() {
  const about = parts.map((part) => `  ${part.name.padEnd(10)} ${part.about}`).join('\n');
  return new Command('npm run bench --')
    .description('Mide la velocidad frente a OpenCV · Measures speed against OpenCV')
    .addArgument(
      new Argument(
        '[parts...]',
        'qué medir; sin nada, todo salvo targets, page, forest y rival · what; all but targets, page, forest and rival by default',
      ).choices(parts.map(({ name }) => name)),
    )
    .option('--rounds <number>', 'rondas · rounds', wholeNumber, 30)
    .option('--photos <folder>', 'fotos propias · photos of your own')
    .option('--json <file>', 'dónde se guarda · where it is kept', join('.cache', 'bench.json'))
    .addHelpText('after', `\n${about}`);
}

function wholeNumber(text) {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) {
    throw new InvalidArgumentError('Un entero desde 1 · A whole number from 1.');
  }
  return number;
}

/** The whole command, from its words to the JSON file. @param {string[]} argv as process.argv. */
export async function bench(argv) {
  const parsed = command().parse(argv);
  const { rounds, photos, json } = parsed.opts();
  const named = parsed.processedArgs[0];
  const chosen = parts.filter((part) =>
    named.length > 0 ? named.includes(part.name) : part.optional !== true,
  );
  const seconds = secondsBefore + rounds * chosen.reduce((sum, part) => sum + part.secondsPerRound, 0);
  const minutes = Math.max(1, Math.round(seconds / 60));
  say(
    `Unos ${minutes} min en una máquina desocupada; las figuras piden que lo esté.`,
    `About ${minutes} min on an idle machine; the figures ask for one.`,
  );
  const folder = mkdtempSync(join(tmpdir(), 'emochat-bench-'));
  try {
    const sources = pictureSources(photos, folder);
    await runParts(chosen, { rounds, sources, folder, json: resolve(root, json) });
  } finally {
    // Copies of people's photos are not to stay.
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runParts(chosen, { rounds, sources, folder, json }) {
  const startedAt = new Date();
  const models = modelFiles(folder);
  const programs = await build(['prepare_pictures', ...chosen.flatMap((part) => part.programs)]);
  const { pictures, found } = await Pictures.prepare(
    programs.prepare_pictures,
    models.cascade,
    folder,
    sources,
  );
  const about = { machine: machine(found), rounds, pictures: pictures.counts(), startedAt };
  introduce(about);
  const report = new Report();
  for (const part of chosen) {
    const start = Date.now();
    process.stdout.write(`\n${part.about}…\n`);
    await part.run({ pictures, programs, models, folder, rounds, report, progress });
    process.stdout.write(`  ✓ ${secondsSince(start)}\n`);
  }
  report.printGoals();
  mkdirSync(dirname(json), { recursive: true });
  report.write(json, { ...about, seconds: (Date.now() - startedAt.getTime()) / 1000 });
  process.stdout.write(`\n${json}\n`);
}

/**
 * The facemark is the public one if it has been fetched, else that of the data sets, else one that is made up, of the same
 * size: it looks for nothing, and costs the same.
 */
function modelFiles(folder) {
  const fetched = join(root, 'models', 'lbfmodel.yaml');
  const ofDatasets = join(datasetsDir, 'models', 'lbfmodel.yaml');
  const facemark = existsSync(fetched) ? fetched : join(folder, 'lbfmodel.yaml');
  if (facemark !== fetched) {
    // In a folder of our own, since the compact form is made beside it.
    if (existsSync(ofDatasets)) copyFileSync(ofDatasets, facemark);
    else writeFileSync(facemark, madeFacemark('base64', publicShape));
  }
  return {
    cascade: '/usr/share/opencv4/haarcascades/haarcascade_frontalface_default.xml',
    facemark,
    forest: join(root, 'models', 'happy-sad.json'),
  };
}

/** Builds programs of `bench/native`; their paths by name. */
async function build(names) {
  const wanted = [...new Set(names)];
  const libraries = ['opencv_face', 'opencv_imgcodecs', 'opencv_videoio'];
  say('Compilando los programas de medida…', 'Building the programs that measure…');
  const files = await buildPrograms(
    wanted.map((name) => ({ source: join('bench', 'native', `${name}.cpp`), libraries })),
  );
  return Object.fromEntries(wanted.map((name, i) => [name, files[i]]));
}

function introduce({ machine: { processor, cores, simd, opencv, node, load }, rounds, pictures }) {
  const seen = Object.entries(pictures).map(([kind, count]) => `${count} ${kind}`);
  if (Object.values(pictures).every((count) => count === 0)) {
    throw new SetupError('No hay imágenes.', 'There are no pictures.');
  }
  process.stdout.write(
    `\n${processor}, ${cores} × ${simd}, OpenCV ${opencv}, Node ${node}, load ${load.toFixed(2)}\n` +
      `${rounds} rondas · rounds; imágenes · pictures: ${seen.join(', ')}\n`,
  );
  if (load > 0.5 * availableParallelism()) {
    say(
      'La máquina está ocupada: fíate solo de las razones.',
      'The machine is busy: trust the ratios alone.',
    );
  }
}

/** Counts pictures on a terminal as they are done. @returns what is to be called after each. */
function progress(total) {
  let done = 0;
  return () => {
    done += 1;
    if (process.stderr.isTTY) process.stderr.write(done < total ? `\r  ${done}/${total}` : '\r\x1b[K');
  };
}
