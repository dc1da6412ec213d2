import type { Message } from '../../common/user-error.js';
import type { PhotoSearch } from '../../training/face-search.js';

const lookTexts: Record<PhotoSearch['look'], Message> = {
  plain: { es: 'una mirada, como el original', en: 'one look, as the original' },
  close: {
    es: 'ampliada y con borde donde hace falta o es pequeña',
    en: 'enlarged and with a border where needed or small',
  },
};

const faceTexts: Record<PhotoSearch['face'], Message> = {
  largest: { es: 'cuenta el rostro mayor', en: 'the largest face counts' },
  first: { es: 'cuenta el primer rostro', en: 'the first face counts' },
};

export const searchTitle: Message = { es: 'Búsqueda en las fotos', en: 'Search of the photos' };

/** How photos were searched, for people; `null` if nobody knows. */
export function searchText(search: PhotoSearch | null): Message {
  if (search === null) return { es: 'no se sabe', en: 'not known' };
  const [look, face] = [lookTexts[search.look], faceTexts[search.face]];
  return { es: `${look.es}; ${face.es}`, en: `${look.en}; ${face.en}` };
}
