import type { Message } from '../../common/user-error.js';

/** What the report of a measurement says, as text and as a page, in both languages. */
export const texts = {
  // Charts
  rowsAndColumns: {
    es: 'Filas: emoción real. Columnas: lo que dijo el modelo.',
    en: 'Rows: actual emotion. Columns: what the model said.',
  },
  reliabilityTitle: {
    es: 'Diagrama de fiabilidad: seguridad del modelo y aciertos; los números están en la tabla',
    en: 'Reliability diagram: confidence of the model and share right; the numbers are in the table',
  },
  confidenceAxis: { es: 'seguridad', en: 'confidence' },
  rightAxis: { es: 'aciertos', en: 'right' },
  confidence: { es: 'Seguridad', en: 'Confidence' },
  mean: { es: 'Media', en: 'Mean' },
  right: { es: 'Aciertos', en: 'Right' },
  faces: { es: 'Rostros', en: 'Faces' },
  meanFaceTitle: {
    es: 'El rostro medio: cuanto más grande es un punto, más cuenta para el modelo; por zonas, en la tabla',
    en: 'The mean face: the larger a point, the more the model goes by it; by region in the table',
  },
  region: { es: 'Zona', en: 'Region' },
  share: { es: 'Parte', en: 'Share' },
  aPoint: { es: 'Por punto', en: 'A point' },

  // Regions of the face
  jaw: { es: 'Mandíbula', en: 'Jaw' },
  rightEyebrow: { es: 'Ceja derecha', en: 'Right eyebrow' },
  leftEyebrow: { es: 'Ceja izquierda', en: 'Left eyebrow' },
  nose: { es: 'Nariz', en: 'Nose' },
  rightEye: { es: 'Ojo derecho', en: 'Right eye' },
  leftEye: { es: 'Ojo izquierdo', en: 'Left eye' },
  mouth: { es: 'Boca', en: 'Mouth' },

  // Mistakes
  thereWereNone: { es: 'No hubo ninguno.', en: 'There were none.' },
  landmarksTitle: (truth: string, said: string): Message => ({
    es: `Puntos faciales, ${truth} tomado por ${said}`,
    en: `Landmarks, ${truth} taken for ${said}`,
  }),
  rowPlace: (row: number): Message => ({ es: `fila ${row}`, en: `row ${row}` }),
  takenFor: { es: 'tomado por', en: 'taken for' },
  notAPhoto: { es: 'No es una foto.', en: 'Not a photo.' },
  photoTooLarge: { es: 'Foto demasiado grande.', en: 'Photo too large.' },
  photoTitle: (truth: string, said: string): Message => ({
    es: `Foto de ${truth} tomada por ${said}`,
    en: `Photo of ${truth} taken for ${said}`,
  }),

  // The page
  inShort: { es: 'En resumen', en: 'In short' },
  confusionMatrix: { es: 'Matriz de confusión', en: 'Confusion matrix' },
  emotionByEmotion: { es: 'Emoción por emoción', en: 'Emotion by emotion' },
  canItsConfidenceBeBelieved: { es: '¿Se puede creer su seguridad?', en: 'Can its confidence be believed?' },
  whatItGoesBy: { es: 'En qué se fija', en: 'What it goes by' },
  theWorstMistakes: { es: 'Los peores errores', en: 'The worst mistakes' },
  howToReadIt: { es: 'Cómo leerlo', en: 'How to read it' },
  evaluationReport: { es: 'Informe de medida', en: 'Evaluation report' },
  model: { es: 'Modelo', en: 'Model' },
  measuredOn: { es: 'Medido con', en: 'Measured on' },
  photosWithoutAFace: { es: 'Fotos sin rostro', en: 'Photos without a face' },
  unreadablePhotos: { es: 'Fotos ilegibles', en: 'Unreadable photos' },
  notMeasured: { es: 'No medido: el modelo no lo conoce', en: 'Not measured: unknown to the model' },
  accuracy: { es: 'Exactitud', en: 'Accuracy' },
  balancedAccuracy: { es: 'Exactitud equilibrada', en: 'Balanced accuracy' },
  calibrationError: { es: 'Error de calibración', en: 'Calibration error (ECE)' },
  logLoss: { es: 'Pérdida logarítmica', en: 'Log-loss' },
  brierScore: { es: 'Brier', en: 'Brier score' },
  emotion: { es: 'Emoción', en: 'Emotion' },
  precision: { es: 'Precisión', en: 'Precision' },
  recall: { es: 'Exhaustividad', en: 'Recall' },
  named: { es: 'Nombrada', en: 'Named' },
  rightly: { es: 'Con acierto', en: 'Rightly' },
  reliabilityNote: {
    es: 'En la diagonal, cuando el modelo dice 80 % acierta 8 de cada 10 veces. Por debajo se confía demasiado; por encima, demasiado poco.',
    en: 'On the diagonal, the model is right 8 times in 10 when it says 80 %. Below it is too sure, above not sure enough.',
  },
  theNumbers: { es: 'Los números', en: 'The numbers' },
  importanceNote: {
    es: 'Cuánta probabilidad pierde la emoción verdadera si ese punto se toma de otro rostro. Los puntos que dicen lo mismo se reparten la importancia.',
    en: 'How much probability the true emotion loses if that point is taken from another face. Points that say the same share the importance.',
  },
  importancePictureNote: {
    es: 'Este modelo mira además la foto de la cara, que aquí no se mueve: lo que ve en ella no cuenta en estas cifras.',
    en: 'This model also looks at the picture of the face, which stays in its place here: what it sees there is not in these figures.',
  },
  byRegionOfTheFace: { es: 'Por zonas del rostro', en: 'By region of the face' },
  mcNemarSentence: (rows: number, p: string): Message => ({
    es: `Prueba exacta de McNemar con ${rows} rostros: p ${p.startsWith('<') ? p : `= ${p}`}. Es la probabilidad de una diferencia así entre dos modelos igual de buenos.`,
    en: `Exact McNemar test on ${rows} faces: p ${p.startsWith('<') ? p : `= ${p}`}. It is the probability of such a difference between two models that are equally good.`,
  }),
  facesThatItAloneGetsRight: { es: 'Rostros en que solo él acierta', en: 'Faces that it alone gets right' },
  thisModel: { es: 'Este modelo', en: 'This model' },
  againstAnotherModel: { es: 'Frente a otro modelo', en: 'Against another model' },
  mistakesNote: (all: number): Message => ({
    es: `De ${all} errores, aquellos en que estaba más seguro. A veces lo equivocado es la etiqueta.`,
    en: `Of ${all} mistakes, those it was surest of. Sometimes it is the label that is wrong.`,
  }),
  brierOfTwo: {
    es: 'Error cuadrático medio de la probabilidad; 0 es perfecto, 0.25 es decir siempre 50 %.',
    en: 'Mean squared error of the probability; 0 is perfect, 0.25 is always saying 50 %.',
  },
  brierOfMany: {
    es: 'Error cuadrático medio de las probabilidades, sumado por emociones; 0 es perfecto, 2 lo peor.',
    en: 'Mean squared error of the probabilities, summed over the emotions; 0 is perfect, 2 the worst.',
  },
  accuracyMeaning: {
    es: 'Parte de los rostros acertados. El intervalo (Wilson) supone fotos independientes: varias de la misma persona no lo son.',
    en: 'Share of the faces that are right. The interval (Wilson) takes the photos as independent: several of one person are not.',
  },
  balancedAccuracyMeaning: {
    es: 'Media de la exhaustividad de las emociones: no la infla la más frecuente.',
    en: 'Mean recall of the emotions: the most frequent one does not inflate it.',
  },
  precisionAndRecall: { es: 'Precisión y exhaustividad', en: 'Precision and recall' },
  precisionAndRecallMeaning: {
    es: 'De lo que dijo ser una emoción, cuánto lo era; de lo que lo era, cuánto dijo.',
    en: 'Of what it said to be an emotion, how much was; of what was, how much it said.',
  },
  logLossMeaning: {
    es: 'Castiga sobre todo estar seguro y errar; 0 es perfecta.',
    en: 'Punishes being sure and wrong above all; 0 is perfect.',
  },
  calibrationErrorMeaning: {
    es: 'Distancia media entre la seguridad del modelo y sus aciertos, en diez tramos.',
    en: 'Mean distance between its confidence and the share it gets right, in ten bins.',
  },

  // How photos were searched
  plainLook: { es: 'una mirada, como el original', en: 'one look, as the original' },
  closeLook: {
    es: 'ampliada y con borde donde hace falta o es pequeña',
    en: 'enlarged and with a border where needed or small',
  },
  largestFaceCounts: { es: 'cuenta el rostro mayor', en: 'the largest face counts' },
  firstFaceCounts: { es: 'cuenta el primer rostro', en: 'the first face counts' },
  searchOfThePhotos: { es: 'Búsqueda en las fotos', en: 'Search of the photos' },
  notKnown: { es: 'no se sabe', en: 'not known' },
  lookAndFace: (look: Message, face: Message): Message => ({
    es: `${look.es}; ${face.es}`,
    en: `${look.en}; ${face.en}`,
  }),

  // Tables in the terminal
  matrixTooWide: (size: string): Message => ({
    es: `Matriz de confusión: ${size}, demasiado ancha para aquí; la dan el archivo del modelo y emochat evaluate --json`,
    en: `Confusion matrix: ${size}, too wide for here; the model file and emochat evaluate --json have it`,
  }),
  matrixTitle: {
    es: 'Matriz de confusión (filas: real; columnas: predicha)',
    en: 'Confusion matrix (rows: actual; columns: predicted)',
  },
  facesMeasured: { es: 'Rostros medidos', en: 'Faces measured' },
  brierRow: { es: 'Brier', en: 'Brier' },
  emotionColumn: { es: 'emoción', en: 'emotion' },
  precisionColumn: { es: 'precisión', en: 'precision' },
  recallColumn: { es: 'exhaustividad', en: 'recall' },
  f1Column: { es: 'F1', en: 'F1' },
  facesColumn: { es: 'rostros', en: 'faces' },
  setColumn: { es: 'medido en', en: 'measured on' },
  balancedColumn: { es: 'equilibrada', en: 'balanced' },
  accuracyColumn: { es: 'exactitud', en: 'accuracy' },
  recallsColumn: { es: 'sensibilidades', en: 'recalls' },
  calibrationColumn: { es: 'error de calibración', en: 'calibration error' },
  namedColumn: { es: 'nombrada', en: 'named' },
  rightlyColumn: { es: 'con acierto', en: 'rightly' },
  meanColumn: { es: 'media', en: 'mean' },
  calibration: { es: 'Calibración', en: 'Calibration' },
  againstColumn: (model: string): Message => ({ es: `frente a ${model}`, en: `against ${model}` }),
  thisModelColumn: { es: 'este modelo', en: 'this model' },
  theOtherColumn: { es: 'el otro', en: 'the other' },
  accuracyRow: { es: 'exactitud', en: 'accuracy' },
  balancedAccuracyRow: { es: 'exactitud equilibrada', en: 'balanced accuracy' },
  onlyThisOneIsRight: { es: 'solo este acierta', en: 'only this one is right' },
  mcNemarLine: (rows: number, p: string): Message => ({
    es: `McNemar (exacta), ${rows} rostros: p ${p.startsWith('<') ? p : `= ${p}`}, la probabilidad de una diferencia así entre dos modelos igual de buenos`,
    en: `McNemar (exact), ${rows} faces: p ${p.startsWith('<') ? p : `= ${p}`}, the probability of such a difference between two models that are equally good`,
  }),
};
