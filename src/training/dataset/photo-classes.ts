import { basename, join } from 'node:path';
import { UserError } from '../../common/user-error.js';
import { nameKey } from '../../emotion/class-names.js';
import { sortedEntries } from './photos.js';
import { texts } from '../texts.js';

/** A photo to learn from. */
export interface LabelledPhoto {
  /** Path below the data folder, e.g. `happy/ana.jpg`. */
  file: string;
  /** Index of its emotion. */
  class: number;
}

/** A data folder's photos by emotion. */
export interface PhotoClasses {
  /** The emotions, upper-case, sorted; a class is an index into them. */
  labels: string[];
  /** By class, then by folder and name. */
  photos: LabelledPhoto[];
}

/**
 * Finds the folders called like the emotions (see `nameKey`), and every file in them.
 *
 * @param emotions names, in any order and case; HAPPY and SAD become the classes 0 and 1.
 * @throws UserError `DATA_FOLDER_MISSING`, or `NO_EMOTION_FOLDER` if it has none of them.
 */
export async function findPhotoClasses(
  dataFolder: string,
  emotions: readonly string[],
): Promise<PhotoClasses> {
  const labels = [...new Set(emotions.map(nameKey))].sort();
  const folders = await emotionFolders(dataFolder, labels);
  if (folders.length === 0) throw noEmotionFolder(dataFolder, emotions);
  const photos: LabelledPhoto[] = [];
  for (const folder of folders.sort((a, b) => a.class - b.class)) {
    for (const { name } of await sortedEntries(join(dataFolder, folder.name))) {
      photos.push({ file: join(folder.name, name), class: folder.class });
    }
  }
  return { labels, photos };
}

async function emotionFolders(
  dataFolder: string,
  labels: readonly string[],
): Promise<{ name: string; class: number }[]> {
  let entries;
  try {
    entries = await sortedEntries(dataFolder);
  } catch (cause) {
    throw dataFolderMissing(dataFolder, cause);
  }
  return entries
    .filter((entry) => entry.kind === 'folder' || entry.kind === 'link')
    .map(({ name }) => ({ name, class: labels.indexOf(nameKey(name)) }))
    .filter((folder) => folder.class >= 0);
}

function dataFolderMissing(folder: string, cause: unknown): UserError {
  const name = basename(folder);
  return new UserError('DATA_FOLDER_MISSING', texts.dataFolderMissing(folder, name), { cause });
}

function noEmotionFolder(folder: string, emotions: readonly string[]): UserError {
  const names = emotions.join(', ');
  return new UserError('NO_EMOTION_FOLDER', texts.noEmotionFolder(folder, names));
}
