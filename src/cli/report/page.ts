import { basename } from 'node:path';
import type { Message } from '../../common/user-error.js';
import type { EmotionForest } from '../../training/forest.js';
import { landmarkImportance } from '../../training/landmark-importance.js';
import type { Dataset } from '../../training/dataset.js';
import type { Metrics } from '../../training/metrics.js';
import { currentLanguage } from '../language.js';
import { percent } from '../text.js';
import {
  confusionChart,
  importanceChart,
  regionTable,
  reliabilityChart,
  reliabilityTable,
} from './charts.js';
import type { EvaluationReport } from './evaluation-report.js';
import { html, phrase, raw, table, type Html } from './html.js';
import { worstMistakes } from './mistakes.js';
import { searchText, searchTitle } from './search.js';
import { reportStyles } from './styles.js';
import { endingsText, pValueText } from './text.js';

/** The seed of the draws behind the importance: the original's. */
const seed = 42;

/**
 * An evaluation as one page that needs nothing else: no script, no font, no picture from elsewhere, and no photo unless asked.
 *
 * @param withPhotos whether to embed the photos of the worst mistakes.
 * @throws the signal's reason if it is aborted.
 */
export async function evaluationPage(
  report: EvaluationReport,
  forest: EmotionForest,
  withPhotos: boolean,
  signal?: AbortSignal,
): Promise<string> {
  const { metrics, mistakes } = report.evaluation;
  const importance = await landmarkImportance(forest, report.set.dataset, seed, signal);
  const sections = [
    section('figures', { es: 'En resumen', en: 'In short' }, figures(metrics), 'wide'),
    section('confusion', { es: 'Matriz de confusión', en: 'Confusion matrix' }, confusionChart(metrics)),
    section('classes', { es: 'Emoción por emoción', en: 'Emotion by emotion' }, perClassTable(metrics)),
    section(
      'reliability',
      { es: '¿Se puede creer su seguridad?', en: 'Can its confidence be believed?' },
      reliability(metrics),
    ),
    section(
      'importance',
      { es: 'En qué se fija', en: 'What it goes by' },
      importanceSection(report.set.dataset, importance),
    ),
    ...comparison(report),
    section(
      'mistakes',
      { es: 'Los peores errores', en: 'The worst mistakes' },
      await mistakesSection(report, withPhotos, mistakes.length),
      'wide',
    ),
    section('notes', { es: 'Cómo leerlo', en: 'How to read it' }, notes(metrics), 'wide'),
  ];
  return page(report, sections);
}

function page(report: EvaluationReport, sections: readonly Html[]): string {
  const title = `EmoChat: ${basename(report.model)}, ${basename(report.data)}`;
  const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
  return html`<!doctype html>
    <html lang="${currentLanguage()}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <title>${title}</title>
        <style>
          ${raw(reportStyles)}
        </style>
      </head>
      <body>
        <header>
          <h1>${phrase({ es: 'Informe de medida', en: 'Evaluation report' })}</h1>
          ${facts(report)}
        </header>
        <main>${sections}</main>
        <footer><p>EmoChat, ${new Date().toISOString().slice(0, 10)}</p></footer>
      </body>
    </html> `.text;
}

function section(id: string, title: Message, body: Html, kind = ''): Html {
  return html`<section class="${kind}" aria-labelledby="${id}">
    <h2 id="${id}">${phrase(title)}</h2>
    ${body}
  </section> `;
}

