import { printable } from '../../common/printable.js';
import type { Message } from '../../common/user-error.js';
import type { Comparison } from '../../training/measuring/evaluation.js';
import type { EvaluationSet } from '../../training/measuring/evaluation-set.js';
import { countEndings } from '../../common/file-names.js';
import type { Metrics } from '../../training/measuring/metrics.js';
import { localized } from '../language.js';
import { percent, table } from '../text.js';
import type { EvaluationReport } from './evaluation-report.js';
import { searchText, searchTitle } from './search.js';
import { texts } from '../texts/report.js';

/** An evaluation for the terminal. */
export function evaluationText({ evaluation, set, against }: EvaluationReport): string {
  const { metrics } = evaluation;
  const parts = [
    summary(metrics, set),
    perClassTable(metrics),
    confusionTable(
      metrics.perClass.map(({ label }) => label),
      metrics.confusionMatrix,
    ),
    reliabilityTable(metrics),
  ];
  if (against) parts.push(comparisonText(against.model, against.comparison));
  return parts.join('');
}

/** The figures of several sets beside each other, a row a set. */
export function setsTable(reports: readonly EvaluationReport[]): string {
  const head = [
    texts.setColumn,
    texts.facesColumn,
    texts.accuracyColumn,
    texts.balancedColumn,
    texts.recallsColumn,
    texts.calibrationColumn,
    texts.namedColumn,
    texts.rightlyColumn,
  ];
  const rows = reports.map(({ data, evaluation: { metrics } }) => {
    const shown = metrics.perClass.filter(({ support }) => support > 0);
    const named = metrics.perClass.reduce((sum, label) => sum + label.named, 0);
    const rightly = metrics.perClass.reduce(
      (sum, label) => sum + label.named * (label.namedPrecision ?? 0),
      0,
    );
    return [
      printable(data),
      `${metrics.rows}`,
      percent(metrics.accuracy),
      percent(metrics.balancedAccuracy),
      shown.map(({ label, recall }) => `${label} ${share(recall)}`).join('\n'),
      percent(metrics.calibrationError),
      percent(named / metrics.rows),
      named > 0 ? percent(rightly / named) : '–',
    ];
  });
  return table(head, rows);
}

/** No terminal is wide enough for more. */
const mostColumns = 30;

/** The confusion matrix with its title; of many labels only where it is. */
export function confusionTable(labels: readonly string[], matrix: readonly (readonly number[])[]): string {
  if (labels.length > mostColumns) {
    const size = `${labels.length} × ${labels.length}`;
    const elsewhere = texts.matrixTooWide(size);
    return `${localized(elsewhere)}\n`;
  }
  const title = texts.matrixTitle;
  const head = ['', ...labels].map((label) => ({ es: label, en: label }));
  const rows = matrix.map((row, i) => [labels[i] ?? '', ...row.map(String)]);
  return `${localized(title)}:\n${table(head, rows)}`;
}

/** A p-value for people: three significant digits, none that the test cannot give. */
export function pValueText(pValue: number): string {
  return pValue < 1e-4 ? '< 0.0001' : Number(pValue.toPrecision(3)).toString();
}

function summary(metrics: Metrics, { search, noFace, unreadable }: EvaluationSet): string {
  const [low, high] = metrics.accuracyInterval;
  const unknown = localized(texts.notKnown);
  return lines([
    [texts.facesMeasured, `${metrics.rows}`],
    [texts.photosWithoutAFace, noFace === null ? unknown : `${noFace}`],
    ...(unreadable?.length ? [unreadableLine(unreadable)] : []),
    [searchTitle, localized(searchText(search))],
    [texts.accuracy, `${percent(metrics.accuracy)} (95 %: ${percent(low)} – ${percent(high)})`],
    [texts.balancedAccuracy, percent(metrics.balancedAccuracy)],
    [texts.logLoss, metrics.logLoss.toFixed(4)],
    [texts.brierRow, metrics.brier.toFixed(4)],
    [texts.calibrationError, percent(metrics.calibrationError)],
  ]);
}

function unreadableLine(files: readonly string[]): [Message, string] {
  return [texts.unreadablePhotos, `${files.length} (${endingsText(files)})`];
}

/** How many files of each ending there are, e.g. `.gif: 2, .jpg: 1`. */
export function endingsText(files: readonly string[]): string {
  return [...countEndings(files)]
    .map(([ending, count]) => `${printable(ending) || '–'}: ${count}`)
    .join(', ');
}

function lines(rows: readonly [Message, string][]): string {
  return rows.map(([name, value]) => `${localized(name)}: ${value}\n`).join('');
}

function share(value: number | null): string {
  return value === null ? '–' : percent(value);
}

function perClassTable({ perClass }: Metrics): string {
  const head = [
    texts.emotionColumn,
    texts.precisionColumn,
    texts.recallColumn,
    texts.f1Column,
    texts.facesColumn,
    texts.namedColumn,
    texts.rightlyColumn,
  ];
  const rows = perClass.map(({ label, precision, recall, f1, support, named, namedPrecision }) => [
    label,
    share(precision),
    share(recall),
    share(f1),
    `${support}`,
    `${named}`,
    share(namedPrecision),
  ]);
  return table(head, rows);
}

function reliabilityTable({ reliability }: Metrics): string {
  const head = [texts.confidenceAxis, texts.meanColumn, texts.rightAxis, texts.facesColumn];
  const rows = reliability
    .filter((bin) => bin.rows > 0)
    .map(({ from, to, confidence, accuracy, rows: faces }) => [
      `${Math.round(100 * from)}–${Math.round(100 * to)} %`,
      share(confidence),
      share(accuracy),
      `${faces}`,
    ]);
  return `${localized(texts.calibration)}:\n${table(head, rows)}`;
}

function comparisonText(model: string, comparison: Comparison): string {
  const { rows, accuracy, otherAccuracy, balancedAccuracy, otherBalancedAccuracy } = comparison;
  const head = [texts.againstColumn(model), texts.thisModelColumn, texts.theOtherColumn];
  const body = [
    [localized(texts.accuracyRow), percent(accuracy), percent(otherAccuracy)],
    [localized(texts.balancedAccuracyRow), percent(balancedAccuracy), percent(otherBalancedAccuracy)],
    [localized(texts.onlyThisOneIsRight), `${comparison.onlyFirst}`, `${comparison.onlySecond}`],
  ];
  const p = pValueText(comparison.pValue);
  const verdict = texts.mcNemarLine(rows, p);
  return `${table(head, body)}${localized(verdict)}\n`;
}
