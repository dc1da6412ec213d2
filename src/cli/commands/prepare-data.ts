import type { Command } from 'commander';
import { printable } from '../../common/printable.js';
import { meantPath } from '../../training/file-names.js';
import type { PrepareReport } from '../../training/prepare-data.js';
import { addBatchOptions, openBatchVision, photoSearch, type BatchSettings } from '../batch-vision.js';
import { interruptible } from '../interrupt.js';
import { localized } from '../language.js';
import { commaSeparated } from '../options.js';
import { table } from '../text.js';
import { endingsText } from '../report/text.js';
import { searchText, searchTitle } from '../report/search.js';
import { workProgress } from '../work-progress.js';

interface PrepareSettings extends BatchSettings {
  data: string;
  emotions: string[];
  output: string;
}

/** Files named on the screen; all of them are in the file beside the data. */
const namedFiles = 10;

/** `emochat prepare-data`: folders of photos → `data.txt`. */
export function registerPrepareData(program: Command): void {
  const command = program
    .command('prepare-data')
    .description(
      localized({
        es: 'de tus fotos a data.txt, para entrenar',
        en: 'from your photos to data.txt, to train on',
      }),
    )
    .option(
      '--data <folder>',
      localized({ es: 'carpeta con una carpeta por emoción', en: 'folder with a folder for each emotion' }),
      'data',
    )
    .option(
      '--emotions <names>',
      localized({ es: 'emociones, separadas por comas', en: 'emotions, separated by commas' }),
      commaSeparated,
      ['happy', 'sad'],
    )
    .option('--output <file>', localized({ es: 'archivo que escribir', en: 'file to write' }), 'data.txt');
  addBatchOptions(command);
  command.action(run);
}

async function run(options: PrepareSettings): Promise<void> {
  // Loaded here, as all that takes long to load: `emochat --help` is not to wait for it.
  const { prepareData } = await import('../../training/prepare-data.js');
  const dataFolder = await meantPath(options.data);
  const vision = await openBatchVision(options);
  const progress = workProgress({ es: 'Fotos', en: 'Photos' });
  let done = 0;
  try {
    const report = await interruptible((signal) =>
      prepareData(vision, {
        dataFolder,
        emotions: options.emotions,
        output: options.output,
        ...photoSearch(options),
        onStart: (photos) => progress.start(photos),
        onPhoto: () => progress.update(++done),
        signal,
      }),
    );
    progress.stop();
    print(report, options);
  } finally {
    progress.stop();
    await vision.close();
  }
}

function print(report: PrepareReport, options: PrepareSettings): void {
  const { files, filesPath } = report;
  const head = [
    { es: 'emoción', en: 'emotion' },
    { es: 'fotos', en: 'photos' },
    { es: 'muestras', en: 'samples' },
    { es: 'ampliadas', en: 'enlarged' },
    { es: 'sin rostro', en: 'no face' },
    { es: 'ilegibles', en: 'unreadable' },
  ];
  const rows = report.classes.map(({ label, photos, samples, framed, withoutFace, unreadable }) =>
    [label, photos, samples, framed, withoutFace, unreadable].map(String),
  );
  process.stdout.write(table(head, rows));
  printFiles({ es: 'Sin rostro', en: 'No face' }, files.withoutFace, filesPath);
  const unreadable = files.unreadable.map(({ file, reason }) => `${file}: ${reason}`);
  const endings = endingsText(files.unreadable.map(({ file }) => file));
  printFiles({ es: `Ilegibles: ${endings}`, en: `Unreadable: ${endings}` }, unreadable, filesPath);
  report.classes.filter(({ samples }) => samples === 0).forEach(({ label }) => warnEmpty(label));
  printFramed(report);
  const search = localized(searchText(photoSearch(options)));
  process.stdout.write(`${localized(searchTitle)}: ${search}\n`);
  const { output } = options;
  const written = { es: `${output}: ${files.files.length} filas`, en: `${files.files.length} rows` };
  process.stdout.write(`${localized(written)}\n`);
}

function printFramed({ classes }: PrepareReport): void {
  const framed = classes.reduce((sum, counts) => sum + counts.framed, 0);
  if (framed === 0) return;
  const text = {
    es: `Rostros que solo se ven con la foto ampliada y un borde alrededor: ${framed}. Sin ellos, como el original: --plain`,
    en: `Faces that are only seen with the photo enlarged and a border around it: ${framed}. Without them, as the original: --plain`,
  };
  process.stdout.write(`${localized(text)}\n`);
}

function printFiles(title: { es: string; en: string }, lines: readonly string[], path: string): void {
  if (lines.length === 0) return;
  process.stdout.write(`${localized(title)} (${lines.length}):\n`);
  for (const line of lines.slice(0, namedFiles)) process.stdout.write(`  ${printable(line)}\n`);
  const more = lines.length - namedFiles;
  if (more <= 0) return;
  const rest = { es: `… y ${more} más, todos en ${path}`, en: `and ${more} more, all of them in ${path}` };
  process.stdout.write(`  ${localized(rest)}\n`);
}

function warnEmpty(label: string): void {
  const text = {
    es: `Aviso: ninguna muestra de ${label}. Para entrenar hacen falta al menos dos emociones.`,
    en: `Warning: no sample of ${label}. Training needs at least two emotions.`,
  };
  process.stderr.write(`${localized(text)}\n`);
}
