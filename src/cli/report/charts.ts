import type { Metrics, ReliabilityBin } from '../../training/measuring/metrics.js';
import { localized } from '../language.js';
import { percent } from '../text.js';
import { faceLandmarks, faceLines, faceRegions, fitPoints } from './face-drawing.js';
import { html, phrase, table, type Html } from './html.js';
import { texts } from '../texts/report.js';

/** The confusion matrix as a table: counts, and the share of its row in the depth of each cell's colour. */
export function confusionChart({ perClass, confusionMatrix }: Metrics): Html {
  const rows = confusionMatrix.map((counts, i) => {
    const all = counts.reduce((sum, count) => sum + count, 0);
    const cells = counts.map((count) => confusionCell(count, all));
    return html`<tr>
      <th scope="row">${perClass[i]?.label ?? ''}</th>
      ${cells}
    </tr>`;
  });
  return table({
    heading: 'confusion',
    heads: [html``, ...perClass.map(({ label }) => html`${label}`)],
    rows,
    caption: phrase(texts.rowsAndColumns),
    kind: 'confusion',
  });
}

function confusionCell(count: number, all: number): Html {
  const share = all === 0 ? 0 : count / all;
  return html`<td style="--share:${share.toFixed(3)}">
    <b>${count}</b> <small>${wholePercent(share)}</small>
  </td>`;
}

const plot = { left: 44, top: 12, size: 264 };

/** How often the model is right where it is so and so sure; a point a bin, as large as its rows are many. */
export function reliabilityChart({ reliability, rows }: Metrics): Html {
  const title = texts.reliabilityTitle;
  const right = plot.left + plot.size;
  const bottom = plot.top + plot.size;
  const bins = reliability.filter((bin) => bin.rows > 0);
  return html`<svg class="chart" viewBox="0 0 320 324" role="img" aria-label="${localized(title)}">
    <rect class="frame" x="${plot.left}" y="${plot.top}" width="${plot.size}" height="${plot.size}" />
    ${[0, 0.25, 0.5, 0.75, 1].map(gridLines)}
    <path class="ideal" d="M${plot.left} ${bottom}L${right} ${plot.top}" />
    ${bins.map(gapLine)}
    <polyline class="measured" points="${bins.map((bin) => pointOf(bin).join(',')).join(' ')}" />
    ${bins.map((bin) => binDot(bin, rows))}
    <text x="${plot.left + plot.size / 2}" y="${bottom + 34}" text-anchor="middle">
      ${localized(texts.confidenceAxis)}
    </text>
    <text
      x="12"
      y="${plot.top + plot.size / 2}"
      text-anchor="middle"
      transform="rotate(-90 12 ${plot.top + plot.size / 2})"
    >
      ${localized(texts.rightAxis)}
    </text>
  </svg>`;
}

function gridLines(share: number): Html {
  const x = plot.left + share * plot.size;
  const y = plot.top + (1 - share) * plot.size;
  const bottom = plot.top + plot.size;
  return html`<path class="grid" d="M${x} ${plot.top}V${bottom}M${plot.left} ${y}H${plot.left + plot.size}" />
    <text x="${x}" y="${bottom + 15}" text-anchor="middle">${100 * share}</text>
    <text x="${plot.left - 6}" y="${y + 4}" text-anchor="end">${100 * share}</text>`;
}

function pointOf({ confidence, accuracy }: ReliabilityBin): [x: number, y: number] {
  return [plot.left + (confidence ?? 0) * plot.size, plot.top + (1 - (accuracy ?? 0)) * plot.size];
}

function gapLine(bin: ReliabilityBin): Html {
  const [x, y] = pointOf(bin);
  return html`<path class="gap" d="M${x} ${y}V${plot.top + (1 - (bin.confidence ?? 0)) * plot.size}" />`;
}

function binDot(bin: ReliabilityBin, rows: number): Html {
  const [x, y] = pointOf(bin);
  const radius = 3 + 11 * Math.sqrt(bin.rows / rows);
  return html`<circle class="bin" cx="${x}" cy="${y}" r="${radius.toFixed(2)}" />`;
}

/** The numbers of {@link reliabilityChart}. */
export function reliabilityTable({ reliability }: Metrics): Html {
  const rows = reliability
    .filter((bin) => bin.rows > 0)
    .map(
      ({ from, to, rows: faces, confidence, accuracy }) =>
        html`<tr>
          <th scope="row">${Math.round(100 * from)}–${wholePercent(to)}</th>
          <td>${percent(confidence ?? 0)}</td>
          <td>${percent(accuracy ?? 0)}</td>
          <td>${faces}</td>
        </tr>`,
    );
  const heads = [texts.confidence, texts.mean, texts.right, texts.faces];
  return table({ heading: 'reliability', heads: heads.map(phrase), rows });
}

/**
 * The mean face with each landmark as large and deep as it counts.
 *
 * @param meanFace x0, y0, x1, y1, …
 * @param importance a number a landmark.
 */
export function importanceChart(meanFace: ArrayLike<number>, importance: Float64Array): Html {
  const title = texts.meanFaceTitle;
  const points = fitPoints(meanFace, 320, 24);
  const most = Math.max(...importance, Number.MIN_VALUE);
  const dots = points.map(([x, y], i) => {
    const weight = Math.max(0, importance[i] ?? 0) / most;
    const name = `${i}: ${(100 * (importance[i] ?? 0)).toFixed(2)}`;
    return html`<circle
      cx="${x}"
      cy="${y}"
      r="${(2 + 11 * Math.sqrt(weight)).toFixed(2)}"
      style="--share:${weight.toFixed(3)}"
      ><title>${name}</title></circle
    >`;
  });
  return html`<svg class="chart mean-face" viewBox="0 0 320 320" role="img" aria-label="${localized(title)}">
    <g class="lines">${faceLines(points)}</g>
    <g class="weights">${dots}</g>
  </svg>`;
}

/** How much each region counts; nothing for landmarks in another order than iBUG's 68. */
export function regionTable(importance: Float64Array): Html {
  if (importance.length !== faceLandmarks) return html``;
  const sums = faceRegions.map(({ name, from, to }) => {
    const counted = importance.subarray(from, to + 1);
    const sum = counted.reduce((total, value) => total + Math.max(0, value), 0);
    return { name, sum, mean: sum / counted.length };
  });
  const all = sums.reduce((total, { sum }) => total + sum, 0) || 1;
  const rows = [...sums]
    .sort((a, b) => b.sum - a.sum)
    .map(
      ({ name, sum, mean }) =>
        html`<tr>
          <th scope="row">${phrase(name)}</th>
          <td>
            <span class="bar" style="--share:${(sum / all).toFixed(3)}"></span>${wholePercent(sum / all)}
          </td>
          <td>${(100 * mean).toFixed(2)}</td>
        </tr>`,
    );
  const heads = [texts.region, texts.share, texts.aPoint];
  return table({ heading: 'importance', heads: heads.map(phrase), rows });
}

/** A share without decimals. */
export function wholePercent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
