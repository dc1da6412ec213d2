import { basename } from 'node:path';
import type { Message } from '../../common/user-error.js';
import type { EmotionForest } from '../../emotion/forest.js';
import { landmarkImportance } from '../../training/measuring/landmark-importance.js';
import type { Dataset } from '../../training/dataset/dataset.js';
import type { Metrics } from '../../training/measuring/metrics.js';
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
import { texts } from '../texts/report.js';

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
    section('figures', texts.inShort, figures(metrics), 'wide'),
    section('confusion', texts.confusionMatrix, confusionChart(metrics)),
    section('classes', texts.emotionByEmotion, perClassTable(metrics)),
    section('reliability', texts.canItsConfidenceBeBelieved, reliability(metrics)),
    section(
      'importance',
      texts.whatItGoesBy,
      importanceSection(report.set.dataset, importance, forest.needsDescription),
    ),
    ...comparison(report),
    section(
      'mistakes',
      texts.theWorstMistakes,
      await mistakesSection(report, withPhotos, mistakes.length),
      'wide',
    ),
    section('notes', texts.howToReadIt, notes(metrics), 'wide'),
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
          <h1>${phrase(texts.evaluationReport)}</h1>
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
    [texts.model, basename(model)],
    [texts.measuredOn, data],
    [texts.faces, `${evaluation.metrics.rows}`],
    [texts.photosWithoutAFace, set.noFace === null ? '?' : `${set.noFace}`],
  ];
  rows.push([searchTitle, phrase(searchText(set.search))]);
  if (set.unreadable?.length) {
    const title = texts.unreadablePhotos;
    rows.push([title, `${set.unreadable.length} (${endingsText(set.unreadable)})`]);
  }
  if (set.skipped.size > 0) {
    const names = [...set.skipped].map(([name, count]) => `${name} (${count})`).join(', ');
    rows.push([texts.notMeasured, names]);
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
    [texts.accuracy, percent(metrics.accuracy), `95 %: ${percent(low)} – ${percent(high)}`],
    [texts.balancedAccuracy, percent(metrics.balancedAccuracy), ''],
    [texts.calibrationError, percent(metrics.calibrationError), ''],
    [texts.logLoss, metrics.logLoss.toFixed(3), ''],
    [texts.brierScore, metrics.brier.toFixed(3), ''],
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
    phrase(texts.emotion),
    phrase(texts.precision),
    phrase(texts.recall),
    html`F1`,
    phrase(texts.faces),
    phrase(texts.named),
    phrase(texts.rightly),
  ];
  return table({ heading: 'classes', heads, rows });
}

function reliability(metrics: Metrics): Html {
  const text = texts.reliabilityNote;
  return html`<p>${phrase(text)}</p>
    ${reliabilityChart(metrics)}
    <details>
      <summary>${phrase(texts.theNumbers)}</summary>
      ${reliabilityTable(metrics)}
    </details>`;
}

function importanceSection(dataset: Dataset, importance: Float64Array, looksAtPicture: boolean): Html {
  const picture = looksAtPicture ? [html`<p>${phrase(texts.importancePictureNote)}</p>`] : [];
  return html`<p>${phrase(texts.importanceNote)}</p>
    ${picture} ${importanceChart(meanRow(dataset), importance)}
    <details>
      <summary>${phrase(texts.byRegionOfTheFace)}</summary>
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
  const verdict = texts.mcNemarSentence(found.rows, p);
  const rows: [Message, string, string][] = [
    [texts.accuracy, percent(found.accuracy), percent(found.otherAccuracy)],
    [texts.balancedAccuracy, percent(found.balancedAccuracy), percent(found.otherBalancedAccuracy)],
    [texts.facesThatItAloneGetsRight, `${found.onlyFirst}`, `${found.onlySecond}`],
  ];
  const compared = table({
    heading: 'against',
    heads: [html``, phrase(texts.thisModel), html`${basename(model)}`],
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
  return [section('against', texts.againstAnotherModel, body, 'wide')];
}

async function mistakesSection(
  { evaluation, set }: EvaluationReport,
  withPhotos: boolean,
  all: number,
): Promise<Html> {
  const text = texts.mistakesNote(all);
  return html`<p>${phrase(text)}</p>
    ${await worstMistakes(evaluation.mistakes, set, withPhotos)}`;
}

function notes({ perClass }: Metrics): Html {
  const brier = perClass.length === 2 ? texts.brierOfTwo : texts.brierOfMany;
  const terms: [Message, Message][] = [
    [texts.accuracy, texts.accuracyMeaning],
    [texts.balancedAccuracy, texts.balancedAccuracyMeaning],
    [texts.precisionAndRecall, texts.precisionAndRecallMeaning],
    [texts.logLoss, texts.logLossMeaning],
    [texts.brierScore, brier],
    [texts.calibrationError, texts.calibrationErrorMeaning],
  ];
  return html`<dl class="notes">
    ${terms.map(
      ([name, text]) =>
        html`<dt>${phrase(name)}</dt>
          <dd>${phrase(text)}</dd>`,
    )}
  </dl>`;
}
