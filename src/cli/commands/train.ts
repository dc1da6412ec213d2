import { InvalidArgumentError, Option, type Command } from 'commander';
import { join } from 'node:path';
import { bilingual } from '../../common/user-error.js';
import { readDataset, type Dataset } from '../../training/dataset.js';
import type { TrainedForestFile } from '../../training/forest-file.js';
import { writeWhole } from '../../training/output-file.js';
import { trainedForest } from '../forest-setup.js';
import { forestOptions, forestOptionsOf, openTrainer, type ForestSettings } from '../forest-options.js';
import { interruptible } from '../interrupt.js';
import { commaSeparated, settings } from '../options.js';
import { percent, table } from '../text.js';
import { workProgress } from '../work-progress.js';

interface TrainSettings extends ForestSettings {
  data: string;
  output?: string;
  modelsDir: string;
  labels?: string[];
  testSize: number;
}

/** The original's classes, for a `data.txt` that comes without the names of its own. */
const originalLabels = ['HAPPY', 'SAD'];

/** `emochat train`: `data.txt` → a forest, measured on rows it has not seen. */
export function registerTrain(program: Command): void {
  const command = program
    .command('train')
    .description(
      bilingual({
        es: 'entrena el bosque de emociones con data.txt',
        en: 'train the emotion forest on data.txt',
      }),
    )
    .option(
      '--data <file>',
      bilingual({ es: 'filas de prepare-data', en: 'rows of prepare-data' }),
      'data.txt',
    )
    .option(
      '--output <file>',
      bilingual({ es: 'dónde guardar el bosque', en: 'where to save the forest' }) + ' (models/trained.json)',
    )
    .option(
      '--labels <names>',
      bilingual({ es: 'nombres de las clases 0, 1, …', en: 'names of the classes 0, 1, …' }),
      commaSeparated,
    )
    .addOption(testSizeOption())
    .addOption(settings.modelsDir())
    .action((options: TrainSettings) => interruptible((signal) => run(options, signal)));
  for (const option of forestOptions()) command.addOption(option);
}

function testSizeOption(): Option {
  const about = { es: 'parte apartada para medir', en: 'share held out to measure on' };
  return new Option('--test-size <share>', bilingual(about)).default(0.2).argParser((text) => {
    const value = Number(text);
    if (text.trim() !== '' && value > 0 && value < 1) return value;
    throw new InvalidArgumentError(
      bilingual({ es: 'Debe estar entre 0 y 1, p. ej. 0.2.', en: 'It must lie between 0 and 1, e.g. 0.2.' }),
    );
  });
}

async function run(options: TrainSettings, signal: AbortSignal): Promise<void> {
  const dataset = await readDataset(options.data);
  const labels = options.labels ?? (await labelsBeside(options.data, dataset));
  // The place is claimed first: nobody wants to hear after the training that it cannot be written.
  const output = options.output ?? join(options.modelsDir, `${trainedForest}.json`);
  const model = await writeWhole(output, async (file) => {
    const grown = await grow(dataset, labels, options, signal);
    await file.write(`${JSON.stringify(grown)}\n`);
    return grown;
  });
  print(model, output);
}

async function labelsBeside(data: string, dataset: Dataset): Promise<readonly string[]> {
  const { readDatasetFiles } = await import('../../training/dataset-files.js');
  return (await readDatasetFiles(data, dataset.rows))?.labels ?? originalLabels;
}

async function grow(
  dataset: Dataset,
  labels: readonly string[],
  options: TrainSettings,
  signal: AbortSignal,
): Promise<TrainedForestFile> {
  // Loaded here, as all that takes long to load: `emochat --help` is not to wait for it.
  const { trainForest } = await import('../../training/train.js');
  const trainer = await openTrainer(options.engine);
  const progress = workProgress({ es: 'Árboles', en: 'Trees' });
  progress.start(options.trees);
  try {
    return await trainForest(
      dataset,
      trainer,
      { ...forestOptionsOf(options), labels, testSize: options.testSize },
      { onTree: (done) => progress.update(done), signal },
    );
  } finally {
    progress.stop();
  }
}

function print({ labels, training }: TrainedForestFile, output: string): void {
  const { accuracy, confusionMatrix } = training;
  const title = {
    es: 'Matriz de confusión (filas: real; columnas: predicha)',
    en: 'Confusion matrix (rows: actual; columns: predicted)',
  };
  const head = ['', ...labels].map((label) => ({ es: label, en: label }));
  const rows = confusionMatrix.map((row, i) => [labels[i] ?? '', ...row.map(String)]);
  process.stdout.write(`${bilingual({ es: 'Exactitud', en: 'Accuracy' })}: ${percent(accuracy)}\n`);
  process.stdout.write(`${bilingual(title)}:\n${table(head, rows)}`);
  process.stdout.write(`${bilingual({ es: 'Guardado', en: 'Saved' })}: ${output}\n`);
}