function facts({ model, data, set, evaluation }: EvaluationReport): Html {
  const rows: [Message, string | Html][] = [
    [{ es: 'Modelo', en: 'Model' }, basename(model)],
    [{ es: 'Medido con', en: 'Measured on' }, data],
    [{ es: 'Rostros', en: 'Faces' }, `${evaluation.metrics.rows}`],
    [{ es: 'Fotos sin rostro', en: 'Photos without a face' }, set.noFace === null ? '?' : `${set.noFace}`],
  ];
  rows.push([searchTitle, phrase(searchText(set.search))]);
  if (set.unreadable?.length) {
    const title = { es: 'Fotos ilegibles', en: 'Unreadable photos' };
    rows.push([title, `${set.unreadable.length} (${endingsText(set.unreadable)})`]);
  }
  if (set.skipped.size > 0) {
    const names = [...set.skipped].map(([name, count]) => `${name} (${count})`).join(', ');
    rows.push([{ es: 'No medido: el modelo no lo conoce', en: 'Not measured: unknown to the model' }, names]);
  }
  return html`<dl class="facts">
    ${rows.map(
      ([name, value]) =>
        html`<div>
          <dt>${phrase(name)}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

function figures(metrics: Metrics): Html {
  const [low, high] = metrics.accuracyInterval;
  const cards: [Message, string, string][] = [
    [
      { es: 'Exactitud', en: 'Accuracy' },
      percent(metrics.accuracy),
      `95 %: ${percent(low)} – ${percent(high)}`,
    ],
    [{ es: 'Exactitud equilibrada', en: 'Balanced accuracy' }, percent(metrics.balancedAccuracy), ''],
    [{ es: 'Error de calibración', en: 'Calibration error (ECE)' }, percent(metrics.calibrationError), ''],
    [{ es: 'Pérdida logarítmica', en: 'Log-loss' }, metrics.logLoss.toFixed(3), ''],
    [{ es: 'Brier', en: 'Brier score' }, metrics.brier.toFixed(3), ''],
  ];
  return html`<dl class="figures">
    ${cards.map(
      ([name, value, more]) =>
        html`<div>
          <dt>${phrase(name)}</dt>
          <dd>${value}<small>${more}</small></dd>
        </div>`,
    )}
  </dl>`;
}

function perClassTable({ perClass }: Metrics): Html {
  const share = (value: number | null) => (value === null ? '–' : percent(value));
  const rows = perClass.map(
    ({ label, precision, recall, f1, support, named, namedPrecision }) =>
      html`<tr>
        <th scope="row">${label}</th>
        <td>${share(precision)}</td>
        <td>${share(recall)}</td>
        <td>${share(f1)}</td>
        <td>${support}</td>
        <td>${named}</td>
        <td>${share(namedPrecision)}</td>
      </tr>`,
  );
  const heads = [
    phrase({ es: 'Emoción', en: 'Emotion' }),
    phrase({ es: 'Precisión', en: 'Precision' }),
    phrase({ es: 'Exhaustividad', en: 'Recall' }),
    html`F1`,
    phrase({ es: 'Rostros', en: 'Faces' }),
    phrase({ es: 'Nombrada', en: 'Named' }),
    phrase({ es: 'Con acierto', en: 'Rightly' }),
  ];
  return table({ heading: 'classes', heads, rows });
}

function reliability(metrics: Metrics): Html {
  const text = {
    es: 'En la diagonal, cuando el modelo dice 80 % acierta 8 de cada 10 veces. Por debajo se confía demasiado; por encima, demasiado poco.',
    en: 'On the diagonal, the model is right 8 times in 10 when it says 80 %. Below it is too sure, above not sure enough.',
  };
  return html`<p>${phrase(text)}</p>
    ${reliabilityChart(metrics)}
    <details>
      <summary>${phrase({ es: 'Los números', en: 'The numbers' })}</summary>
      ${reliabilityTable(metrics)}
    </details>`;
}

function importanceSection(dataset: Dataset, importance: Float64Array): Html {
  const text = {
    es: 'Cuánta probabilidad pierde la emoción verdadera si ese punto se toma de otro rostro. Los puntos que dicen lo mismo se reparten la importancia.',
    en: 'How much probability the true emotion loses if that point is taken from another face. Points that say the same share the importance.',
  };
  return html`<p>${phrase(text)}</p>
    ${importanceChart(meanRow(dataset), importance)}
    <details>
      <summary>${phrase({ es: 'Por zonas del rostro', en: 'By region of the face' })}</summary>
      ${regionTable(importance)}
    </details>`;
}

function meanRow({ features, rows, columns }: Dataset): Float64Array {
  const sums = new Float64Array(columns);
  features.forEach((value, i) => (sums[i % columns] = (sums[i % columns] ?? 0) + value));
  return sums.map((sum) => sum / rows);
}

function comparison({ against }: EvaluationReport): Html[] {
  if (against === undefined) return [];
  const { comparison: found, model } = against;
  const p = pValueText(found.pValue);
  const verdict = {
    es: `Prueba exacta de McNemar con ${found.rows} rostros: p ${p.startsWith('<') ? p : `= ${p}`}. Es la probabilidad de una diferencia así entre dos modelos igual de buenos.`,
    en: 'Exact McNemar test: the probability of such a difference between two models that are equally good.',
  };
  const rows: [Message, string, string][] = [
    [{ es: 'Exactitud', en: 'Accuracy' }, percent(found.accuracy), percent(found.otherAccuracy)],
    [
      { es: 'Exactitud equilibrada', en: 'Balanced accuracy' },
      percent(found.balancedAccuracy),
      percent(found.otherBalancedAccuracy),
    ],
    [
      { es: 'Rostros en que solo él acierta', en: 'Faces that it alone gets right' },
      `${found.onlyFirst}`,
      `${found.onlySecond}`,
    ],
  ];
  const compared = table({
    heading: 'against',
    heads: [html``, phrase({ es: 'Este modelo', en: 'This model' }), html`${basename(model)}`],
    rows: rows.map(
      ([name, own, other]) =>
        html`<tr>
          <th scope="row">${phrase(name)}</th>
          <td>${own}</td>
          <td>${other}</td>
        </tr>`,
    ),
  });
  const body = html`${compared}
    <p class="verdict">${phrase(verdict)}</p>`;
  return [section('against', { es: 'Frente a otro modelo', en: 'Against another model' }, body, 'wide')];
}

async function mistakesSection(
  { evaluation, set }: EvaluationReport,
  withPhotos: boolean,
  all: number,
): Promise<Html> {
  const text = {
    es: `De ${all} errores, aquellos en que estaba más seguro. A veces lo equivocado es la etiqueta.`,
    en: `Of ${all} mistakes, those it was surest of. Sometimes it is the label that is wrong.`,
  };
  return html`<p>${phrase(text)}</p>
    ${await worstMistakes(evaluation.mistakes, set, withPhotos)}`;
}

function notes({ perClass }: Metrics): Html {
  const brier =
    perClass.length === 2
      ? {
          es: 'Error cuadrático medio de la probabilidad; 0 es perfecto, 0.25 es decir siempre 50 %.',
          en: 'Mean squared error of the probability; 0 is perfect, 0.25 is always saying 50 %.',
        }
      : {
          es: 'Error cuadrático medio de las probabilidades, sumado por emociones; 0 es perfecto, 2 lo peor.',
          en: 'Mean squared error of the probabilities, summed over the emotions; 0 is perfect, 2 the worst.',
        };
  const terms: [Message, Message][] = [
    [
      { es: 'Exactitud', en: 'Accuracy' },
      {
        es: 'Parte de los rostros acertados. El intervalo (Wilson) supone fotos independientes: varias de la misma persona no lo son.',
        en: 'Share of the faces that are right. The interval (Wilson) takes the photos as independent: several of one person are not.',
      },
    ],
    [
      { es: 'Exactitud equilibrada', en: 'Balanced accuracy' },
      {
        es: 'Media de la exhaustividad de las emociones: no la infla la más frecuente.',
        en: 'Mean recall of the emotions: the most frequent one does not inflate it.',
      },
    ],
    [
      { es: 'Precisión y exhaustividad', en: 'Precision and recall' },
      {
        es: 'De lo que dijo ser una emoción, cuánto lo era; de lo que lo era, cuánto dijo.',
        en: 'Of what it said to be an emotion, how much was; of what was, how much it said.',
      },
    ],
    [
      { es: 'Pérdida logarítmica', en: 'Log-loss' },
      {
        es: 'Castiga sobre todo estar seguro y errar; 0 es perfecta.',
        en: 'Punishes being sure and wrong above all; 0 is perfect.',
      },
    ],
    [{ es: 'Brier', en: 'Brier score' }, brier],
    [
      { es: 'Error de calibración', en: 'Calibration error (ECE)' },
      {
        es: 'Distancia media entre la seguridad del modelo y sus aciertos, en diez tramos.',
        en: 'Mean distance between its confidence and the share it gets right, in ten bins.',
      },
    ],
  ];
  return html`<dl class="notes">
    ${terms.map(
      ([name, text]) =>
        html`<dt>${phrase(name)}</dt>
          <dd>${phrase(text)}</dd>`,
    )}
  </dl>`;
}
