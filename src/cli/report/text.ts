import { printable } from '../../common/printable.js';
import type { Message } from '../../common/user-error.js';
import type { Comparison } from '../../training/evaluation.js';
import type { EvaluationSet } from '../../training/evaluation-set.js';
import { countEndings } from '../../training/file-names.js';
import type { Metrics } from '../../training/metrics.js';
import { localized } from '../language.js';
import { percent, table } from '../text.js';
import type { EvaluationReport } from './evaluation-report.js';
import { searchText, searchTitle } from './search.js';

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

/** No terminal is wide enough for more. */
const mostColumns = 30;

/** The confusion matrix with its title; of many labels only where it is. */
export function confusionTable(labels: readonly string[], matrix: readonly (readonly number[])[]): string {
  if (labels.length > mostColumns) {
    const size = `${labels.length} × ${labels.length}`;
    const elsewhere = {
      es: `Matriz de confusión: ${size}, demasiado ancha para aquí; la dan el archivo del modelo y emochat evaluate --json`,
      en: `Confusion matrix: ${size}, too wide for here; the model file and emochat evaluate --json have it`,
    };
    return `${localized(elsewhere)}\n`;
  }
  const title = {
    es: 'Matriz de confusión (filas: real; columnas: predicha)',
    en: 'Confusion matrix (rows: actual; columns: predicted)',
  };
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
  const unknown = localized({ es: 'no se sabe', en: 'not known' });
  return lines([
    [{ es: 'Rostros medidos', en: 'Faces measured' }, `${metrics.rows}`],
    [{ es: 'Fotos sin rostro', en: 'Photos without a face' }, noFace === null ? unknown : `${noFace}`],
    ...(unreadable?.length ? [unreadableLine(unreadable)] : []),
    [searchTitle, localized(searchText(search))],
    [
      { es: 'Exactitud', en: 'Accuracy' },
      `${percent(metrics.accuracy)} (95 %: ${percent(low)} – ${percent(high)})`,
    ],
    [{ es: 'Exactitud equilibrada', en: 'Balanced accuracy' }, percent(metrics.balancedAccuracy)],
    [{ es: 'Pérdida logarítmica', en: 'Log-loss' }, metrics.logLoss.toFixed(4)],
    [{ es: 'Brier', en: 'Brier' }, metrics.brier.toFixed(4)],
    [{ es: 'Error de calibración', en: 'Calibration error (ECE)' }, percent(metrics.calibrationError)],
  ]);
}

function unreadableLine(files: readonly string[]): [Message, string] {
  return [{ es: 'Fotos ilegibles', en: 'Unreadable photos' }, `${files.length} (${endingsText(files)})`];
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
    { es: 'emoción', en: 'emotion' },
    { es: 'precisión', en: 'precision' },
    { es: 'exhaustividad', en: 'recall' },
    { es: 'F1', en: 'F1' },
    { es: 'rostros', en: 'faces' },
    { es: 'nombrada', en: 'named' },
    { es: 'con acierto', en: 'rightly' },
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
  const head = [
    { es: 'seguridad', en: 'confidence' },
    { es: 'media', en: 'mean' },
    { es: 'aciertos', en: 'right' },
    { es: 'rostros', en: 'faces' },
  ];
  const rows = reliability
    .filter((bin) => bin.rows > 0)
    .map(({ from, to, confidence, accuracy, rows: faces }) => [
      `${Math.round(100 * from)}–${Math.round(100 * to)} %`,
      share(confidence),
      share(accuracy),
      `${faces}`,
    ]);
  return `${localized({ es: 'Calibración', en: 'Calibration' })}:\n${table(head, rows)}`;
}

function comparisonText(model: string, comparison: Comparison): string {
  const { rows, accuracy, otherAccuracy, balancedAccuracy, otherBalancedAccuracy } = comparison;
  const head = [
    { es: `frente a ${model}`, en: 'against it' },
    { es: 'este modelo', en: 'this model' },
    { es: 'el otro', en: 'the other' },
  ];
  const body = [
    [localized({ es: 'exactitud', en: 'accuracy' }), percent(accuracy), percent(otherAccuracy)],
    [
      localized({ es: 'exactitud equilibrada', en: 'balanced accuracy' }),
      percent(balancedAccuracy),
      percent(otherBalancedAccuracy),
    ],
    [
      localized({ es: 'solo este acierta', en: 'only this one is right' }),
      `${comparison.onlyFirst}`,
      `${comparison.onlySecond}`,
    ],
  ];
  const p = pValueText(comparison.pValue);
  const verdict = {
    es: `McNemar (exacta), ${rows} rostros: p ${p.startsWith('<') ? p : `= ${p}`}`,
    en: 'probability of such a difference between equals',
  };
  return `${table(head, body)}${localized(verdict)}\n`;
}
