import { InvalidArgumentError, type Command } from 'commander';
import { stat } from 'node:fs/promises';
import { printable } from '../../common/printable.js';
import { UserError } from '../../common/user-error.js';
import type { EvaluationSet } from '../../training/evaluation-set.js';
import type { EmotionForest } from '../../training/forest.js';
import { meantPath, systemPath } from '../../training/file-names.js';
import { writeWhole } from '../../training/output-file.js';
import { addBatchOptions, openBatchVision, photoSearch, type BatchSettings } from '../batch-vision.js';
import { forestFile, openForest, tellLandmarkMismatch } from '../forest-setup.js';
import { interruptible } from '../interrupt.js';
import { localized } from '../language.js';
import { commaSeparated, settings } from '../options.js';
import type { EvaluationReport } from '../report/evaluation-report.js';
import { workProgress } from '../work-progress.js';

interface EvaluateSettings extends BatchSettings {
  model?: string;
  against?: string;
  labels?: string[];
  map: ReadonlyMap<string, string>;
  json: boolean;
  html?: string;
  withPhotos: boolean;
}

/** `emochat evaluate`: a forest against photos or rows whose emotion is known. */
export function registerEvaluate(program: Command): void {
  const command = program
    .command('evaluate')
    .description(
      localized({
        es: 'mide el modelo con fotos o filas de emoción conocida',
        en: 'measure the model on photos or rows of known emotion',
      }),
    )
    .argument(
      '<path>',
      localized({
        es: 'carpeta con una carpeta por emoción, o un data.txt',
        en: 'folder with a folder for each emotion, or a data.txt',
      }),
    )
    .option(
      '--json',
      localized({ es: 'un objeto JSON en la salida', en: 'one JSON object on stdout' }),
      false,
    )
    .option('--html <file>', localized({ es: 'informe en una página', en: 'report as a page' }))
    .option(
      '--with-photos',
      localized({
        es: 'incluye en el informe las fotos de los peores errores',
        en: 'put the photos of the worst mistakes into the report',
      }),
      false,
    )
    .option(
      '--against <name|file>',
      localized({ es: 'otro modelo con el que compararlo', en: 'another model to compare it with' }),
    )
    .option(
      '--map <names>',
      localized({
        es: 'carpetas que se llaman de otro modo: carpeta=EMOCIÓN,…',
        en: 'folders that are called otherwise: folder=EMOTION,…',
      }),
      renamedLabels,
      new Map(),
    )
    .option(
      '--labels <names>',
      localized({
        es: 'nombres de las clases 0, 1, … de data.txt',
        en: 'names of the classes 0, 1, … of data.txt',
      }),
      commaSeparated,
    )
    .addOption(settings.model());
  addBatchOptions(command);
  command.action((path: string, options: EvaluateSettings) =>
    interruptible((signal) => run(path, options, signal)),
  );
}

/** @param known those of the same flag before. */
function renamedLabels(text: string, known: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const pairs = commaSeparated(text).map((pair) => pair.split('='));
  const whole = pairs.every((names) => names.length === 2 && names.every((name) => name.trim() !== ''));
  if (whole) {
    const added = pairs.map(([name = '', label = '']) => [name.trim(), label.trim()] as const);
    return new Map([...known, ...added]);
  }
  throw new InvalidArgumentError(
    localized({ es: 'Debe ser carpeta=EMOCIÓN,…', en: 'It must be folder=EMOTION,….' }),
  );
}

async function run(given: string, options: EvaluateSettings, signal: AbortSignal): Promise<void> {
  checkUsage(options);
  const path = await meantPath(given);
  const { html } = options;
  const forest = await openForest(options);
  const measured =
    html === undefined
      ? await measure(path, forest, options, signal)
      : // The place is claimed first: nobody wants to hear after the measuring that it cannot be written.
        await writeWhole(
          html,
          async (file) => {
            const report = await measure(path, forest, options, signal);
            const { evaluationPage } = await import('../report/page.js');
            await file.write(await evaluationPage(report, forest, options.withPhotos, signal));
            return report;
          },
          '--html',
        );
  await print(measured, options);
}

