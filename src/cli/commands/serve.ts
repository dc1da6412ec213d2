import { join, relative } from 'node:path';
import closeWithGrace from 'close-with-grace';
import type { Command, Option } from 'commander';
import type { Message } from '../../common/user-error.js';
import type { AppOptions } from '../../server/app.js';
import type { App } from '../../server/app-type.js';
import type { TrustedProxies } from '../../server/client-address.js';
import type { LogOptions } from '../../server/plugins/request-log.js';
import { isLoopback, listen } from '../../server/serve.js';
import { longestAnalysis } from '../../server/reading/session-analyst.js';
import { EmotionRecognizer } from '../../training/emotion-recognizer.js';
import type { FaceRule } from '../../vision/face-order.js';
import { forestFile, openForest, tellLandmarkMismatch } from '../forest-setup.js';
import { localized } from '../language.js';
import { geminiApiKey, geminiApiKeyVariable, packageRoot, settings } from '../options.js';
import { landmarksText, openVision, visionOptions, type VisionSettings } from '../vision-setup.js';
import { texts } from '../texts/commands.js';

interface ServeSettings extends VisionSettings {
  host: string;
  port: number;
  model?: string;
  face: FaceRule;
  queueLimit: number;
  maxBody: number;
  analysesPerMinute: number;
  allowHost?: string[];
  trustProxy: TrustedProxies;
  logLevel: LogOptions['level'];
  geminiModel: string;
  geminiBaseUrl: string;
  geminiTimeout: number;
}

/** Time for what is under way when the server is asked to stop, beyond the longest analysis; milliseconds. */
const graceMs = 5000;

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
  const { host, port, model, face, maxBody, analysesPerMinute, allowHost, trustProxy, logLevel } = settings;
  const { geminiModel, geminiBaseUrl, geminiTimeout } = settings;
  return [
    ...[host(), port(), model(), face()],
    ...visionOptions(),
    ...[maxBody(), analysesPerMinute(), allowHost(), trustProxy(), logLevel()],
    ...[geminiModel(), geminiBaseUrl(), geminiTimeout()],
  ];
}

async function runServer(options: ServeSettings): Promise<void> {
  const apiKey = geminiApiKey();
  const model = forestFile(options.model, options.modelsDir);
  const forest = await openForest({ ...options, model });
  const vision = await openVision(options);
  tellLandmarkMismatch(forest, vision);
  const recognizer = new EmotionRecognizer(vision, forest, options.face);
  // The web server takes long to load: `emochat --help` is not to wait for it.
  const { buildApp } = await import('../../server/app.js');
  const app = await buildApp(appOptions(options, apiKey, vision.lanes), { recognizer });
  try {
    const address = await listen(app, options);
    stopOnSignal(app, recognizer, longestAnalysis(options.geminiTimeout) + graceMs);
    process.stdout.write(`${localized(started(address))}
`);
    const lines = [landmarksText(vision), ...notices(options.host, apiKey, model, forest.labels)];
    for (const line of lines) process.stderr.write(`${localized(line)}\n`);
  } catch (error) {
    await recognizer.close();
    throw error;
  }
}

function appOptions(options: ServeSettings, apiKey: string | undefined, lanes: number): AppOptions {
  return {
    publicDir: join(packageRoot, 'public'),
    maxBody: options.maxBody,
    frameCapacity: lanes + options.queueLimit,
    analysesPerMinute: options.analysesPerMinute,
    trustedProxies: options.trustProxy,
    host: options.host,
    allowedHosts: options.allowHost ?? [],
    log: { level: options.logLevel },
    gemini: {
      apiKey,
      model: options.geminiModel,
      baseUrl: options.geminiBaseUrl,
      timeout: options.geminiTimeout,
    },
  };
}

/** SIGTERM, SIGINT: no new requests, those under way are answered, exit 0. A second signal ends at once. */
function stopOnSignal(app: App, recognizer: EmotionRecognizer, delay: number): void {
  closeWithGrace({ delay, logger: app.log }, async ({ err }) => {
    if (err !== undefined) app.log.error({ err }, 'defect');
    await app.close();
    await recognizer.close();
  });
}

function started(address: string): Message {
  return texts.starting(address);
}

const keyHelp: Message = texts.geminiKeyHelp(geminiApiKeyVariable);

function notices(
  host: string,
  apiKey: string | undefined,
  model: string,
  labels: readonly string[],
): Message[] {
  const forest = `${relative('', model)} (${labels.join(', ')})`;
  return [
    texts.emotionsOf(forest),
    ...(apiKey === undefined ? [keyHint] : []),
    ...(isLoopback(host) ? [] : [cameraHint]),
  ];
}

const keyHint: Message = texts.geminiKeyMissing(geminiApiKeyVariable);

const cameraHint: Message = texts.cameraNeedsHttps;
