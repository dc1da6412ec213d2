/** @typedef {import('./translator.js').Message} Message */

/** What one can do with a reading. @satisfies {Record<string, Message>} */
export const keepMessages = {
  untitled: { es: 'Mi sesión', en: 'My session' },
  readingTitle: { es: 'Lectura de Gemini', en: 'Reading by Gemini' },
  made: { es: 'Hecho con EmoChat. No es un diagnóstico.', en: 'Made with EmoChat. Not a diagnosis.' },
  copied: { es: 'Copiado.', en: 'Copied.' },
  notCopied: {
    es: 'El navegador no deja copiar. Descárgalo, o márcalo y cópialo a mano.',
    en: 'The browser does not let pages copy. Download it, or select it and copy it yourself.',
  },
  picture: { es: 'Imagen (PNG)', en: 'Picture (PNG)' },
  page: { es: 'Página (HTML)', en: 'Page (HTML)' },
  table: { es: 'Tabla (CSV)', en: 'Table (CSV)' },
  data: { es: 'Datos (JSON)', en: 'Data (JSON)' },
  kept: {
    es: 'Desde ahora tus sesiones se guardan en este navegador, y en ningún otro sitio.',
    en: 'From now on your sessions are kept in this browser, and nowhere else.',
  },
  keptNoMore: {
    es: 'Las próximas sesiones no se guardan. Las que ya están siguen en el historial hasta que las borres.',
    en: 'Sessions to come are not kept. Those that are there stay in the history until you delete them.',
  },
  notKept: {
    es: 'Este navegador no deja guardar (¿ventana privada, o disco lleno?). Descarga la sesión si la quieres conservar.',
    en: 'This browser does not let pages keep anything (a private window, or a full disk?). Download the session if you want to keep it.',
  },
  show: { es: 'Ver', en: 'Show' },
  remove: { es: 'Borrar', en: 'Delete' },
  removeAll: { es: 'Borrar todo', en: 'Delete all' },
  removeAllSure: { es: 'Sí, borrar todo', en: 'Yes, delete all' },
  trend: {
    es: 'Cada columna es una sesión, de la más antigua a la más reciente',
    en: 'Each column is a session, from the oldest to the newest',
  },
};
