import { InvalidArgumentError, type Command } from 'commander';
import { stat } from 'node:fs/promises';
import { printable } from '../../common/printable.js';
import { UserError } from '../../common/user-error.js';
import type { EvaluationSet } from '../../training/measuring/evaluation-set.js';
import type { EmotionForest } from '../../emotion/forest.js';
import { meantPath, systemPath } from '../../common/file-names.js';
import { writeWhole } from '../../common/output-file.js';
import { addBatchOptions, openBatchVision, photoSearch, type BatchSettings } from '../setup/batch-vision.js';
import { forestFile, openForest, tellLandmarkMismatch } from '../setup/forest-setup.js';
import { interruptible } from '../interrupt.js';
import { localized } from '../language.js';
import { commaSeparated, settings } from '../settings/options.js';
import type { EvaluationReport } from '../report/evaluation-report.js';
import { workProgress } from '../work-progress.js';
import { texts } from '../texts/commands.js';

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
    .description(localized(texts.evaluateDescription))
    .argument('<path...>', localized(texts.evaluatePathArgument))
    .option('--json', localized(texts.evaluateJsonOption), false)
    .option('--html <file>', localized(texts.htmlOption))
    .option('--with-photos', localized(texts.withPhotosOption), false)
    .option('--against <name|file>', localized(texts.againstOption))
    .option('--map <names>', localized(texts.mapOption), renamedLabels, new Map())
    .option('--labels <names>', localized(texts.evaluateLabelsOption), commaSeparated)
    .addOption(settings.model());
  addBatchOptions(command);
  command.action((paths: string[], options: EvaluateSettings) =>
    interruptible((signal) => run(paths, options, signal)),
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
  throw new InvalidArgumentError(localized(texts.mapInvalid));
}

async function run(given: readonly string[], options: EvaluateSettings, signal: AbortSignal): Promise<void> {
  checkUsage(given, options);
  const forest = await openForest(options);
  // All of them before the first is measured: nobody wants to hear after minutes that the last is misspelt.
  const paths = await Promise.all(given.map(existingPath));
  const reports: EvaluationReport[] = [];
  for (const [i, name] of given.entries()) {
    const report = await evaluatePath(paths[i] ?? name, forest, options, signal);
    if (given.length > 1 && !options.json) process.stdout.write(`\n${printable(name)}\n`);
    await print(report, options);
    reports.push(report);
  }
  if (reports.length < 2 || options.json) return;
  const { setsTable } = await import('../report/text.js');
  process.stdout.write(`\n${setsTable(reports)}`);
}

/** @throws UserError `PATH_MISSING` */
async function existingPath(name: string): Promise<string> {
  const path = await meantPath(name);
  await stat(systemPath(path)).catch(missing(path));
  return path;
}

async function evaluatePath(
  path: string,
  forest: EmotionForest,
  options: EvaluateSettings,
  signal: AbortSignal,
): Promise<EvaluationReport> {
  const { html } = options;
  return html === undefined
    ? measure(path, forest, options, signal)
    : // The place is claimed first: nobody wants to hear after the measuring that it cannot be written.
      writeWhole(
        html,
        async (file) => {
          const report = await measure(path, forest, options, signal);
          const { evaluationPage } = await import('../report/page.js');
          await file.write(await evaluationPage(report, forest, options.withPhotos, signal));
          return report;
        },
        '--html',
      );
}

function checkUsage(paths: readonly string[], { withPhotos, html }: EvaluateSettings): void {
  if (html !== undefined && paths.length > 1)
    throw new UserError('HTML_OF_SEVERAL', texts.htmlOfSeveral, { exitCode: 2 });
  if (!withPhotos || html !== undefined) return;
  throw new UserError('HTML_MISSING', texts.withPhotosWithoutHtml, { exitCode: 2 });
}

async function measure(
  path: string,
  forest: EmotionForest,
  options: EvaluateSettings,
  signal: AbortSignal,
): Promise<EvaluationReport> {
  const { compareForests, evaluateSet } = await import('../../training/measuring/evaluation.js');
  const other =
    options.against === undefined ? undefined : await openForest({ ...options, model: options.against });
  const described = forest.needsDescription || other?.needsDescription === true;
  const set = await readSet(path, forest, described, options, signal);
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
  described: boolean,
  options: EvaluateSettings,
  signal: AbortSignal,
): Promise<EvaluationSet> {
  const { classFinder } = await import('../../emotion/class-names.js');
  const classOf = classFinder(forest.labels, options.map);
  const { readPhotoSet, readRowSet } = await import('../../training/measuring/evaluation-set.js');
  const found = await stat(systemPath(path)).catch(missing(path));
  if (!found.isDirectory()) return readRowSet(path, classOf, { names: options.labels, described });
  const vision = await openBatchVision(options);
  tellLandmarkMismatch(forest, vision);
  const progress = workProgress(texts.photos);
  let done = 0;
  try {
    return await readPhotoSet(described ? vision.describing() : vision, path, classOf, {
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
    throw new UserError('PATH_MISSING', texts.nothingToMeasure(path, cause.message), { cause });
  };
}

function tellSkipped({ skipped }: EvaluationSet, labels: readonly string[]): void {
  if (skipped.size === 0) return;
  const names = [...skipped].map(([name, count]) => `${printable(name)} (${count})`).join(', ');
  const known = labels.join(', ');
  const text = texts.notMeasured(names, known);
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
  if (html !== undefined) process.stdout.write(`${localized(texts.report)}: ${html}\n`);
}
