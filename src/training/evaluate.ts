import type { Dataset } from './dataset.js';
import type { EmotionForest } from './forest.js';

/** How well a forest does on labelled rows. */
export interface Evaluation {
  /** Share of the rows that are predicted right, in [0, 1]. */
  accuracy: number;
  /** Rows: true class; columns: predicted class; in the order of the labels. */
  confusionMatrix: number[][];
}

/**
 * Predicts every row and compares.
 *
 * @param dataset at least one row; classes below the number of the forest's labels.
 */
export function evaluate(forest: EmotionForest, dataset: Dataset): Evaluation {
  const { features, classes, rows, columns } = dataset;
  const confusionMatrix = forest.labels.map(() => forest.labels.map(() => 0));
  let right = 0;
  for (let row = 0; row < rows; row++) {
    const { emotion } = forest.predict(features.subarray(row * columns, (row + 1) * columns));
    const truth = classes[row] ?? 0;
    const predicted = forest.labels.indexOf(emotion);
    const line = confusionMatrix[truth];
    if (line !== undefined) line[predicted] = (line[predicted] ?? 0) + 1;
    if (predicted === truth) right += 1;
  }
  return { accuracy: right / rows, confusionMatrix };
}
