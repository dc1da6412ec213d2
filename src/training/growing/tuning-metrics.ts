/** What a search for options may go by. */
export const tuningMetrics = ['balanced-accuracy', 'accuracy', 'log-loss'] as const;
export type TuningMetric = (typeof tuningMetrics)[number];
