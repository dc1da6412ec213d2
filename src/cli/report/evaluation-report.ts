import type { Comparison, Evaluation } from '../../training/measuring/evaluation.js';
import type { EvaluationSet } from '../../training/measuring/evaluation-set.js';

/** All that an evaluation found out, for the forms in which it is shown. */
export interface EvaluationReport {
  /** The forest's file, and what was measured on, as the user named them. */
  model: string;
  data: string;
  set: EvaluationSet;
  evaluation: Evaluation;
  /** How it does against another forest, if one was named. */
  against?: { model: string; comparison: Comparison };
}
