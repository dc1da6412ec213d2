import type { Message } from '../../common/user-error.js';
import type { PhotoSearch } from '../../vision/face-search.js';
import { texts } from '../texts/report.js';

const lookTexts: Record<PhotoSearch['look'], Message> = {
  plain: texts.plainLook,
  close: texts.closeLook,
};

const faceTexts: Record<PhotoSearch['face'], Message> = {
  largest: texts.largestFaceCounts,
  first: texts.firstFaceCounts,
};

export const searchTitle: Message = texts.searchOfThePhotos;

/** How photos were searched, for people; `null` if nobody knows. */
export function searchText(search: PhotoSearch | null): Message {
  if (search === null) return texts.notKnown;
  const [look, face] = [lookTexts[search.look], faceTexts[search.face]];
  return texts.lookAndFace(look, face);
}
