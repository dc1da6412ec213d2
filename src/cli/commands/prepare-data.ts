import { Option, type Command } from 'commander';
import { printable } from '../../common/printable.js';
import { meantPath } from '../../common/file-names.js';
import type { PrepareReport } from '../../training/dataset/prepare-data.js';
import { addBatchOptions, openBatchVision, photoSearch, type BatchSettings } from '../setup/batch-vision.js';
import { interruptible } from '../interrupt.js';
import { localized } from '../language.js';
import { commaSeparated } from '../settings/options.js';
import { table } from '../text.js';
import { endingsText } from '../report/text.js';
import { searchText, searchTitle } from '../report/search.js';
import { workProgress } from '../work-progress.js';
import { texts } from '../texts/commands.js';

interface PrepareSettings extends BatchSettings {
  data: string;
  emotions: string[];
  output: string;
  features: 'landmarks' | 'picture';
}

/** Files named on the screen; all of them are in the file beside the data. */
const namedFiles = 10;

/** `emochat prepare-data`: folders of photos → `data.txt`. */
export function registerPrepareData(program: Command): void {
  const command = program
    .command('prepare-data')
    .description(localized(texts.prepareDataDescription))
    .option('--data <folder>', localized(texts.prepareDataOption), 'data')
    .option('--emotions <names>', localized(texts.emotionsOption), commaSeparated, ['happy', 'sad'])
    .option('--output <file>', localized(texts.outputOption), 'data.txt')
    .addOption(featuresOption());
  addBatchOptions(command);
  command.action(run);
}

function featuresOption(): Option {
  const about = texts.featuresOption;
  return new Option('--features <what>', localized(about))
    .choices(['landmarks', 'picture'])
    .default('landmarks');
}

async function run(options: PrepareSettings): Promise<void> {
  // Loaded here, as all that takes long to load: `emochat --help` is not to wait for it.
  const { prepareData } = await import('../../training/dataset/prepare-data.js');
  const dataFolder = await meantPath(options.data);
  const vision = await openBatchVision(options);
  const progress = workProgress(texts.photos);
  let done = 0;
  try {
    const report = await interruptible((signal) =>
      prepareData(vision, {
        dataFolder,
        emotions: options.emotions,
        output: options.output,
        describe: options.features === 'picture',
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
    texts.emotionColumn,
    texts.photosColumn,
    texts.samplesColumn,
    texts.enlargedColumn,
    texts.noFaceColumn,
    texts.unreadableColumn,
  ];
  const rows = report.classes.map(({ label, photos, samples, framed, withoutFace, unreadable }) =>
    [label, photos, samples, framed, withoutFace, unreadable].map(String),
  );
  process.stdout.write(table(head, rows));
  printFiles(texts.filesWithoutFace, files.withoutFace, filesPath);
  const unreadable = report.unreadable.map(({ file, reason }) => `${file}: ${localized(reason)}`);
  const endings = endingsText(files.unreadable.map(({ file }) => file));
  printFiles(texts.unreadableFiles(endings), unreadable, filesPath);
  report.classes.filter(({ samples }) => samples === 0).forEach(({ label }) => warnEmpty(label));
  printFramed(report);
  const search = localized(searchText(photoSearch(options)));
  process.stdout.write(`${localized(searchTitle)}: ${search}\n`);
  const { output } = options;
  const written = texts.rowsWritten(output, files.files.length);
  process.stdout.write(`${localized(written)}\n`);
}

function printFramed({ classes }: PrepareReport): void {
  const framed = classes.reduce((sum, counts) => sum + counts.framed, 0);
  if (framed === 0) return;
  const text = texts.facesFramed(framed);
  process.stdout.write(`${localized(text)}\n`);
}

function printFiles(title: { es: string; en: string }, lines: readonly string[], path: string): void {
  if (lines.length === 0) return;
  process.stdout.write(`${localized(title)} (${lines.length}):\n`);
  for (const line of lines.slice(0, namedFiles)) process.stdout.write(`  ${printable(line)}\n`);
  const more = lines.length - namedFiles;
  if (more <= 0) return;
  const rest = texts.moreFiles(more, path);
  process.stdout.write(`  ${localized(rest)}\n`);
}

function warnEmpty(label: string): void {
  const text = texts.labelWithoutSample(label);
  process.stderr.write(`${localized(text)}\n`);
}
