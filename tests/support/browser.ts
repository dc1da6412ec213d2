import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { canInstallBrowser, findBrowser } from '../../scripts/lib/setup/system-packages.mjs';
import { projectRoot } from './checkout.js';
import type { Requirement } from './requirements.js';

const clipsFolder = join(projectRoot, '.cache/cameras');
const run = promisify(execFile);

const chromiumPath = findBrowser();

/** For `describeWith`: a Chromium to drive (`CHROMIUM_PATH` names another). */
export const chromiumRequirement: Requirement = {
  name: 'Chromium',
  present: chromiumPath !== null,
  optional: !canInstallBrowser(),
};

/** For `describeWith`: makes fake cameras of clips. */
export const ffmpegRequirement: Requirement = '/usr/bin/ffmpeg';

/** A clip, or some seconds of it, played in a loop. */
export interface Clip {
  readonly clip: string;
  readonly from?: number;
  readonly to?: number;
}

/** The camera that the browser has: Chromium's test pattern (or two of them), a clip, none at all, or one that the visitor denies. */
export type FakeCamera = 'pattern' | 'two' | 'none' | 'denied' | Clip;

export interface OpenPage {
  page: Page;
  /** Addresses asked for so far, as `METHOD path`. */
  requests: string[];
  /** What a visitor's console would show: errors, warnings, CSP violations; also failed requests and requests to other hosts. */
  problems: string[];
  close(): Promise<void>;
}

const flags = [
  // Where there is no graphics card, drawing without one is cheaper than imitating one.
  '--disable-gpu',
  // What a machine without a network needs, so that Chromium does not wait for Google.
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  // An address other than localhost, as in a local network: browsers do not trust it with a camera.
  '--host-resolver-rules=MAP emochat.test 127.0.0.1',
];

/** The Chromium that was started last; the next page with the same camera is opened in it, since starting takes time. */
let last: { readonly args: string; readonly browser: Promise<Browser>; pages: number } | undefined;

/** A Chromium with those flags, and how to say that it is no longer needed. */
async function browserWith(flags: string[]): Promise<{ browser: Browser; release: () => Promise<void> }> {
  const args = flags.join(' ');
  if (last?.args !== args) {
    if (last?.pages === 0) await (await last.browser).close();
    const browser = chromium.launch({
      executablePath: chromiumPath ?? '',
      args: flags,
      chromiumSandbox: process.getuid?.() !== 0,
    });
    last = { args, browser, pages: 0 };
    // One that did not start, or crashed, is not kept.
    const forget = (): void => {
      if (last?.browser === browser) last = undefined;
    };
    void browser.then((started) => started.once('disconnected', forget), forget);
  }
  const own = last;
  own.pages += 1;
  const release = async (): Promise<void> => {
    own.pages -= 1;
    if (own !== last && own.pages === 0) await (await own.browser).close();
  };
  return { browser: await own.browser, release };
}

/**
 * The page at `url` in a Chromium with the given camera, as a visitor sees it who was never there.
 *
 * @param before runs in the browser ahead of the page's own scripts
 */
export async function openPage(
  url: string,
  camera: FakeCamera,
  options: BrowserContextOptions = {},
  before: () => void = () => undefined,
): Promise<OpenPage> {
  const { browser, release } = await browserWith([...flags, ...(await cameraFlags(camera))]);
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'es', ...options });
  const watched = watch(page, new URL(url).host);
  await page.addInitScript(before);
  await page.goto(url);
  const close = async (): Promise<void> => {
    await page.context().close();
    await release();
  };
  return { page, ...watched, close };
}

function watch(page: Page, host: string): Pick<OpenPage, 'requests' | 'problems'> {
  const requests: string[] = [];
  const problems: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
  page.on('request', (request) => {
    const address = new URL(request.url());
    requests.push(`${request.method()} ${address.pathname}`);
    if (address.protocol.startsWith('http') && address.host !== host) {
      problems.push(`other host: ${request.url()}`);
    }
  });
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`${response.status()}: ${response.url()}`);
  });
  return { requests, problems };
}

async function cameraFlags(camera: FakeCamera): Promise<string[]> {
  const granted = '--use-fake-ui-for-media-stream';
  const fake = '--use-fake-device-for-media-stream';
  switch (camera) {
    case 'pattern':
      return [granted, fake];
    case 'two':
      return [granted, `${fake}=device-count=2`];
    case 'none':
      return [granted, `${fake}=device-count=0`];
    case 'denied':
      return [fake, '--deny-permission-prompts'];
    default:
      return [granted, fake, `--use-file-for-fake-video-capture=${await motionJpeg(camera)}`];
  }
}

/**
 * Chromium plays Motion JPEG, which has no frame rate of its own, at 30 frames a second; the conversion of each clip is kept
 * in `.cache/cameras/`.
 */
async function motionJpeg({ clip, from, to }: Clip): Promise<string> {
  const name = [basename(clip), from ?? 'start', to ?? 'end', '30.mjpeg'].join('.');
  const target = join(clipsFolder, name);
  if (existsSync(target)) return target;
  await mkdir(clipsFolder, { recursive: true });
  const partial = join(clipsFolder, `${process.pid}-${name}`);
  const part = [
    ...(from === undefined ? [] : ['-ss', String(from)]),
    ...(to === undefined ? [] : ['-to', String(to)]),
  ];
  const picture = ['-an', '-c:v', 'mjpeg', '-q:v', '3', '-pix_fmt', 'yuvj420p', '-r', '30'];
  await run('ffmpeg', ['-v', 'error', '-y', ...part, '-i', clip, ...picture, partial]);
  await rename(partial, target);
  return target;
}
