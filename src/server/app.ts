import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import fastify, { LogController } from 'fastify';
import type { App } from './app-type.js';
import { trustOf, type TrustedProxies } from './client-address.js';
import { FrameGate, type Recognizers } from './frame-gate.js';
import { addBodyBudget } from './plugins/bodies-under-way.js';
import { addBodyParsers } from './plugins/body-parsers.js';
import { addCompression } from './plugins/compression.js';
import { answerBrokenRequest } from './plugins/broken-requests.js';
import { addDraining, type DrainTimes } from './plugins/draining.js';
import { addErrorHandler, answerError } from './plugins/errors.js';
import { addKnownHosts } from './plugins/known-hosts.js';
import { addLanguages } from './plugins/languages.js';
import { addPageFiles } from './plugins/page-files.js';
import { addRateLimits } from './plugins/rate-limit.js';
import { addRequestLog, loggerOptions, requestIdOf, type LogOptions } from './plugins/request-log.js';
import { addSecurityHeaders } from './plugins/security-headers.js';
import { addWebSockets } from './plugins/web-sockets.js';
import { addAnalyzeSessionRoute, analyzeSessionPath } from './routes/analyze-session.js';
import { addHealthRoutes } from './routes/health.js';
import { addLiveRoute, liveLimits, type LiveLimits } from './routes/live.js';
import { addModelRoute } from './routes/model.js';
import { addPredictRoute } from './routes/predict.js';
import { SessionAnalyst, type GeminiOptions } from './reading/session-analyst.js';

export interface AppOptions {
  /** Folder of the page, absolute. */
  publicDir: string;
  /** Largest request in bytes. */
  maxBody: number;
  /** Frames that the recognizers work on at once. */
  lanes: number;
  /** Frames that may wait beyond those. */
  queueLimit: number;
  /** Gemini analyses a minute and client. */
  analysesPerMinute: number;
  /** Gemini analyses a day, of all clients together. */
  analysesPerDay: number;
  /** Whose `X-Forwarded-For` to believe; nobody's by default. */
  trustedProxies?: TrustedProxies;
  /** What it will listen on; this machine's own names by default. */
  host?: string;
  /** More names of this server, see `hostPattern`. */
  allowedHosts?: readonly string[];
  gemini: GeminiOptions;
  /** Of `/live`; what is not told is as in `liveLimits`. */
  live?: Partial<LiveLimits>;
  log: LogOptions;
  /** How long what is under way may take when the server is closed. */
  drain: DrainTimes;
}

/** What bodies on their way may have together: so many of the largest, and so many bytes however small that is. */
const bodiesTogether = { largest: 8, least: 64 * 1024 * 1024 };

/** A client that has not sent its whole request after this time is cut off; milliseconds. */
const patience = { headersTimeout: 15_000, requestTimeout: 60_000 };

/**
 * The whole HTTP server, ready to listen (`listen` in `serve.ts`) or to be injected into.
 * @param recognizers stay the caller's: closing the server does not close them.
 */
export async function buildApp(options: AppOptions, recognizers: Recognizers): Promise<App> {
  const app = fastify({
    logger: loggerOptions(options.log),
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestIdOf,
    bodyLimit: options.maxBody,
    trustProxy: trustOf(options.trustedProxies ?? 0),
    requestTimeout: patience.requestTimeout,
    http: { headersTimeout: patience.headersTimeout },
    // An answer of Gemini may keep a socket silent for as long as it may take.
    connectionTimeout: options.gemini.timeout + patience.requestTimeout,
    // Closing takes as long as the longest answer under way; whoever asked for it sets the limit.
    pluginTimeout: 0,
    // `addDraining` has seen to the requests under way before connections are closed.
    return503OnClosing: false,
    forceCloseConnections: true,
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply),
    // What is sent is checked, not bent into shape.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
  }).withTypeProvider<TypeBoxTypeProvider>();
  const gate = new FrameGate(recognizers, options.lanes, options.lanes + options.queueLimit);

  addRequestLog(app);
  addErrorHandler(app);
  await addLanguages(app);
  await addSecurityHeaders(app);
  await addWebSockets(app, options.maxBody);
  addDraining(app, options.drain, analyzeSessionPath);
  const { largest, least } = bodiesTogether;
  addBodyBudget(app, options.maxBody, Math.max(largest * options.maxBody, least));
  addKnownHosts(app, { host: options.host ?? 'localhost', allowedHosts: options.allowedHosts ?? [] });
  addBodyParsers(app);
  await addCompression(app);
  await addRateLimits(app);

  await addPageFiles(app, options.publicDir);
  addHealthRoutes(app, gate);
  addModelRoute(app, recognizers, options.gemini.apiKey !== undefined);
  addPredictRoute(app, gate);
  addLiveRoute(app, gate, { ...liveLimits, ...options.live });
  addAnalyzeSessionRoute(app, new SessionAnalyst(options.gemini), options);
  return app;
}
