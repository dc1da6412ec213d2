import { InvalidArgumentError, Option } from 'commander';
import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { UserError } from '../common/user-error.js';
import type { TrustedProxies } from '../server/client-address.js';
import { hostPattern } from '../server/host-names.js';
import type { Proxies } from '../vision/model-files.js';
import { faceRules } from '../vision/face-order.js';
import { languages, languageVariable, localized } from './language.js';

/** Where the files that come with the project lie: two levels above `dist/cli` and above `src/cli`. */
export const packageRoot = fileURLToPath(new URL('../../', import.meta.url));

function describe(es: string, en: string): string {
  return localized({ es, en });
}

/** For an option: whole numbers from `min` to `max`. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text.trim()) || value < min || value > max) {
      throw new InvalidArgumentError(
        describe(
          `Debe ser un entero de ${min} a ${max}.`,
          `It must be a whole number from ${min} to ${max}.`,
        ),
      );
    }
    return value;
  };
}

/** For an option: names separated by commas, none of them empty; accents in one character, however they came. */
export function commaSeparated(text: string): string[] {
  const names = text.split(',').map((name) => name.trim().normalize('NFC'));
  if (names.every((name) => name !== '')) return names;
  throw new InvalidArgumentError(
    describe('Hay un nombre vacío entre las comas.', 'There is an empty name between commas.'),
  );
}

/** For an option: yes or no. A flag of commander's own would take `EMOCHAT_…=no` for a yes. */
export function yesOrNo(text: string): boolean {
  const value = text.trim().toLowerCase();
  if (['yes', 'true', '1'].includes(value)) return true;
  if (['no', 'false', '0'].includes(value)) return false;
  throw new InvalidArgumentError(describe('Debe ser yes o no.', 'It must be yes or no.'));
}

/** Proxies to believe: a number of them, their addresses, or yes for one and no for none. */
function trustedProxies(text: string): TrustedProxies {
  const value = text.trim().toLowerCase();
  if (['yes', 'true'].includes(value)) return 1;
  if (['no', 'false'].includes(value)) return 0;
  if (/^\d{1,2}$/.test(value)) return Number(value);
  const addresses = commaSeparated(value);
  if (addresses.every(isAddressRange)) return addresses;
  throw new InvalidArgumentError(
    describe(
      'Debe ser un número de proxies, sus direcciones (10.0.0.0/8, ::1), yes o no.',
      'It must be a number of proxies, their addresses (10.0.0.0/8, ::1), yes or no.',
    ),
  );
}

function isAddressRange(text: string): boolean {
  const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const family = isIP(address);
  return family !== 0 && Number(bits ?? 0) <= (family === 4 ? 32 : 128);
}

function hostNames(text: string): string[] {
  return commaSeparated(text).map((name) => {
    const pattern = hostPattern(name);
    if (pattern !== undefined) return pattern;
    throw new InvalidArgumentError(
      describe(
        'Debe ser un nombre como emochat.example.com o *.example.com, sin https:// ni puerto.',
        'It must be a name such as emochat.example.com or *.example.com, without https:// and port.',
      ),
    );
  });
}

function webAddress(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new InvalidArgumentError(
    describe('Debe ser una dirección http o https.', 'It must be an http or https address.'),
  );
}

/**
 * Every setting, once: flag, environment variable, default, meaning.
 * Commands add the ones they take; nothing else reads the environment.
 */