function checkUsage({ withPhotos, html }: EvaluateSettings): void {
  if (!withPhotos || html !== undefined) return;
  throw new UserError(
    'HTML_MISSING',
    {
      es: '--with-photos es para el informe: indica también --html FILE.',
      en: '--with-photos is for the report: give --html FILE, too.',
    },
    { exitCode: 2 },
  );
}

async function measure(
  path: string,
  forest: EmotionForest,
  options: EvaluateSettings,
  signal: AbortSignal,
): Promise<EvaluationReport> {
  const { compareForests, evaluateSet } = await import('../../training/evaluation.js');
  const other =
    options.against === undefined ? undefined : await openForest({ ...options, model: options.against });
  const set = await readSet(path, forest, options, signal);
  tellSkipped(set, forest.labels);
  const evaluation = evaluateSet(forest, set);
  const report = { model: forestFile(options.model, options.modelsDir), data: path, set, evaluation };
  if (other === undefined || options.against === undefined) return report;
  const model = forestFile(options.against, options.modelsDir);
  return { ...report, against: { model, comparison: compareForests(forest, other, set) } };
}

async function readSet(
  path: string,
  forest: EmotionForest,
  options: EvaluateSettings,
  signal: AbortSignal,
): Promise<EvaluationSet> {
  const { classFinder } = await import('../../training/class-names.js');
  const classOf = classFinder(forest.labels, options.map);
  const { readPhotoSet, readRowSet } = await import('../../training/evaluation-set.js');
  const found = await stat(systemPath(path)).catch(missing(path));
  if (!found.isDirectory()) return readRowSet(path, classOf, options.labels);
  const vision = await openBatchVision(options);
  tellLandmarkMismatch(forest, vision);
  const progress = workProgress({ es: 'Fotos', en: 'Photos' });
  let done = 0;
  try {
    return await readPhotoSet(vision, path, classOf, {
      onStart: (photos) => progress.start(photos),
      onPhoto: () => progress.update(++done),
      ...photoSearch(options),
      signal,
    });
  } finally {
    progress.stop();
    await vision.close();
  }
}

function missing(path: string): (cause: Error) => never {
  return (cause) => {
    throw new UserError(
      'PATH_MISSING',
      {
        es: `No se puede leer ${path} (${cause.message}). Indica una carpeta con una carpeta por emoción, o un data.txt.`,
        en: `${path} cannot be read (${cause.message}). Name a folder with a folder for each emotion, or a data.txt.`,
      },
      { cause },
    );
  };
}

function tellSkipped({ skipped }: EvaluationSet, labels: readonly string[]): void {
  if (skipped.size === 0) return;
  const names = [...skipped].map(([name, count]) => `${printable(name)} (${count})`).join(', ');
  const known = labels.join(', ');
  const text = {
    es: `No se mide lo que el modelo no conoce: ${names}. Conoce: ${known}. Si es otro nombre de una de ellas: --map carpeta=EMOCIÓN`,
    en: `What the model does not know is not measured: ${names}. It knows: ${known}. If it is another name of one of them: --map folder=EMOTION`,
  };
  process.stderr.write(`${localized(text)}\n`);
}

async function print(report: EvaluationReport, { json, html }: EvaluateSettings): Promise<void> {
  if (json) {
    const { evaluationJson } = await import('../report/json.js');
    process.stdout.write(`${JSON.stringify(evaluationJson(report))}\n`);
    return;
  }
  const { evaluationText } = await import('../report/text.js');
  process.stdout.write(evaluationText(report));
  if (html !== undefined) process.stdout.write(`${localized({ es: 'Informe', en: 'Report' })}: ${html}\n`);
}
