import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { datasetsDir } from './datasets.mjs';

const faces = join(datasetsDir, 'faces');

/** The folders of posed photos of people who are known: `expressive` learns from them, too. */
export const posed = {
  Happy: 'ckplus/happy',
  Sad: 'ckplus/sad',
  Angry: 'ckplus/angry',
  Neutral: 'ckplus/neutral',
};

/** Folders of photos by emotion; of several with the same name but for its case, all are taken. */
const sources = {
  happy: 'affect/happy',
  sad: 'affect/sad',
  HAPPY: 'raf/train/happy',
  SAD: 'raf/train/sad',
  ANGRY: 'raf/train/angry',
  NEUTRAL: 'raf/train/neutral',
  SURPRISED: 'raf/train/surprise',
  ...posed,
};

/** What `prepare-data` is to tell apart in them. */
export const emotions = ['angry', 'happy', 'neutral', 'sad', 'surprised'];

/** Which data set a photo is from, by its name, and whose it is: the first four letters of a posed one's say it. */
export const setsAndPeople = ['--set-by', '(train|S)[_\\d]', '--group-by', '^(S\\d{3}|.+)'];

/**
 * @param {string} work a folder for passing files
 * @returns {string} a folder with a folder of photos for each of them
 */
export function gatherPhotos(work) {
  const photos = join(work, 'photos');
  mkdirSync(photos);
  for (const [name, source] of Object.entries(sources)) symlinkSync(join(faces, source), join(photos, name));
  return photos;
}
