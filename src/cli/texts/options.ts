import type { Message } from '../../common/user-error.js';

/** What options and settings are for, and what is wrong with their values, in both languages. */
export const texts = {
  // Searching photos
  plainOption: {
    es: 'mira cada foto como el original: una sola vez, sin ampliarla; cuenta el primer rostro, y los puntos son los de lbfmodel.yaml',
    en: 'look at each photo as the original does: once, not enlarged; the first face counts, and the landmarks are those of lbfmodel.yaml',
  },
  plainWithFace: (value: string, name: string): Message => ({
    es: `--plain es como el original, que es ${value}: quita --plain o --${name}.`,
    en: `--plain is as the original, which is ${value}: leave out --plain or --${name}.`,
  }),

  // Blank values
  blankValue: {
    es: 'Está vacío: pon un valor o quita la opción.',
    en: 'It is blank: give a value or leave the option out.',
  },

  // Rows
  groupByOption: {
    es: 'de quién es cada foto, por su nombre (expresión regular, p. ej. "^([^-]+)-"): nadie se aprende y se mide a la vez',
    en: 'whose each photo is, by its name (regular expression, e.g. "^([^-]+)-"): nobody is both learnt and measured',
  },
  setByOption: {
    es: 'de qué colección es cada foto, por su carpeta y nombre (expresión regular), para picture-scores: cada una se centra y equilibra por sí misma',
    en: 'which data set each photo is from, by its folder and name (regular expression), for picture-scores: each is centred and balanced by itself',
  },
  regularExpressionInvalid: (detail: string): Message => ({
    es: `No es una expresión regular (${detail}).`,
    en: `It is no regular expression (${detail}).`,
  }),

  // The file .env
  notAnAssignment: (line: number, file: string): Message => ({
    es: `La línea ${line} de ${file} no es NOMBRE=valor. Corrígela o bórrala; un comentario empieza por #.`,
    en: `Line ${line} of ${file} is not NAME=value. Mend it or delete it; a comment begins with #.`,
  }),
  quotesDoNotMatch: (line: number, file: string): Message => ({
    es: `En la línea ${line} de ${file} no cuadran las comillas. Ciérralas o quítalas.`,
    en: `On line ${line} of ${file} the quotes do not match. Close them or leave them out.`,
  }),
  unknownEncoding: (line: number, file: string): Message => ({
    es: `La línea ${line} de ${file} no está en UTF-8 ni en UTF-16. Guarda el archivo como UTF-8.`,
    en: `Line ${line} of ${file} is neither UTF-8 nor UTF-16. Save the file as UTF-8.`,
  }),

  // Reading the file .env
  envFileUnreadable: (file: string): Message => ({
    es: `No se puede leer ${file}. Debe ser un archivo de texto con líneas NOMBRE=valor.`,
    en: `${file} cannot be read. It must be a text file with lines NAME=value.`,
  }),

  // How a forest grows
  cores: { es: 'núcleos', en: 'cores' },
  treesOption: { es: 'árboles', en: 'trees' },
  criterionOption: { es: 'medida de impureza', en: 'measure of impurity' },
  maxFeaturesOption: {
    es: 'características sorteadas en cada corte: sqrt, log2, all, una parte (0.1) o cuántas',
    en: 'features drawn at each split: sqrt, log2, all, a share (0.1) or how many',
  },
  maxDepthOption: { es: 'niveles por árbol', en: 'levels a tree' },
  minSamplesSplitOption: {
    es: 'muestras que aún se separan',
    en: 'samples that are still split',
  },
  minSamplesLeafOption: {
    es: 'muestras que una hoja tiene al menos',
    en: 'samples that a leaf has at least',
  },
  noBootstrapOption: { es: 'cada árbol aprende de todas las fotos', en: 'each tree learns from all photos' },
  balanceOption: {
    es: 'cada árbol aprende de tantas fotos de una emoción como de otra',
    en: 'each tree learns from as many photos of each emotion',
  },
  classWeightOption: {
    es: 'peso de las clases: none, balanced, balanced-subsample, o un número por clase (1,2)',
    en: 'what the classes weigh: none, balanced, balanced-subsample, or a number a class (1,2)',
  },
  extraTreesOption: { es: 'umbrales al azar', en: 'thresholds drawn at random' },
  oobOption: {
    es: 'mide también con las fotos que cada árbol no vio',
    en: 'measure on the photos that each tree has not seen, too',
  },
  importanceOption: {
    es: 'muestra y guarda en qué características se fija el bosque',
    en: 'show, and save, which features the forest goes by',
  },
  seedOption: { es: 'semilla', en: 'seed' },
  threadsOption: { es: 'hilos', en: 'threads' },
  transformOption: {
    es: 'qué se hace antes con los puntos: symmetric-landmarks los endereza, los promedia con su espejo y añade discriminantes; picture-scores mira además la foto (prepare-data --features picture)',
    en: 'what is made of the landmarks first: symmetric-landmarks straightens them, averages them with their mirror image and adds discriminants; picture-scores also looks at the picture (prepare-data --features picture)',
  },
  featureRuleInvalid: (most: number): Message => ({
    es: `Debe ser sqrt, log2, all, una parte entre 0 y 1, o un entero de 1 a ${most}.`,
    en: `It must be sqrt, log2, all, a share between 0 and 1, or a whole number from 1 to ${most}.`,
  }),
  classWeightsUnfit: (
    classes: number,
    labels: readonly string[],
    least: number,
    greatest: number,
  ): Message => ({
    es: `--class-weight necesita ${classes} pesos, uno por clase en este orden: ${labels.join(', ')}; cada uno de ${least} a ${greatest}.`,
    en: `--class-weight takes ${classes} weights, one a class in this order: ${labels.join(', ')}; each from ${least} to ${greatest}.`,
  }),
  classWeightInvalid: {
    es: 'Debe ser none, balanced, balanced-subsample, o números positivos separados por comas, uno por clase.',
    en: 'It must be none, balanced, balanced-subsample, or positive numbers separated by commas, one a class.',
  },

  // Settings of several commands
  wholeNumberInvalid: (min: number, max: number): Message => ({
    es: `Debe ser un entero de ${min} a ${max}.`,
    en: `It must be a whole number from ${min} to ${max}.`,
  }),
  nameEmpty: { es: 'Hay un nombre vacío entre las comas.', en: 'There is an empty name between commas.' },
  yesOrNoInvalid: { es: 'Debe ser yes o no.', en: 'It must be yes or no.' },
  trustedProxiesInvalid: {
    es: 'Debe ser un número de proxies, sus direcciones (10.0.0.0/8, ::1), yes o no.',
    en: 'It must be a number of proxies, their addresses (10.0.0.0/8, ::1), yes or no.',
  },
  hostNames: {
    es: 'Debe ser un nombre como emochat.example.com o *.example.com, sin https:// ni puerto.',
    en: 'It must be a name such as emochat.example.com or *.example.com, without https:// and port.',
  },
  webAddress: { es: 'Debe ser una dirección http o https.', en: 'It must be an http or https address.' },
  hostOption: { es: 'dirección en la que escuchar', en: 'address to listen on' },
  portOption: { es: 'puerto; 0 elige uno libre', en: 'port; 0 picks a free one' },
  modelOption: {
    es: 'bosque de emociones: un archivo, o un nombre en models/ (por omisión el tuyo, trained, si existe; si no, happy-sad, y en la página expressive)',
    en: 'emotion forest: a file, or a name in models/ (if none is given: yours, trained, where it exists, else happy-sad, and expressive on the page)',
  },
  modelsDirOption: { es: 'carpeta de los modelos', en: 'folder of the model files' },
  modelsUrlOption: {
    es: 'espejo de los modelos (http, https o file) con su SHA256SUMS',
    en: 'mirror of the model files (http, https or file) with its SHA256SUMS',
  },
  offlineOption: {
    es: 'no descargar nada: EmoChat usa los modelos que hay en este equipo',
    en: 'fetch nothing: EmoChat uses the model files of this machine',
  },
  firstByteOption: {
    es: 'espera máxima, al arrancar, por el primer byte de un modelo que se descarga, en milisegundos',
    en: 'longest wait at a start for the first byte of a model file that is fetched, in milliseconds',
  },
  landmarksOption: {
    es: 'puntos del rostro: refined (el modelo propio los afina) o plain (como los da lbfmodel.yaml)',
    en: 'landmarks: refined (by the model that comes with the project) or plain (as lbfmodel.yaml gives them)',
  },
  cascadeOption: { es: 'otra cascada de Haar (XML de OpenCV)', en: 'another Haar cascade (OpenCV XML)' },
  facemarkOption: { es: 'otro modelo LBF (YAML de OpenCV)', en: 'another LBF facemark (OpenCV YAML)' },
  faceOption: {
    es: 'qué rostro cuenta: largest (el mayor; entre casi iguales, el más centrado) o first (el primero del detector)',
    en: 'which face counts: largest (of near-equal ones the most central) or first (in the detector’s order)',
  },
  detectorOption: {
    es: 'quién evalúa la cascada: simd (propio, rápido) u opencv; dan lo mismo',
    en: 'what evaluates the cascade: simd (our own, fast) or opencv; the answer is the same',
  },
  engineOption: {
    es: 'quién entrena el bosque: native (propio, rápido) o ml-random-forest (el paquete de npm)',
    en: 'what grows the forest: native (our own, fast) or ml-random-forest (the npm package)',
  },
  lanesOption: { es: 'imágenes a la vez', en: 'frames worked on at once' },
  queueLimitOption: {
    es: 'imágenes que pueden esperar antes de responder 503',
    en: 'frames that may wait before a 503',
  },
  maxPixelsOption: { es: 'imagen más grande admitida, en píxeles', en: 'largest picture taken, in pixels' },
  cameraOption: { es: 'qué cámara abrir', en: 'which camera to open' },
  maxBodyOption: { es: 'petición más grande admitida, en bytes', en: 'largest request taken, in bytes' },
  analysesPerMinuteOption: {
    es: 'análisis de Gemini por minuto y cliente',
    en: 'Gemini analyses a minute and client',
  },
  analysesPerDayOption: {
    es: 'análisis de Gemini por día, de todos los clientes juntos',
    en: 'Gemini analyses a day, of all clients together',
  },
  allowHostOption: {
    es: 'otros nombres de este servidor, separados por comas (emochat.example.com, *.example.com)',
    en: 'more names of this server, separated by commas (emochat.example.com, *.example.com)',
  },
  trustProxyOption: {
    es: 'de quién vale X-Forwarded-For: de tantos proxies delante (yes: uno), o de sus direcciones (10.0.0.0/8,::1)',
    en: 'whose X-Forwarded-For counts: so many proxies in front (yes: one), or their addresses (10.0.0.0/8,::1)',
  },
  logLevelOption: { es: 'detalle del registro', en: 'how much is logged' },
  geminiModelOption: { es: 'modelo de Gemini', en: 'Gemini model' },
  geminiBaseUrlOption: { es: 'dirección de la API de Gemini', en: 'address of the Gemini API' },
  geminiTimeoutOption: {
    es: 'espera máxima por un análisis, en milisegundos',
    en: 'longest wait for an analysis, in milliseconds',
  },
  langOption: { es: 'idioma de la terminal', en: 'language of the terminal' },
  languageOfLocale: { es: 'el de tu sistema', en: "your locale's" },
  geminiKeyInvalid: (variable: string): Message => ({
    es: `${variable} tiene caracteres que ninguna clave tiene. Copia la tuya de https://aistudio.google.com/apikey, sin comillas ni espacios, o quita la variable.`,
    en: `${variable} has characters that no key has. Copy yours from https://aistudio.google.com/apikey, without quotes and blanks, or leave the variable out.`,
  }),

  // The program
  versionOption: { es: 'dice qué versión es esta', en: 'say which version this is' },
  programDescription: {
    es: 'La emoción de un rostro, segundo a segundo',
    en: 'The emotion on a face, second by second',
  },
};
