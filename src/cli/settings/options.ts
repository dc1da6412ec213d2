import { InvalidArgumentError, Option } from 'commander';
import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../common/user-error.js';
import type { TrustedProxies } from '../../server/client-address.js';
import { hostPattern } from '../../server/host-names.js';
import type { Proxies } from '../../vision/model-files/model-files.js';
import { faceRules } from '../../vision/face-order.js';
import { languages, languageVariable, localized } from '../language.js';
import { texts } from '../texts/options.js';

/** Where the files that come with the project lie: two levels above `dist/cli` and above `src/cli`. */
export const packageRoot = fileURLToPath(new URL('../../..', import.meta.url));

/** For an option: whole numbers from `min` to `max`. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text.trim()) || value < min || value > max) {
      throw new InvalidArgumentError(localized(texts.wholeNumberInvalid(min, max)));
    }
    return value;
  };
}

/** For an option: names separated by commas, none of them empty; accents in one character, however they came. */
export function commaSeparated(text: string): string[] {
  const names = text.split(',').map((name) => name.trim().normalize('NFC'));
  if (names.every((name) => name !== '')) return names;
  throw new InvalidArgumentError(localized(texts.nameEmpty));
}

const yeses = ['yes', 'true', '1'];
const noes = ['no', 'false', '0'];

/** For an option: yes or no. A flag of commander's own would take `EMOCHAT_…=no` for a yes. */
function yesOrNo(text: string): boolean {
  const value = text.trim().toLowerCase();
  if (yeses.includes(value)) return true;
  if (noes.includes(value)) return false;
  throw new InvalidArgumentError(localized(texts.yesOrNoInvalid));
}

/**
 * Arguments with `--offline=yes` where `--offline` stands before something that is neither yes nor no: commander would take the
 * photo of `analyze --offline photo.jpg` for its value.
 */
export function withValuesOfFlags(args: readonly string[]): string[] {
  const end = args.indexOf('--');
  return args.map((arg, i) => {
    const next = args[i + 1];
    if (arg !== '--offline' || next === undefined || (end >= 0 && i > end)) return arg;
    return [...yeses, ...noes].includes(next.trim().toLowerCase()) ? arg : `${arg}=yes`;
  });
}

/** Proxies to believe: a number of them, their addresses, or yes for one and no for none. */
function trustedProxies(text: string): TrustedProxies {
  const value = text.trim().toLowerCase();
  if (['yes', 'true'].includes(value)) return 1;
  if (['no', 'false'].includes(value)) return 0;
  if (/^\d{1,2}$/.test(value)) return Number(value);
  const addresses = commaSeparated(value);
  if (addresses.every(isAddressRange)) return addresses;
  throw new InvalidArgumentError(localized(texts.trustedProxiesInvalid));
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
    throw new InvalidArgumentError(localized(texts.hostNames));
  });
}

function webAddress(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new InvalidArgumentError(localized(texts.webAddress));
}

/**
 * Every setting, once: flag, environment variable, default, meaning.
 * Commands add the ones they take; nothing else reads the environment.
 */
