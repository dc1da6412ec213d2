/**
 * A forest file of one tree with one question: a face whose `column` is below `threshold` is of the first label, else of the second;
 * it is always `confidence` sure.
 */
export function oneQuestionForest({
  labels = ['HAPPY', 'SAD'],
  landmarks = 68,
  column = 0,
  threshold = 0.5,
  confidence = 0.8,
} = {}): object {
  const leaf = (...shares: number[]) => ({ distribution: [shares] });
  const root = {
    splitColumn: 0,
    splitValue: threshold,
    left: leaf(confidence, 1 - confidence),
    right: leaf(1 - confidence, confidence),
  };
  return {
    format: 'emochat-forest',
    version: 1,
    labels,
    features: { kind: 'normalized-landmarks', landmarks, count: 2 * landmarks },
    forest: {
      name: 'RFClassifier',
      baseModel: {
        isClassifier: true,
        nEstimators: 1,
        indexes: [[column]],
        estimators: [{ name: 'DTClassifier', root }],
      },
    },
  };
}
