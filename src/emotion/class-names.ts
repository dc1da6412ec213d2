import { UserError } from '../common/user-error.js';
import { texts } from './texts.js';

/**
 * What names have in common that are the same name to people: upper or lower case, and accents in one character (as they are typed)
 * or as one of their own (as macOS writes names of files).
 */
export function nameKey(name: string): string {
  return name.normalize('NFC').toUpperCase().normalize('NFC');
}

/** Where the class of that name is among a forest's; `undefined` if it has none of that name. */
export type ClassOf = (name: string) => number | undefined;

/**
 * Finds a forest's classes by the names that folders and data sets give them, see {@link nameKey}.
 *
 * @param labels the forest's.
 * @param renamed other names for some of them, e.g. `surprise` → `SURPRISED`.
 * @throws UserError `LABEL_UNKNOWN` if a name stands for a label that the forest does not have.
 */
export function classFinder(labels: readonly string[], renamed: ReadonlyMap<string, string>): ClassOf {
  const classes = new Map(labels.map((label, index) => [nameKey(label), index]));
  for (const [name, label] of renamed) {
    const index = labels.findIndex((known) => nameKey(known) === nameKey(label));
    if (index < 0) throw labelUnknown(label, labels);
    classes.set(nameKey(name), index);
  }
  return (name) => classes.get(nameKey(name));
}

function labelUnknown(label: string, labels: readonly string[]): UserError {
  return new UserError('LABEL_UNKNOWN', texts.labelUnknown(label, labels));
}
