import { UserError, type Message } from '../../common/user-error.js';
import type { ModelFile } from './catalog.js';

/** The `code` of a system error, if it has one. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** A size for people, in megabytes of 1,000,000 bytes. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** What to do when a file cannot be fetched: the system's package, a mirror, or the file put there by hand. */
function otherWays(model: ModelFile, modelsDir: string): Message {
  if (model.systemPackage !== undefined) {
    const install = `sudo apt-get install ${model.systemPackage} && npx emochat models fetch`;
    return {
      es: `Viene también en un paquete del sistema: ${install}`,
      en: `A package of the system has it, too: ${install}`,
    };
  }
  return {
    es:
      `Comprueba la red, indica un espejo con EMOCHAT_MODELS_URL=https://…, o guarda tú ${model.url} ` +
      `en ${modelsDir}/ y vuelve a intentarlo.`,
    en:
      `Check the network, name a mirror with EMOCHAT_MODELS_URL=https://…, or put ${model.url} ` +
      `into ${modelsDir}/ yourself and try again.`,
  };
}

/** A transfer that failed for good. */
export function downloadFailed(model: ModelFile, modelsDir: string, from: string, cause: unknown): UserError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const ways = otherWays(model, modelsDir);
  return new UserError(
    'MODEL_DOWNLOAD_FAILED',
    {
      es: `No se pudo descargar ${model.name} de ${from} (${reason}). ${ways.es}`,
      en: `${model.name} could not be fetched from ${from} (${reason}). ${ways.en}`,
    },
    { cause },
  );
}

/** A file that is missing and must not be fetched. */
export function notFetchedOffline(model: ModelFile, modelsDir: string): UserError {
  const ways = otherWays(model, modelsDir);
  return new UserError('MODELS_OFFLINE', {
    es: `Falta ${model.name}, y con --offline no se descarga nada. ${ways.es}`,
    en: `${model.name} is missing, and with --offline nothing is fetched. ${ways.en}`,
  });
}

/** The whole file arrived, twice, and is not the one it should be. */
export function digestMismatch(model: ModelFile, from: string, expected: string, got: string): UserError {
  return new UserError('MODEL_DIGEST_MISMATCH', {
    es:
      `${model.name} de ${from} no es el archivo esperado (huella ${got} en vez de ${expected}); no se ha guardado. ` +
      'Prueba con otro espejo (EMOCHAT_MODELS_URL).',
    en:
      `${model.name} from ${from} is not the file it should be (digest ${got}, not ${expected}); it was not kept. ` +
      'Try another mirror (EMOCHAT_MODELS_URL).',
  });
}

/** A mirror that cannot be used: what is wrong with it. */
export function mirrorUnusable(mirror: string, problem: Message, cause?: unknown): UserError {
  return new UserError(
    'MIRROR_UNUSABLE',
    {
      es: `El espejo ${mirror} no sirve: ${problem.es}`,
      en: `The mirror ${mirror} cannot be used: ${problem.en}`,
    },
    { cause },
  );
}

/** Not enough room; sizes in bytes, `free` if it is known. */
export function diskFull(modelsDir: string, needed: number, free?: number, cause?: unknown): UserError {
  const room = free === undefined ? '' : ` (${megabytes(free)})`;
  return new UserError(
    'DISK_FULL',
    {
      es:
        `No hay sitio en el disco de ${modelsDir}${room}: hacen falta ${megabytes(needed)}. ` +
        'Libera espacio o elige otra carpeta con EMOCHAT_MODELS_DIR.',
      en:
        `The disk of ${modelsDir} is full${room}: ${megabytes(needed)} are needed. ` +
        'Free some space or choose another folder with EMOCHAT_MODELS_DIR.',
    },
    { cause },
  );
}

const unusableCodes = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'EISDIR']);

/** Turns what the file system says about the models folder into advice; anything else comes back as it is. */
export function asFolderError(error: unknown, modelsDir: string, needed: number): unknown {
  const code = errorCode(error);
  if (error instanceof UserError || code === undefined) return error;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(modelsDir, needed, undefined, error);
  if (!unusableCodes.has(code)) return error;
  return new UserError(
    'MODELS_DIR_UNUSABLE',
    {
      es: `No se puede leer o escribir en ${modelsDir} (${code}). Da permiso o elige otra carpeta con EMOCHAT_MODELS_DIR.`,
      en: `${modelsDir} cannot be read or written (${code}). Give permission or choose another folder with EMOCHAT_MODELS_DIR.`,
    },
    { cause: error },
  );
}
