import { join, relative } from 'node:path';
import closeWithGrace from 'close-with-grace';
import type { Command, Option } from 'commander';
import { UserError, type Message } from '../../common/user-error.js';
import type { AppOptions } from '../../server/app.js';
import type { App } from '../../server/app-type.js';
import type { TrustedProxies } from '../../server/client-address.js';
import type { DrainTimes } from '../../server/plugins/draining.js';
import type { LogOptions } from '../../server/plugins/request-log.js';
import { isLoopback, listen } from '../../server/serve.js';
import { longestAnalysis } from '../../server/reading/session-analyst.js';
import type { Recognizers } from '../../server/frame-gate.js';
import { EmotionRecognizer } from '../../emotion/emotion-recognizer.js';
import type { FaceRule } from '../../vision/face-order.js';
import type { Vision } from '../../vision/vision.js';
import { forestFile, openForest, openJudge, tellLandmarkMismatch } from '../setup/forest-setup.js';
import { localized } from '../language.js';
import { geminiApiKey, geminiApiKeyVariable, packageRoot, settings } from '../settings/options.js';
import { landmarksText, openVision, visionOptions, type VisionSettings } from '../setup/vision-setup.js';
import { texts } from '../texts/commands.js';

interface ServeSettings extends VisionSettings {
  host: string;
  port: number;
  model?: string;
  face: FaceRule;
  queueLimit: number;
  maxBody: number;
  analysesPerMinute: number;
  analysesPerDay: number;
  allowHost?: string[];
  trustProxy: TrustedProxies;
  logLevel: LogOptions['level'];
  geminiModel: string;
  geminiBaseUrl: string;
  geminiTimeout: number;
}

/** Time for what is under way when the server is asked to stop, beyond the longest analysis where that is one; milliseconds. */
const graceMs = 10_000;
/** Whoever is still there then is a defect of ours, and the process ends without it. */
const lastResortMs = 5000;

/** `emochat serve`: the page and its API. */
export function registerServe(program: Command): void {
  const serve = program
    .command('serve')
    .description(localized(texts.serveDescription))
    .addHelpText('after', `\n${localized(keyHelp)}`)
    .action(runServer);
  for (const option of serveOptions()) serve.addOption(option);
}

function serveOptions(): Option[] {
  const {
    host,
    port,
    model,
    face,
    maxBody,
    analysesPerMinute,
    analysesPerDay,
    allowHost,
    trustProxy,
    logLevel,
  } = settings;
  const { geminiModel, geminiBaseUrl, geminiTimeout } = settings;
  return [
    ...[host(), port(), model(), face()],
    ...visionOptions(),
    ...[maxBody(), analysesPerMinute(), analysesPerDay(), allowHost(), trustProxy(), logLevel()],
    ...[geminiModel(), geminiBaseUrl(), geminiTimeout()],
  ];
}

async function runServer(options: ServeSettings): Promise<void> {
  const apiKey = geminiApiKey();
  const models = {
    standard: forestFile(options.model, options.modelsDir),
    page: forestFile(options.model, options.modelsDir, 'expressive'),
  };
  const vision = await openVision(options);
  try {
    const recognizers = await openRecognizers(vision, models, options);
    // The web server takes long to load: `emochat --help` is not to wait for it.
    const { buildApp } = await import('../../server/app.js');
    const app = await buildApp(appOptions(options, apiKey, vision.lanes), recognizers);
    const address = await listen(app, options);
    readAnewOnSignal(app, recognizers, () => openRecognizers(vision, models, options));
    stopOnSignal(app, vision, drainTimes(options).reading + lastResortMs);
    process.stdout.write(`${localized(started(address))}
`);
    const emotions = emotionsTexts(models, recognizers);
    const lines = [landmarksText(vision), ...emotions, ...notices(options.host, apiKey), texts.toStop];
    for (const line of lines) process.stderr.write(`${localized(line)}\n`);
  } catch (error) {
    await vision.close();
    throw error;
  }
}

/** The files of the models that the server answers by. */
type ModelFiles = Record<keyof Recognizers, string>;

async function openRecognizers(
  vision: Vision,
  files: ModelFiles,
  { face, modelsDir }: ServeSettings,
): Promise<Recognizers> {
  const judge = await openJudge();
  const open = async (model: string): Promise<EmotionRecognizer> => {
    const forest = await openForest({ model, modelsDir });
    tellLandmarkMismatch(forest, vision);
    return new EmotionRecognizer(vision, forest, { face, judge });
  };
  const standard = await open(files.standard);
  return { standard, page: files.page === files.standard ? standard : await open(files.page) };
}

function appOptions(options: ServeSettings, apiKey: string | undefined, lanes: number): AppOptions {
  return {
    publicDir: join(packageRoot, 'public'),
    maxBody: options.maxBody,
    lanes,
    queueLimit: options.queueLimit,
    analysesPerMinute: options.analysesPerMinute,
    analysesPerDay: options.analysesPerDay,
    trustedProxies: options.trustProxy,
    host: options.host,
    allowedHosts: options.allowHost ?? [],
    log: { level: options.logLevel },
    drain: drainTimes(options),
    gemini: {
      apiKey,
      model: options.geminiModel,
      baseUrl: options.geminiBaseUrl,
      timeout: options.geminiTimeout,
    },
  };
}

function drainTimes({ geminiTimeout }: ServeSettings): DrainTimes {
  return { usual: graceMs, reading: longestAnalysis(geminiTimeout) + graceMs };
}

/**
 * SIGHUP: the models are read anew. What is under way, and streams that are open, go on with the old ones; so does everything if one
 * of the new ones cannot be used.
 */
function readAnewOnSignal(app: App, recognizers: Recognizers, open: () => Promise<Recognizers>): void {
  process.on('SIGHUP', () => {
    open().then(
      (fresh) => {
        Object.assign(recognizers, fresh);
        app.log.info({ standard: fresh.standard.labels, page: fresh.page.labels }, 'models read anew');
      },
      (error: unknown) => {
        if (!(error instanceof UserError)) app.log.error({ err: error }, 'defect');
        else app.log.error({ code: error.code, reason: localized(error.text) }, 'models not read anew');
      },
    );
  });
}

/** SIGTERM, SIGINT: no new requests, those under way are answered, exit 0. A second signal ends at once. */
function stopOnSignal(app: App, vision: Vision, delay: number): void {
  closeWithGrace({ delay, logger: app.log, skip: ['SIGHUP'] }, async ({ err }) => {
    if (err !== undefined) app.log.error({ err }, 'defect');
    await app.close();
    await vision.close();
  });
}

function started(address: string): Message {
  return texts.starting(address);
}

const keyHelp: Message = texts.geminiKeyHelp(geminiApiKeyVariable);

function emotionsTexts(files: ModelFiles, { standard, page }: Recognizers): Message[] {
  const described = (file: string, { labels }: EmotionRecognizer): string =>
    `${relative('', file)} (${labels.join(', ')})`;
  const all = described(files.standard, standard);
  return page === standard
    ? [texts.emotionsOf(all)]
    : [texts.emotionsOfPage(described(files.page, page), all)];
}

function notices(host: string, apiKey: string | undefined): Message[] {
  return [...(apiKey === undefined ? [keyHint] : []), ...(isLoopback(host) ? [] : [cameraHint])];
}

const keyHint: Message = texts.geminiKeyMissing(geminiApiKeyVariable);

const cameraHint: Message = texts.cameraNeedsHttps;
