import { UserError } from '../common/user-error.js';

/** Where the class of that name is among a forest's; `undefined` if it has none of that name. */
export type ClassOf = (name: string) => number | undefined;

/**
 * Finds a forest's classes by the names that folders and data sets give them, in upper or lower case.
 *
 * @param labels the forest's.
 * @param renamed other names for some of them, e.g. `surprise` → `SURPRISED`.
 * @throws UserError `LABEL_UNKNOWN` if a name stands for a label that the forest does not have.
 */
export function classFinder(labels: readonly string[], renamed: ReadonlyMap<string, string>): ClassOf {
  const classes = new Map(labels.map((label, index) => [label.toUpperCase(), index]));
  for (const [name, label] of renamed) {
    const index = labels.findIndex((known) => known.toUpperCase() === label.toUpperCase());
    if (index < 0) throw labelUnknown(label, labels);
    classes.set(name.toUpperCase(), index);
  }
  return (name) => classes.get(name.toUpperCase());
}

function labelUnknown(label: string, labels: readonly string[]): UserError {
  return new UserError('LABEL_UNKNOWN', {
    es: `El modelo no tiene la emoción «${label}» (--map). Tiene: ${labels.join(', ')}.`,
    en: `The model has no emotion "${label}" (--map). It has: ${labels.join(', ')}.`,
  });
}