export const settings = {
  host: () =>
    new Option('--host <name>', localized(texts.hostOption)).env('EMOCHAT_HOST').default('localhost'),
  port: () =>
    new Option('--port <number>', localized(texts.portOption))
      .env('EMOCHAT_PORT')
      .default(5000)
      .argParser(wholeNumber(0, 65535)),
  model: () => new Option('--model <name|file>', localized(texts.modelOption)).env('EMOCHAT_MODEL'),
  modelsDir: () =>
    new Option('--models-dir <folder>', localized(texts.modelsDirOption))
      .env('EMOCHAT_MODELS_DIR')
      .default(`${packageRoot}models`, 'models'),
  modelsUrl: () =>
    new Option('--models-url <url>', localized(texts.modelsUrlOption)).env('EMOCHAT_MODELS_URL'),
  offline: () =>
    new Option('--offline [yes|no]', localized(texts.offlineOption))
      .env('EMOCHAT_OFFLINE')
      .preset('yes')
      .default(false)
      .argParser(yesOrNo),
  firstByte: () =>
    new Option('--first-byte <ms>', localized(texts.firstByteOption))
      .env('EMOCHAT_FIRST_BYTE_MS')
      .default(10_000)
      .argParser(wholeNumber(1, 600_000)),
  landmarks: () =>
    new Option('--landmarks <name>', localized(texts.landmarksOption))
      .env('EMOCHAT_LANDMARKS')
      .choices(['refined', 'plain'])
      .default('refined'),
  cascade: () => new Option('--cascade <file>', localized(texts.cascadeOption)).env('EMOCHAT_CASCADE'),
  facemark: () => new Option('--facemark <file>', localized(texts.facemarkOption)).env('EMOCHAT_FACEMARK'),
  face: () =>
    new Option('--face <rule>', localized(texts.faceOption))
      .env('EMOCHAT_FACE')
      .choices(faceRules)
      .default('largest'),
  detector: () =>
    new Option('--detector <name>', localized(texts.detectorOption))
      .env('EMOCHAT_DETECTOR')
      .choices(['simd', 'opencv'])
      .default('simd'),
  engine: () =>
    new Option('--engine <name>', localized(texts.engineOption))
      .env('EMOCHAT_ENGINE')
      .choices(['native', 'ml-random-forest'])
      .default('native'),
  lanes: () =>
    new Option('--lanes <number>', localized(texts.lanesOption))
      .env('EMOCHAT_LANES')
      .default(availableParallelism(), localized(texts.cores))
      .argParser(wholeNumber(1, 1024)),
  queueLimit: () =>
    new Option('--queue-limit <number>', localized(texts.queueLimitOption))
      .env('EMOCHAT_QUEUE_LIMIT')
      .default(64)
      .argParser(wholeNumber(0, 1_000_000)),
  maxPixels: () =>
    new Option('--max-pixels <number>', localized(texts.maxPixelsOption))
      .env('EMOCHAT_MAX_PIXELS')
      .default(25_000_000)
      .argParser(wholeNumber(1, 1_000_000_000)),
  camera: () =>
    new Option('--camera <number>', localized(texts.cameraOption))
      .env('EMOCHAT_CAMERA')
      .default(0)
      .argParser(wholeNumber(0, 255)),
  maxBody: () =>
    new Option('--max-body <bytes>', localized(texts.maxBodyOption))
      .env('EMOCHAT_MAX_BODY')
      .default(16 * 1024 * 1024)
      .argParser(wholeNumber(1024, 1024 * 1024 * 1024)),
  analysesPerMinute: () =>
    new Option('--analyses-per-minute <number>', localized(texts.analysesPerMinuteOption))
      .env('EMOCHAT_ANALYSES_PER_MINUTE')
      .default(10)
      .argParser(wholeNumber(1, 1_000_000)),
  analysesPerDay: () =>
    new Option('--analyses-per-day <number>', localized(texts.analysesPerDayOption))
      .env('EMOCHAT_ANALYSES_PER_DAY')
      .default(1000)
      .argParser(wholeNumber(1, 1_000_000_000)),
  allowHost: () =>
    new Option('--allow-host <names>', localized(texts.allowHostOption))
      .env('EMOCHAT_ALLOWED_HOSTS')
      .argParser(hostNames),
  trustProxy: () =>
    new Option('--trust-proxy [hops|list]', localized(texts.trustProxyOption))
      .env('EMOCHAT_TRUST_PROXY')
      .preset('yes')
      .default(0, 'no')
      .argParser(trustedProxies),
  logLevel: () =>
    new Option('--log-level <level>', localized(texts.logLevelOption))
      .env('EMOCHAT_LOG_LEVEL')
      .choices(['debug', 'info', 'warn', 'error', 'silent'])
      .default('warn'),
  geminiModel: () =>
    new Option('--gemini-model <name>', localized(texts.geminiModelOption))
      .env('GEMINI_MODEL')
      .default('gemini-2.5-flash'),
  geminiBaseUrl: () =>
    new Option('--gemini-base-url <url>', localized(texts.geminiBaseUrlOption))
      .env('GEMINI_BASE_URL')
      .default('https://generativelanguage.googleapis.com')
      .argParser(webAddress),
  geminiTimeout: () =>
    new Option('--gemini-timeout <ms>', localized(texts.geminiTimeoutOption))
      .env('GEMINI_TIMEOUT_MS')
      .default(30_000)
      .argParser(wholeNumber(1, 600_000)),
  lang: () =>
    new Option('--lang <language>', localized(texts.langOption))
      .env(languageVariable)
      .choices([...languages])
      .default(undefined, localized(texts.languageOfLocale)),
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
  throw new UserError('GEMINI_KEY_MALFORMED', texts.geminiKeyInvalid(geminiApiKeyVariable), { exitCode: 2 });
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