export const settings = {
  host: () =>
    new Option('--host <name>', describe('dirección en la que escuchar', 'address to listen on'))
      .env('EMOCHAT_HOST')
      .default('localhost'),
  port: () =>
    new Option('--port <number>', describe('puerto; 0 elige uno libre', 'port; 0 picks a free one'))
      .env('EMOCHAT_PORT')
      .default(5000)
      .argParser(wholeNumber(0, 65535)),
  model: () =>
    new Option(
      '--model <name|file>',
      describe(
        'bosque de emociones: un archivo, o un nombre en models/ (por omisión el tuyo, trained, si existe; si no, happy-sad)',
        'emotion forest: a file, or a name in models/ (unless told yours, trained, if it exists, else happy-sad)',
      ),
    ).env('EMOCHAT_MODEL'),
  modelsDir: () =>
    new Option('--models-dir <folder>', describe('carpeta de los modelos', 'folder of the model files'))
      .env('EMOCHAT_MODELS_DIR')
      .default(`${packageRoot}models`, 'models'),
  modelsUrl: () =>
    new Option(
      '--models-url <url>',
      describe(
        'espejo de los modelos (http, https o file) con su SHA256SUMS',
        'mirror of the model files (http, https or file) with its SHA256SUMS',
      ),
    ).env('EMOCHAT_MODELS_URL'),
  offline: () =>
    new Option(
      '--offline [yes|no]',
      describe(
        'no descargar nada: EmoChat usa los modelos que hay en este equipo',
        'fetch nothing: EmoChat uses the model files of this machine',
      ),
    )
      .env('EMOCHAT_OFFLINE')
      .preset('yes')
      .default(false)
      .argParser(yesOrNo),
  firstByte: () =>
    new Option(
      '--first-byte <ms>',
      describe(
        'espera máxima, al arrancar, por el primer byte de un modelo que se descarga, en milisegundos',
        'longest wait at a start for the first byte of a model file that is fetched, in milliseconds',
      ),
    )
      .env('EMOCHAT_FIRST_BYTE_MS')
      .default(10_000)
      .argParser(wholeNumber(1, 600_000)),
  landmarks: () =>
    new Option(
      '--landmarks <name>',
      describe(
        'puntos del rostro: refined (el modelo propio los afina) o plain (como los da lbfmodel.yaml)',
        'landmarks: refined (by the model that comes with the project) or plain (as lbfmodel.yaml gives them)',
      ),
    )
      .env('EMOCHAT_LANDMARKS')
      .choices(['refined', 'plain'])
      .default('refined'),
  cascade: () =>
    new Option(
      '--cascade <file>',
      describe('otra cascada de Haar (XML de OpenCV)', 'another Haar cascade (OpenCV XML)'),
    ).env('EMOCHAT_CASCADE'),
  facemark: () =>
    new Option(
      '--facemark <file>',
      describe('otro modelo LBF (YAML de OpenCV)', 'another LBF facemark (OpenCV YAML)'),
    ).env('EMOCHAT_FACEMARK'),
  face: () =>
    new Option(
      '--face <rule>',
      describe(
        'qué rostro cuenta: largest (el mayor; entre casi iguales, el más centrado) o first (el primero del detector)',
        'which face counts: largest (of near-equal ones the most central) or first (in the detector’s order)',
      ),
    )
      .env('EMOCHAT_FACE')
      .choices(faceRules)
      .default('largest'),
  detector: () =>
    new Option(
      '--detector <name>',
      describe(
        'quién evalúa la cascada: simd (propio, rápido) u opencv; dan lo mismo',
        'what evaluates the cascade: simd (our own, fast) or opencv; the answer is the same',
      ),
    )
      .env('EMOCHAT_DETECTOR')
      .choices(['simd', 'opencv'])
      .default('simd'),
  engine: () =>
    new Option(
      '--engine <name>',
      describe(
        'quién entrena el bosque: native (propio, rápido) o ml-random-forest (el paquete de npm)',
        'what grows the forest: native (our own, fast) or ml-random-forest (the npm package)',
      ),
    )
      .env('EMOCHAT_ENGINE')
      .choices(['native', 'ml-random-forest'])
      .default('native'),
  lanes: () =>
    new Option('--lanes <number>', describe('imágenes a la vez', 'frames worked on at once'))
      .env('EMOCHAT_LANES')
      .default(availableParallelism(), 'cores')
      .argParser(wholeNumber(1, 1024)),
  queueLimit: () =>
    new Option(
      '--queue-limit <number>',
      describe('imágenes que pueden esperar antes de responder 503', 'frames that may wait before a 503'),
    )
      .env('EMOCHAT_QUEUE_LIMIT')
      .default(64)
      .argParser(wholeNumber(0, 1_000_000)),
  maxPixels: () =>
    new Option(
      '--max-pixels <number>',
      describe('imagen más grande admitida, en píxeles', 'largest picture taken, in pixels'),
    )
      .env('EMOCHAT_MAX_PIXELS')
      .default(25_000_000)
      .argParser(wholeNumber(1, 1_000_000_000)),
  camera: () =>
    new Option('--camera <number>', describe('qué cámara abrir', 'which camera to open'))
      .env('EMOCHAT_CAMERA')
      .default(0)
      .argParser(wholeNumber(0, 255)),
  maxBody: () =>
    new Option(
      '--max-body <bytes>',
      describe('petición más grande admitida, en bytes', 'largest request taken, in bytes'),
    )
      .env('EMOCHAT_MAX_BODY')
      .default(16 * 1024 * 1024)
      .argParser(wholeNumber(1024, 1024 * 1024 * 1024)),
  analysesPerMinute: () =>
    new Option(
      '--analyses-per-minute <number>',
      describe('análisis de Gemini por minuto y cliente', 'Gemini analyses a minute and client'),
    )
      .env('EMOCHAT_ANALYSES_PER_MINUTE')
      .default(10)
      .argParser(wholeNumber(1, 1_000_000)),
  allowHost: () =>
    new Option(
      '--allow-host <names>',
      describe(
        'otros nombres de este servidor, separados por comas (emochat.example.com, *.example.com)',
        'more names of this server, separated by commas (emochat.example.com, *.example.com)',
      ),
    )
      .env('EMOCHAT_ALLOWED_HOSTS')
      .argParser(hostNames),
  trustProxy: () =>
    new Option(
      '--trust-proxy [hops|list]',
      describe(
        'de quién vale X-Forwarded-For: de tantos proxies delante (yes: uno), o de sus direcciones (10.0.0.0/8,::1)',
        'whose X-Forwarded-For counts: so many proxies in front (yes: one), or their addresses (10.0.0.0/8,::1)',
      ),
    )
      .env('EMOCHAT_TRUST_PROXY')
      .preset('yes')
      .default(0, 'no')
      .argParser(trustedProxies),
  logLevel: () =>
    new Option('--log-level <level>', describe('detalle del registro', 'how much is logged'))
      .env('EMOCHAT_LOG_LEVEL')
      .choices(['debug', 'info', 'warn', 'error', 'silent'])
      .default('warn'),
  geminiModel: () =>
    new Option('--gemini-model <name>', describe('modelo de Gemini', 'Gemini model'))
      .env('GEMINI_MODEL')
      .default('gemini-2.5-flash'),
  geminiBaseUrl: () =>
    new Option(
      '--gemini-base-url <url>',
      describe('dirección de la API de Gemini', 'address of the Gemini API'),
    )
      .env('GEMINI_BASE_URL')
      .default('https://generativelanguage.googleapis.com')
      .argParser(webAddress),
  geminiTimeout: () =>
    new Option(
      '--gemini-timeout <ms>',
      describe(
        'espera máxima por un análisis, en milisegundos',
        'longest wait for an analysis, in milliseconds',
      ),
    )
      .env('GEMINI_TIMEOUT_MS')
      .default(30_000)
      .argParser(wholeNumber(1, 600_000)),
  lang: () =>
    new Option('--lang <language>', describe('idioma de la terminal', 'language of the terminal'))
      .env(languageVariable)
      .choices([...languages])
      .default(undefined, describe('el de tu sistema', "your locale's")),
} satisfies Record<string, () => Option>;

