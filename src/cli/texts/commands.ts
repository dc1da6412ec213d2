import type { Message } from '../../common/user-error.js';
import type { FaceFault } from '../../emotion/face-quality.js';

/** Why a face is not read. Without accents: OpenCV's font has none. */
export const faultTexts: Record<FaceFault, Message> = {
  occluded: { es: 'algo tapa la cara', en: 'something hides the face' },
  turned: { es: 'la cara mira a un lado', en: 'the face is turned away' },
  blurred: { es: 'imagen borrosa', en: 'blurred picture' },
  small: { es: 'cara muy lejos', en: 'face too far away' },
};

/** What the commands are for, and what they print, in both languages. Of a room this large the texts lie in three files: these, those of options, those of the report. */
export const texts = {
  // analyze
  analyzeDescription: { es: 'las emociones en fotos y carpetas', en: 'the emotions in photos and folders' },
  analyzePathArgument: { es: 'fotos y carpetas', en: 'photos and folders' },
  analyzeJsonOption: { es: 'una línea JSON por foto en la salida', en: 'one line of JSON a photo on stdout' },
  // Without accents: OpenCV's font has none.
  calmLooking: { es: 'Mira en calma...', en: 'Look calmly...' },
  calmKnown: {
    es: 'Tu cara tranquila es conocida: desde ahora se te lee a partir de ella. «n» la toma de nuevo.',
    en: 'Your calm face is known: you are read by it from now on. “n” takes it anew.',
  },
  calmNotSeen: {
    es: 'No se te vio bien. Mira a la cámara y pulsa «n» otra vez.',
    en: 'You were not seen well. Look at the camera and press “n” again.',
  },
  analyzeBaselineOption: {
    es: 'foto de la cara tranquila de esa persona, o carpeta con fotos de ella: las demás se leen a partir de ella',
    en: 'photo of the person’s calm face, or a folder of such: the others are read by it',
  },
  baselineUnfit: {
    es: 'A este modelo no se le puede enseñar una cara tranquila: usa --model expressive.',
    en: 'This model cannot be told a calm face: use --model expressive.',
  },
  baselineUnreadable: (path: string): Message => ({
    es: `${path}: no muestra ninguna cara que se pueda leer. Indica una foto de frente, con luz y sin nada delante de la cara.`,
    en: `${path}: it shows no face that can be read. Name a photo from the front, in the light, with nothing before the face.`,
  }),
  nothingReadable: (unreadable: number): Message => ({
    es: `No se pudo leer ninguna foto (${unreadable} ilegibles). Indica fotos JPEG, PNG o WebP, o carpetas con ellas.`,
    en: `No photo could be read (${unreadable} unreadable). Name JPEG, PNG or WebP photos, or folders with some.`,
  }),
  pathMissing: (path: string): Message => ({
    es: `No existe ${path}.`,
    en: `${path} does not exist.`,
  }),
  pathsMissing: (names: string): Message => ({
    es: `Rutas indicadas que no existen: ${names}. Comprueba cómo están escritas.`,
    en: `Paths given that do not exist: ${names}. Check their spelling.`,
  }),
  photos: { es: 'Fotos', en: 'Photos' },
  photoColumn: { es: 'foto', en: 'photo' },
  sizeColumn: { es: 'tamaño', en: 'size' },
  facesColumn: { es: 'rostros', en: 'faces' },
  emotionColumn: { es: 'emoción', en: 'emotion' },

  // evaluate
  evaluateDescription: {
    es: 'mide el modelo con fotos o filas de emoción conocida',
    en: 'measure the model on photos or rows of known emotion',
  },
  evaluatePathArgument: {
    es: 'carpetas con una carpeta por emoción, o data.txt; de varias, además una tabla',
    en: 'folders with a folder for each emotion, or data.txt files; of several a table, too',
  },
  evaluateJsonOption: {
    es: 'un objeto JSON en la salida, uno por línea de cada uno',
    en: 'one JSON object on stdout, a line for each',
  },
  htmlOfSeveral: {
    es: '--html es el informe de una sola carpeta o de un solo data.txt.',
    en: '--html is the report of one folder or one data.txt.',
  },
  htmlOption: { es: 'informe en una página', en: 'report as a page' },
  withPhotosOption: {
    es: 'incluye en el informe las fotos de los peores errores',
    en: 'put the photos of the worst mistakes into the report',
  },
  againstOption: { es: 'otro modelo con el que compararlo', en: 'another model to compare it with' },
  mapOption: {
    es: 'carpetas que se llaman de otro modo: carpeta=EMOCIÓN,…',
    en: 'folders that are called otherwise: folder=EMOTION,…',
  },
  evaluateLabelsOption: {
    es: 'nombres de las clases 0, 1, … de data.txt',
    en: 'names of the classes 0, 1, … of data.txt',
  },
  mapInvalid: { es: 'Debe ser carpeta=EMOCIÓN,…', en: 'It must be folder=EMOTION,…' },
  withPhotosWithoutHtml: {
    es: '--with-photos es para el informe: indica también --html FILE.',
    en: '--with-photos is for the report: give --html FILE, too.',
  },
  nothingToMeasure: (path: string, reason: string): Message => ({
    es: `No se puede leer ${path} (${reason}). Indica una carpeta con una carpeta por emoción, o un data.txt.`,
    en: `${path} cannot be read (${reason}). Name a folder with a folder for each emotion, or a data.txt.`,
  }),
  notMeasured: (names: string, known: string): Message => ({
    es: `No se mide lo que el modelo no conoce: ${names}. Conoce: ${known}. Si es otro nombre de una de ellas: --map carpeta=EMOCIÓN`,
    en: `What the model does not know is not measured: ${names}. It knows: ${known}. If it is another name of one of them: --map folder=EMOTION`,
  }),
  report: { es: 'Informe', en: 'Report' },

  // models
  modelsDescription: {
    es: 'los archivos de modelos: lista, descarga, comprobación',
    en: 'the model files: list, fetch, verify',
  },
  modelsListDescription: { es: 'muestra su estado', en: 'show their state' },
  modelsFetchDescription: {
    es: 'descarga los que faltan, lo haya intentado o no un arranque',
    en: 'fetch those that are missing, whether or not a start has tried',
  },
  modelsForceOption: { es: 'descarga todos de nuevo', en: 'fetch all of them anew' },
  modelsVerifyDescription: { es: 'comprueba sus huellas', en: 'check their digests' },
  notVerified: (wrong: readonly string[]): Message => ({
    es: `No se ha comprobado: ${wrong.join(', ')}. Para traerlo: npx emochat models fetch`,
    en: `Not verified: ${wrong.join(', ')}. To fetch: npx emochat models fetch`,
  }),
  stateOk: { es: 'correcto', en: 'ok' },
  stateMissing: { es: 'falta', en: 'missing' },
  stateBroken: { es: 'dañado', en: 'broken' },
  stateUnverified: { es: 'sin comprobar', en: 'unverified' },
  fileColumn: { es: 'archivo', en: 'file' },
  stateColumn: { es: 'estado', en: 'state' },
  sha256Column: { es: 'SHA-256', en: 'SHA-256' },
  fromColumn: { es: 'origen', en: 'from' },
  foundInPlace: { es: 'ya estaba', en: 'found in place' },
  theProject: { es: 'el proyecto', en: 'the project' },
  landmarksServed: (name: string): Message => ({
    es: `Puntos del rostro con estos archivos: ${name}`,
    en: `Landmarks with these files: ${name}`,
  }),
  refinerDamaged: (path: string, command: string): Message => ({
    es: `${path} no es el archivo que viene con el proyecto. Para recuperarlo: ${command}`,
    en: `${path} is not the file that comes with the project. To get it back: ${command}`,
  }),

  // prepare-data
  prepareDataDescription: {
    es: 'de tus fotos a data.txt, para entrenar',
    en: 'from your photos to data.txt, to train on',
  },
  prepareDataOption: {
    es: 'carpeta con una carpeta por emoción',
    en: 'folder with a folder for each emotion',
  },
  emotionsOption: { es: 'emociones, separadas por comas', en: 'emotions, separated by commas' },
  featuresOption: {
    es: 'picture escribe además cómo se ve cada cara, para train --transform picture-scores',
    en: 'picture also writes what each face looks like, for train --transform picture-scores',
  },
  outputOption: { es: 'archivo que escribir', en: 'file to write' },
  photosColumn: { es: 'fotos', en: 'photos' },
  samplesColumn: { es: 'muestras', en: 'samples' },
  enlargedColumn: { es: 'ampliadas', en: 'enlarged' },
  noFaceColumn: { es: 'sin rostro', en: 'no face' },
  unreadableColumn: { es: 'ilegibles', en: 'unreadable' },
  filesWithoutFace: { es: 'Sin rostro', en: 'No face' },
  unreadableFiles: (endings: string): Message => ({
    es: `Ilegibles: ${endings}`,
    en: `Unreadable: ${endings}`,
  }),
  rowsWritten: (output: string, rows: number): Message => ({
    es: `${output}: ${rows} filas`,
    en: `${output}: ${rows} rows`,
  }),
  facesFramed: (framed: number): Message => ({
    es: `Rostros que solo se ven con la foto ampliada y un borde alrededor: ${framed}. Sin ellos, como el original: --plain`,
    en: `Faces that are only seen with the photo enlarged and a border around it: ${framed}. Without them, as the original: --plain`,
  }),
  moreFiles: (more: number, path: string): Message => ({
    es: `… y ${more} más, todos en ${path}`,
    en: `and ${more} more, all of them in ${path}`,
  }),
  labelWithoutSample: (label: string): Message => ({
    es: `Aviso: ninguna muestra de ${label}. Para entrenar hacen falta al menos dos emociones.`,
    en: `Warning: no sample of ${label}. Training needs at least two emotions.`,
  }),

  // serve
  serveDescription: { es: 'abre la página de EmoChat', en: 'serve the page of EmoChat' },
  starting: (address: string): Message => ({
    es: `Iniciando servidor Fastify de EmoChat en ${address}`,
    en: `Starting the Fastify server of EmoChat at ${address}`,
  }),
  geminiKeyHelp: (variable: string): Message => ({
    es: `${variable} (entorno o archivo .env): la clave de Gemini`,
    en: `${variable} (environment or file .env): the Gemini key`,
  }),
  emotionsOf: (forest: string): Message => ({
    es: `Emociones de ${forest}`,
    en: `Emotions of ${forest}`,
  }),
  emotionsOfPage: (page: string, standard: string): Message => ({
    es: `Emociones de ${page} en la página, y de ${standard} en /predict`,
    en: `Emotions of ${page} on the page, and of ${standard} at /predict`,
  }),
  toStop: { es: 'Para parar: Ctrl+C', en: 'To stop: Ctrl+C' },
  geminiKeyMissing: (variable: string): Message => ({
    es: `Sin ${variable} no hay análisis de Gemini; lo demás funciona. Ponla en el archivo .env`,
    en: `Without ${variable} there is no Gemini analysis; the rest works. Put it into the file .env`,
  }),
  cameraNeedsHttps: {
    es: 'Escuchas en la red: desde otros equipos el navegador solo da la cámara por https. Pon delante un proxy con TLS.',
    en: 'You listen on the network: from other machines browsers give the camera over https only. Put a TLS proxy in front.',
  },

  // test-webcam
  testWebcamDescription: {
    es: 'abre una ventana con la cámara: puntos del rostro y emoción en cada imagen (q sale)',
    en: 'opens a window on the camera: landmarks and emotion on every frame (q quits)',
  },
  sourceOption: { es: 'un video en lugar de la cámara', en: 'a video instead of the camera' },
  videoMissing: (source: string): Message => ({
    es: `No existe el video ${source}.`,
    en: `There is no video ${source}.`,
  }),
  cameraNotOpened: (camera: number): Message => ({
    es: `No se puede abrir la cámara ${camera}. Conéctala, cierra los programas que la usen, o elige otra: --camera N, --source VIDEO`,
    en: `Camera ${camera} cannot be opened. Plug it in, close programs that use it, or choose another: --camera N, --source VIDEO`,
  }),
  notAVideo: (file: string): Message => ({
    es: `${file} no es un video que se pueda leer.`,
    en: `${file} is not a video that can be read.`,
  }),

  // train
  trainDescription: {
    es: 'entrena el bosque de emociones con data.txt',
    en: 'train the emotion forest on data.txt',
  },
  dataOption: { es: 'filas de prepare-data', en: 'rows of prepare-data' },
  trainOutputOption: { es: 'dónde guardar el bosque', en: 'where to save the forest' },
  labelsOption: { es: 'nombres de las clases 0, 1, …', en: 'names of the classes 0, 1, …' },
  cvOption: { es: 'mide también con validación cruzada', en: 'measure by cross-validation, too' },
  repeatsOption: {
    es: 'cuántas veces se reparten las filas para medir',
    en: 'how often the rows are split anew to measure',
  },
  neitherOption: {
    es: 'clases de los datos que no son ninguna de las emociones: el bosque aprende a dudar ante esos rostros',
    en: 'classes of the data that are none of the emotions: the forest learns to be in doubt about such faces',
  },
  sureOption: {
    es: 'calibra las probabilidades; una emoción menos probable que esto es «no estoy seguro» (p. ej. 0.65)',
    en: 'calibrate the probabilities; an emotion less probable than this is "not sure" (e.g. 0.65)',
  },
  testSizeOption: { es: 'parte apartada para medir', en: 'share held out to measure on' },
  shareInvalid: { es: 'Debe estar entre 0 y 1, p. ej. 0.2.', en: 'It must lie between 0 and 1, e.g. 0.2.' },
  baselineWithoutScores: {
    es: '--baseline es para --transform picture-scores con --group-by, que dice de quién es cada foto.',
    en: '--baseline is for --transform picture-scores with --group-by, which says whose each photo is.',
  },
  baselineUnknown: (label: string, labels: readonly string[]): Message => ({
    es: `--baseline ${label}: no es ninguna de las emociones ${labels.join(', ')}.`,
    en: `--baseline ${label}: it is none of the emotions ${labels.join(', ')}.`,
  }),
  baselineTrainOption: {
    es: 'cómo se llaman en los datos las caras tranquilas: aprende qué dice la cara tranquila de una persona de sus otras caras',
    en: 'what calm faces are called in the data: learns what a person’s calm face says of their other faces',
  },
  setByWithoutScores: {
    es: '--set-by es para --transform picture-scores.',
    en: '--set-by is for --transform picture-scores.',
  },
  oobWithNeither: {
    es: '--oob no va con --neither: los rostros que no son ninguna de las emociones se aprenden como todas a la vez, y así no hay exactitud fuera de bolsa. Quita uno de los dos.',
    en: '--oob does not go with --neither: faces that show none of the emotions are learnt as all of them at once, and then there is no out-of-bag accuracy. Leave one of them out.',
  },
  neitherUnknown: (label: string, names: readonly string[]): Message => ({
    es: `Los datos no tienen la clase «${label}» (--neither). Tienen: ${names.join(', ')}.`,
    en: `The data have no class "${label}" (--neither). They have: ${names.join(', ')}.`,
  }),

  // tune
  tuneDescription: {
    es: 'busca con qué opciones entrenar, y mide sin engañarse',
    en: 'look for options to train with, and measure without fooling oneself',
  },
  candidatesOption: { es: 'cuántas maneras se prueban', en: 'how many ways are tried' },
  outerFoldsOption: {
    es: 'partes con que se mide el resultado',
    en: 'parts that the result is measured on',
  },
  innerFoldsOption: {
    es: 'partes con que se elige dentro de cada una',
    en: 'parts that the choice in each of them is made on',
  },
  tuneOutputOption: {
    es: 'entrena con lo elegido y guarda el bosque',
    en: 'train with the choice and save the forest',
  },
  seedOption: { es: 'semilla', en: 'seed' },
  threadsOption: { es: 'hilos', en: 'threads' },
  cores: { es: 'núcleos', en: 'cores' },
  metricOption: { es: 'por qué medida se elige', en: 'what the choice goes by' },
  accuracyIsNaive: {
    es: 'Esa exactitud es de filas con que ya se eligió; la que cabe esperar es la anidada, arriba.',
    en: 'That accuracy is of rows that the choice has seen; what to expect is the nested one above.',
  },
  toTrainLikeThis: { es: 'Para entrenar así', en: 'To train like this' },
  trees: { es: 'Árboles', en: 'Trees' },
  secondsToGo: (seconds: number): Message => ({
    es: `Tardará unos ${Math.ceil(seconds)} s`,
    en: `about ${Math.ceil(seconds)} s to go`,
  }),
  minutesToGo: (minutes: number): Message => ({
    es: `Tardará unos ${minutes} min (Ctrl-C lo deja todo como estaba)`,
    en: `about ${minutes} min to go (Ctrl-C leaves all as it was)`,
  }),
  candidatesTried: (
    ways: number,
    metric: string,
    outerFolds: number,
    innerFolds: number,
    forests: number,
  ): Message => ({
    es: `Se prueban ${ways} maneras de entrenar por ${metric}, en ${outerFolds} partes y cada resto en ${innerFolds}: ${forests} bosques`,
    en: `${ways} ways to train are tried by ${metric}, in ${outerFolds} parts and each rest in ${innerFolds}: ${forests} forests`,
  }),
  asItComes: { es: '(como viene)', en: '(as it comes)' },
  wayColumn: { es: 'manera', en: 'way' },
  chosenColumn: { es: 'elegida', en: 'chosen' },
  nestedResult: { es: 'Lo que cabe esperar (anidada)', en: 'What to expect (nested)' },
  naiveResult: {
    es: 'La ingenua, que ya vio esas filas al elegir',
    en: 'The naive one, which chose by these rows',
  },

  // The window
  noDisplay: {
    es: 'No hay pantalla donde abrir la ventana. Ejecútalo en un escritorio gráfico, o por ssh con: ssh -X',
    en: 'There is no display to open the window on. Run it on a graphical desktop, or over ssh with: ssh -X',
  },

  // Transfers
  fetchedAndVerified: (name: string, size: string): Message => ({
    es: `${name}: listo y comprobado (${size})`,
    en: `${name}: ready and verified (${size})`,
  }),

  // The emotion forest
  forestMissing: (model: string, modelsDir: string, output: string): Message => ({
    es: `No hay ningún bosque de emociones «${model}» en ${modelsDir}. Entrénalo: npx emochat train --output ${output}`,
    en: `There is no emotion forest "${model}" in ${modelsDir}. Train it: npx emochat train --output ${output}`,
  }),

  // What a training says
  accuracy: { es: 'Exactitud', en: 'Accuracy' },
  outOfBagAccuracy: { es: 'Exactitud fuera de bolsa', en: 'Out-of-bag accuracy' },
  saved: { es: 'Guardado', en: 'Saved' },
  featureColumn: { es: 'característica', en: 'feature' },
  giniColumn: { es: 'Gini', en: 'Gini' },
  lossWhenShuffledColumn: { es: 'pérdida al barajarla', en: 'loss when shuffled' },
  mostImportant: (shown: number, all: number): Message => ({
    es: `En qué se fija más (${shown} de ${all}; puntos iBUG desde 0)`,
    en: `What it goes by most (${shown} of ${all}; iBUG landmarks from 0)`,
  }),
  splits: (repeats: number): Message => ({ es: `${repeats} repartos`, en: `${repeats} splits` }),
  crossValidation: (folds: number, repeats: number): Message => ({
    es: `Validación cruzada de ${folds} partes × ${repeats}`,
    en: `${folds}-fold cross-validation × ${repeats}`,
  }),
  nothingMore: { es: '', en: '' },
  nobodyInTwoParts: { es: ', nadie en dos partes', en: ', nobody in two parts' },
  meanAndError: (what: Message, apart: Message): Message => ({
    es: `${what.es}${apart.es} (media ± error estándar)`,
    en: `${what.en}${apart.en} (mean ± standard error)`,
  }),
  balancedAccuracy: { es: 'Exactitud equilibrada', en: 'Balanced accuracy' },

  // Ctrl-C
  interrupted: {
    es: 'Interrumpido. No se ha cambiado ningún archivo.',
    en: 'Interrupted. No file was changed.',
  },

  // The window's package
  windowNotBuilt: {
    es: 'La ventana necesita @u4/opencv4nodejs, y no se pudo compilar (la causa está arriba). La página no lo necesita: npm start',
    en: 'The window needs @u4/opencv4nodejs, and it could not be built (the cause is above). The page does not need it: npm start',
  },

  // Model files
  plainFacemark: (text: Message): Message => ({
    es: `Los puntos del original necesitan lbfmodel.yaml. ${text.es} O quita lo que los pide: --plain, --landmarks plain o EMOCHAT_LANDMARKS.`,
    en: `The original's landmarks need lbfmodel.yaml. ${text.en} Or leave out what asks for them: --plain, --landmarks plain or EMOCHAT_LANDMARKS.`,
  }),
  goesOnWithOwn: (text: Message): Message => ({
    es: `AVISO: ${text.es}. EmoChat sigue con sus propios puntos del rostro.`,
    en: `WARNING: ${text.en}. EmoChat goes on with its own landmarks.`,
  }),
  goesOnWithLbf: (text: Message): Message => ({
    es: `AVISO: ${text.es}. EmoChat sigue con los puntos del rostro de lbfmodel.yaml, sin afinar.`,
    en: `WARNING: ${text.en}. EmoChat goes on with the landmarks of lbfmodel.yaml, not refined.`,
  }),
  landmarksUsed: (landmarks: string, names: readonly string[], hint: Message): Message => ({
    es: `Puntos del rostro: ${landmarks} (${names.join(' + ')})${hint.es}`,
    en: `Landmarks: ${landmarks} (${names.join(' + ')})${hint.en}`,
  }),
  betterWithLbf: {
    es: '; con lbfmodel.yaml son mejores: npx emochat models fetch',
    en: '; better with lbfmodel.yaml: npx emochat models fetch',
  },
  ownFileUnreadable: (path: string, kind: string): Message => ({
    es: `No se puede leer ${path} (--${kind}). Comprueba la ruta, o quita la opción para usar el modelo publicado.`,
    en: `${path} cannot be read (--${kind}). Check the path, or leave the option out to use the published model.`,
  }),
};
