import { InvalidArgumentError, Option } from 'commander';
import type { Dataset } from '../../training/dataset/dataset.js';
import type { TrainingOptions } from '../../training/growing/train.js';
import type { TransformKind } from '../../emotion/transforms/declaration.js';
import { localized } from '../language.js';
import { texts } from '../texts/options.js';

/** The option that keeps people or sources on one side of every split. */
export function groupByOption(): Option {
  const about = texts.groupByOption;
  return new Option('--group-by <regex>', localized(about)).argParser(regularExpression);
}

/** The option that tells data sets apart. */
export function setByOption(): Option {
  const about = texts.setByOption;
  return new Option('--set-by <regex>', localized(about)).argParser(regularExpression);
}

/** The data set with what a transform goes by beside its landmarks, from the files beside it. */
export async function withBeside(
  dataset: Dataset,
  { data, transform, setBy }: { data: string; transform: TransformKind | 'none'; setBy?: RegExp },
): Promise<Dataset> {
  if (transform !== 'picture-scores') return dataset;
  const { withDescriptions } = await import('../../training/dataset/descriptions-file.js');
  const described = await withDescriptions(dataset, data);
  if (setBy === undefined) return described;
  const { readSets } = await import('../../training/dataset/groups.js');
  return { ...described, sets: await readSets(data, dataset.rows, setBy) };
}

function regularExpression(text: string): RegExp {
  try {
    return new RegExp(text.normalize('NFC'));
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidArgumentError(localized(texts.regularExpressionInvalid(detail)));
  }
}

/** Names of a data set's classes: those in the file beside it, or the original's. */
export async function labelsBeside(data: string, dataset: Dataset): Promise<readonly string[]> {
  const { originalLabels, readDatasetFiles } = await import('../../training/dataset/dataset-files.js');
  return (await readDatasetFiles(data, dataset.rows))?.labels ?? originalLabels;
}

/** How the photos behind a data set were searched and what found their landmarks, as far as the file beside it says so. */
export async function originBeside(
  data: string,
  { rows }: Dataset,
): Promise<Pick<TrainingOptions, 'search' | 'landmarks'>> {
  const { readDatasetFiles } = await import('../../training/dataset/dataset-files.js');
  const { search, landmarks } = (await readDatasetFiles(data, rows)) ?? {};
  return { ...(search && { search }), ...(landmarks && { landmarks }) };
}

/**
 * Whose each row is, if it was asked to go by that.
 * @param kept numbers of the rows that show one of the emotions; all by default.
 */
export async function groupsBeside(
  { data, groupBy }: { data: string; groupBy?: RegExp },
  { rows }: Dataset,
  kept?: readonly number[],
): Promise<Pick<TrainingOptions, 'groups' | 'neitherGroups'>> {
  if (groupBy === undefined) return {};
  const { readGroups } = await import('../../training/dataset/groups.js');
  const all = await readGroups(data, rows, groupBy);
  const pattern = groupBy.source;
  if (kept === undefined) return { groups: { pattern, names: all } };
  const asked = new Set(kept);
  return {
    groups: { pattern, names: kept.map((row) => all[row] ?? '') },
    neitherGroups: all.filter((_, row) => !asked.has(row)),
  };
}
