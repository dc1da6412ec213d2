import type { Message } from '../common/user-error.js';

/**
 * What training tells people, in both languages: errors, and the parts that they are put together from. Pairs that begin in small letters are
 * such parts.
 */
export const texts = {
  // Names of the photos beside data.txt
  filesUnmatched: (path: string, dataFile: string): Message => ({
    es: `${path} no corresponde a ${dataFile}. Rehaz los dos con npx emochat prepare-data, o borra ${path} y nombra las clases con --labels.`,
    en: `${path} does not belong to ${dataFile}. Make both anew with npx emochat prepare-data, or delete ${path} and name the classes with --labels.`,
  }),

  // What the pictures beside data.txt look like
  picturesMissing: (path: string): Message => ({
    es: `Falta ${path}, que dice cómo se ven las fotos. Haz las filas de nuevo: npx emochat prepare-data --features picture`,
    en: `${path} is missing, which says what the photos look like. Make the rows anew: npx emochat prepare-data --features picture`,
  }),
  picturesInvalid: (path: string, dataFile: string): Message => ({
    es: `${path} está dañado o no corresponde a ${dataFile}. Rehaz los dos: npx emochat prepare-data --features picture`,
    en: `${path} is damaged or does not belong to ${dataFile}. Make both anew: npx emochat prepare-data --features picture`,
  }),
  picturesUnfit: (landmarks: number): Message => ({
    es: `Cómo se ve una cara solo se describe con 68 puntos, y aquí hay ${landmarks}. Quita --features picture o --facemark.`,
    en: `What a face looks like is described with 68 landmarks alone, and here are ${landmarks}. Leave out --features picture or --facemark.`,
  }),
  tooManySets: (sets: number, most: number): Message => ({
    es: `--set-by distingue ${sets} colecciones y se admiten ${most}. Debe nombrar la colección, no la foto ni la persona.`,
    en: `--set-by tells ${sets} data sets apart, and ${most} are taken. It should name the data set, not the photo or the person.`,
  }),
  setsOfOneClass: {
    es: 'Con --set-by cada colección tiene una sola emoción: dentro de ella no queda nada que distinguir. Debe nombrar la colección, no la carpeta de la emoción.',
    en: 'With --set-by each data set has one emotion only: nothing is left to tell apart within it. It should name the data set, not the folder of the emotion.',
  },
  picturesNotGiven: {
    es: 'Para picture-scores hace falta saber cómo se ven las fotos: npx emochat prepare-data --features picture',
    en: 'picture-scores needs to know what the photos look like: npx emochat prepare-data --features picture',
  },

  // data.txt
  lineTooLong: { es: 'es demasiado larga', en: 'is too long' },
  noRows: { es: 'no tiene ninguna fila', en: 'it has no rows' },
  widthDiffers: (width: number, before: number): Message => ({
    es: `tiene ${width} números y las anteriores ${before}`,
    en: `has ${width} numbers, the lines before have ${before}`,
  }),
  rowTooShort: {
    es: 'necesita al menos una característica y la clase',
    en: 'needs at least one feature and the class',
  },
  rowTooWide: (columns: number, most: number): Message => ({
    es: `tiene ${columns} características y se admiten ${most}`,
    en: `has ${columns} features, and ${most} are taken`,
  }),
  numberNotFinite: (field: string): Message => ({
    es: `${field} no es un número finito`,
    en: `${field} is not a finite number`,
  }),
  notANumber: (field: string): Message => ({
    es: `${field} no es un número`,
    en: `${field} is not a number`,
  }),
  numberTooLarge: (field: string, greatest: number): Message => ({
    es: `${field} es demasiado grande: se admite de -${greatest} a ${greatest}`,
    en: `${field} is too large: from -${greatest} to ${greatest} is taken`,
  }),
  classInvalid: (last: number, value: number): Message => ({
    es: `la clase debe ser un entero de 0 a ${last}, no ${value}`,
    en: `the class must be a whole number from 0 to ${last}, not ${value}`,
  }),
  atLine: (line: number, column: number | undefined, reason: Message): Message => ({
    es: `línea ${line}${column === undefined ? '' : `, columna ${column}`}: ${reason.es}`,
    en: `line ${line}${column === undefined ? '' : `, column ${column}`}: ${reason.en}`,
  }),
  dataInvalid: (file: string, reason: Message): Message => ({
    es: `${file}: ${reason.es}. Para rehacerlo desde tus fotos: npx emochat prepare-data`,
    en: `${file}: ${reason.en}. To make it anew from your photos: npx emochat prepare-data`,
  }),
  dataIsFolder: (file: string): Message => ({
    es: `${file} es una carpeta, y hace falta un data.txt. Hazlo de las fotos que tenga: npx emochat prepare-data --data ${file}`,
    en: `${file} is a folder, and a data.txt is needed. Make it from the photos in there: npx emochat prepare-data --data ${file}`,
  }),
  dataIsNoText: (file: string): Message => ({
    es: `${file} no es un data.txt: no es texto. Fotos se indican por su carpeta, que tiene una por emoción; de ellas hace un data.txt: npx emochat prepare-data`,
    en: `${file} is no data.txt: it is no text. Photos are named by their folder, which has one for each emotion; prepare-data makes a data.txt of them: npx emochat prepare-data`,
  }),
  dataUnreadable: (file: string, reason: string): Message => ({
    es: `No se puede leer ${file} (${reason}). Hazlo desde tus fotos: npx emochat prepare-data`,
    en: `${file} cannot be read (${reason}). Make it from your photos: npx emochat prepare-data`,
  }),

  // What is measured on
  noKnownEmotion: (path: string, names: string): Message => ({
    es: `En ${path} no hay ninguna emoción que el modelo conozca (hay: ${names}). Llama a las carpetas como sus emociones, o di cuál es cuál: --map carpeta=EMOCIÓN`,
    en: `In ${path} there is no emotion that the model knows (there are: ${names}). Call the folders like its emotions, or say which is which: --map folder=EMOTION`,
  }),
  labelsMissingFor: (file: string, classes: number, labels: number): Message => ({
    es: `${file} tiene ${classes} clases y hay ${labels} nombres. Nómbralas en orden: --labels HAPPY,SAD,…`,
    en: `${file} has ${classes} classes and there are ${labels} names. Name them in order: --labels HAPPY,SAD,…`,
  }),
  nothingMeasured: (photos: number, folder: string): Message => ({
    es: `Ninguna de las ${photos} fotos de ${folder} muestra un rostro que se pueda detectar: no hay nada que medir.`,
    en: `None of the ${photos} photos in ${folder} shows a face that can be detected: there is nothing to measure.`,
  }),

  // Measuring
  featuresMismatch: (given: number, needed: number): Message => ({
    es: `Cada rostro tiene ${given} características y el modelo pide ${needed}. Mide con los puntos faciales con que se entrenó.`,
    en: `Each face has ${given} features and the model takes ${needed}. Measure with the landmarks it was trained on.`,
  }),
  nothingToCompare: (names: readonly string[]): Message => ({
    es: `Los dos modelos no tienen en común ninguna emoción medida: ${names.join(' / ')}.`,
    en: `The two models have none of the measured emotions in common: ${names.join(' / ')}.`,
  }),

  // Parts of a cross-validation
  tooFewRowsForFolds: (rows: number, folds: number): Message => ({
    es: `Una de las clases tiene solo ${rows} filas: no alcanza para ${folds} partes. Añade fotos de esa emoción, o pide menos partes.`,
    en: `One of the classes has only ${rows} rows: too few for ${folds} parts. Add photos of that emotion, or ask for fewer parts.`,
  }),
  inParts: (folds: number): Message => ({ es: `en ${folds} partes`, en: `in ${folds} parts` }),
  inHalves: (percent: number): Message => ({
    es: `apartando un ${percent} %`,
    en: `with ${percent} % held out`,
  }),
  tooFewGroups: (groups: number, how: Message): Message => ({
    es: `Con ${groups} grupos (--group-by) no alcanza: ${how.es} faltaría alguna emoción donde se aprende o se mide. Hacen falta más personas o fuentes por emoción, o menos partes.`,
    en: `${groups} groups (--group-by) do not reach: ${how.en} an emotion would be missing where it is learnt or measured. It takes more people or sources for each emotion, or fewer parts.`,
  }),

  // Reading a forest
  tooFewBaselines: (persons: number, fewest: number): Message => ({
    es: `--baseline aprende de personas vistas tranquilas y de otra manera: hay ${persons} y hacen falta ${fewest}. --group-by dice de quién es cada foto.`,
    en: `--baseline learns from persons seen calm and otherwise: there are ${persons}, and it takes ${fewest}. --group-by says whose each photo is.`,
  }),

  // Groups of photos
  groupsUnknown: (path: string): Message => ({
    es: `--group-by va por los nombres de las fotos y falta ${path}, que los tiene. Haz los dos archivos con: npx emochat prepare-data`,
    en: `--group-by goes by the names of the photos and ${path}, which has them, is missing. Make both files with: npx emochat prepare-data`,
  }),
  groupUnmatched: (pattern: string, unmatched: number, rows: number, examples: string): Message => ({
    es: `--group-by ${pattern} no encuentra nada en ${unmatched} de los ${rows} nombres de foto: ${examples}. Debe decir de quién es cada una.`,
    en: `--group-by ${pattern} finds nothing in ${unmatched} of the ${rows} photo names: ${examples}. It must say whose each one is.`,
  }),

  // ml-random-forest
  engineLacks: (what: string): Message => ({
    es: `ml-random-forest no sabe hacer esto: ${what}. Quítalo, o entrena con --engine native.`,
    en: `ml-random-forest cannot do this: ${what}. Leave it out, or train with --engine native.`,
  }),

  // Folders of photos
  dataFolderMissing: (folder: string, name: string): Message => ({
    es: `No se puede leer la carpeta ${folder}. Crea ${name}/happy y ${name}/sad con tus fotos, o indica otra con --data.`,
    en: `The folder ${folder} cannot be read. Create ${name}/happy and ${name}/sad with your photos, or name another with --data.`,
  }),
  noEmotionFolder: (folder: string, names: string): Message => ({
    es: `${folder} no tiene ninguna de estas carpetas: ${names}. Créalas con tus fotos, o indica otras con --emotions.`,
    en: `${folder} has none of these folders: ${names}. Create them with your photos, or name others with --emotions.`,
  }),

  // Photos
  photoTooLarge: {
    es: 'El archivo es demasiado grande para ser una foto.',
    en: 'The file is too large to be a photo.',
  },
  photoIsAFolder: {
    es: 'Es una carpeta; sus fotos no se usan.',
    en: 'This is a folder; photos in it are not used.',
  },
  photoIsNoFile: { es: 'No es un archivo.', en: 'This is not a file.' },
  formatNotRead: (format: string): Message => ({
    es: `Es una imagen ${format}, que no se lee: pásala a JPEG, PNG o WebP.`,
    en: `This is a ${format} picture, which is not read: convert it to JPEG, PNG or WebP.`,
  }),
  photoUnreadable: (path: string, reason: string): Message => ({
    es: `No se puede leer ${path} (${reason}).`,
    en: `${path} cannot be read (${reason}).`,
  }),

  // Making data.txt
  noSample: (photos: number, folder: string): Message => ({
    es: `Ninguna de las ${photos} fotos de ${folder} muestra un rostro que se pueda detectar. Usa fotos JPEG, PNG o WebP de frente, con el rostro entero.`,
    en: `None of the ${photos} photos in ${folder} shows a face that can be detected. Use JPEG, PNG or WebP photos from the front, with the whole face.`,
  }),

  // Holding rows out
  larger: { es: 'mayor', en: 'larger' },
  smaller: { es: 'menor', en: 'smaller' },
  adviceToAdd: { es: 'Añade', en: 'Add' },
  adviceOnShare: (better: Message): Message => ({
    es: `Pide una parte ${better.es} con --test-size, o añade`,
    en: `Ask for a ${better.en} share with --test-size, or add`,
  }),
  tooFewRowsToHoldOut: (rows: number, percent: number, advice: Message): Message => ({
    es: `Una de las clases tiene solo ${rows} filas: no alcanza para apartar un ${percent} % y entrenar con el resto. ${advice.es} fotos de esa emoción y repite: npx emochat prepare-data`,
    en: `One of the classes has only ${rows} rows: too few to hold out ${percent} % and train on the rest. ${advice.en} photos of that emotion and repeat: npx emochat prepare-data`,
  }),

  // Training
  tooFewRowsToCalibrate: (folds: number, reason: Message): Message => ({
    es: `Para calibrar (--sure) se reparte en ${folds} partes lo que se aprende. ${reason.es} O entrena sin --sure.`,
    en: `To calibrate (--sure), what is learnt is split in ${folds} parts. ${reason.en} Or train without --sure.`,
  }),
  oneClass: {
    es: 'Para entrenar hacen falta al menos dos emociones y en los datos solo hay una. Añade fotos de otra y repite: npx emochat prepare-data',
    en: 'Training needs at least two emotions and the data hold only one. Add photos of another and repeat: npx emochat prepare-data',
  },
  labelsMissing: (classes: number, labels: number): Message => ({
    es: `Los datos tienen ${classes} clases y hay ${labels} nombres. Nómbralas en orden: --labels HAPPY,SAD,…`,
    en: `The data have ${classes} classes and there are ${labels} names. Name them in order: --labels HAPPY,SAD,…`,
  }),
  labelsInvalid: (names: string, longest: number): Message => ({
    es: `${names} no sirven como nombres de las clases: deben ser distintos (y no solo en mayúsculas y minúsculas), de 1 a ${longest} caracteres, sin caracteres de control. Nómbralas en orden: --labels HAPPY,SAD,…`,
    en: `${names} will not do as names of the classes: they must differ (and not by case alone), have 1 to ${longest} characters and no control characters. Name them in order: --labels HAPPY,SAD,…`,
  }),
  featuresOdd: (columns: number): Message => ({
    es: `Las filas tienen ${columns} características; deben ser pares x y. Rehaz los datos: npx emochat prepare-data`,
    en: `The rows have ${columns} features; they must be x y pairs. Make the data anew: npx emochat prepare-data`,
  }),
  transformUnfit: (transform: string, landmarks: number): Message => ({
    es: `La transformación ${transform} necesita 68 puntos faciales y las filas tienen ${landmarks}. Entrena sin --transform, o rehaz los datos con el modelo de 68 puntos.`,
    en: `The transform ${transform} needs 68 landmarks and the rows have ${landmarks}. Train without --transform, or make the data anew with the model of 68 landmarks.`,
  }),
};
