import { faceRow, type Dataset } from '../dataset/dataset.js';
import type { EmotionForest } from '../../emotion/forest.js';
import { computeMetrics, type Metrics, type Predictions } from './metrics.js';

/**
 * What a forest says of every row.
 *
 * @param dataset as many features a row as the forest takes; classes are indices into the forest's labels.
 */
export function predictRows(forest: EmotionForest, dataset: Dataset): Predictions {
  const { classes, rows } = dataset;
  const { labels } = forest;
  const probabilities = new Float64Array(rows * labels.length);
  const sure = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    const { features, description } = faceRow(dataset, row);
    const said = forest.predict(features, description);
    labels.forEach((label, i) => (probabilities[row * labels.length + i] = said.probabilities[label] ?? 0));
    sure[row] = Number(said.sure);
  }
  return { labels, truth: classes, probabilities, sure };
}

/**
 * Predicts every row and compares.
 *
 * @param dataset at least one row; classes below the number of the forest's labels.
 */
export function evaluate(forest: EmotionForest, dataset: Dataset): Metrics {
  return computeMetrics(predictRows(forest, dataset));
}
