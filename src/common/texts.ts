import type { Message } from './user-error.js';

/** What goes wrong with files, in both languages. */
export const texts = {
  notAFile: { es: 'no es un archivo', en: 'it is not a file' },
  isAFolder: { es: 'es una carpeta', en: 'it is a folder' },
  outputUnwritable: (file: string, reason: Message, option: string): Message => ({
    es: `No se puede escribir ${file} (${reason.es}). Libera espacio o indica otro archivo con ${option}.`,
    en: `${file} cannot be written (${reason.en}). Free some space or name another file with ${option}.`,
  }),
};
