import { chromiumRequirement, ffmpegRequirement } from '../support/browser.js';
import { emochatCli } from '../support/cli.js';
import { startGeminiServer, type GeminiServer } from '../support/gemini-server.js';
import { EmochatProcess, forestFile } from '../support/server.js';
import { faceClip } from '../support/sample-photos.js';
import { addon, type Requirement } from '../support/shared.js';

/** A camera that sees a smiling face. */
export const smiling = { clip: faceClip, from: 1, to: 2 };

/** What the page tests cannot do without: the built program, its models, a browser, ffmpeg for the clips that its camera shows. */
export const pageRequirements: readonly Requirement[] = [
  emochatCli,
  addon,
  forestFile,
  chromiumRequirement,
  ffmpegRequirement,
];

export interface PageServer {
  /** Address of the page. */
  url: string;
  /** The stand-in for Gemini that it asks. */
  gemini: GeminiServer;
  close(): Promise<void>;
}

/** `emochat serve` as a process of its own, on a free port unless told, with real models and the stand-in for Gemini. */
export async function startPageServer({ port = 0, model = forestFile } = {}): Promise<PageServer> {
  const gemini = await startGeminiServer();
  const args = [
    'serve',
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--model',
    model,
    '--allow-host',
    'emochat.test',
  ];
  const server = await EmochatProcess.run(args, { GEMINI_API_KEY: 'test', GEMINI_BASE_URL: gemini.url });
  return {
    url: await server.address(),
    gemini,
    close: async () => {
      server.child.kill('SIGTERM');
      await server.ended();
      await gemini.close();
    },
  };
}