/**
 * The Gemini key, which is no flag: other users of the machine can see a command line.
 * @returns `undefined` if it is not set, or blank.
 * @throws UserError `GEMINI_KEY_MALFORMED` if it holds what no key holds, as a placeholder or quotes.
 */
export function geminiApiKey(): string | undefined {
  const key = process.env[geminiApiKeyVariable]?.trim() ?? '';
  if (key === '') return undefined;
  if (/^[\w.~+/=:-]+$/.test(key)) return key;
  throw new UserError(
    'GEMINI_KEY_MALFORMED',
    {
      es: `${geminiApiKeyVariable} tiene caracteres que ninguna clave tiene. Copia la tuya de https://aistudio.google.com/apikey, sin comillas ni espacios, o quita la variable.`,
      en: `${geminiApiKeyVariable} has characters that no key has. Copy yours from https://aistudio.google.com/apikey, without quotes and blanks, or leave the variable out.`,
    },
    { exitCode: 2 },
  );
}

/** Name of the environment variable of {@link geminiApiKey}. */
export const geminiApiKeyVariable = 'GEMINI_API_KEY';

/** The proxies that the environment names, as for every program: `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`, or in small letters. */
export function proxies(): Proxies {
  const { env } = process;
  const named = (name: string): string | undefined =>
    [env[name.toLowerCase()], env[name]].find((value) => value !== undefined && value.trim() !== '');
  return { http: named('HTTP_PROXY'), https: named('HTTPS_PROXY'), except: named('NO_PROXY') };
}
