import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import {
  chromiumRequirement,
  ffmpegRequirement,
  openPage,
  type Clip,
  type FakeCamera,
  type OpenPage,
} from '../support/browser.js';
import { emochatCli } from '../support/cli.js';
import { startGeminiServer, type GeminiServer } from '../support/gemini-server.js';
import { EmochatProcess, forestFile } from '../support/server.js';
import { faceClip, facePhoto, groupOfThree, seriousPhoto, type FaceName } from '../support/sample-photos.js';
import { spoiltPhoto, type Fault } from '../support/spoilt-photos.js';
import { addon } from '../support/addon.js';
import { projectRoot } from '../support/checkout.js';
import type { Requirement } from '../support/requirements.js';

const run = promisify(execFile);

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

/** A clip of the smiling face, so many seconds long, that Chromium plays (WebM, which every build of it plays). */
export function smilingFor(seconds: number): Promise<string> {
  const smile = 'select=gte(mod(t\\,2)\\,1.05),setpts=N/15/TB,scale=320:240';
  const source = ['-stream_loop', String(2 * seconds), '-i', faceClip, '-vf', smile, '-t', String(seconds)];
  const codec = ['-c:v', 'libvpx', '-cpu-used', '8', '-deadline', 'realtime', '-g', '5'];
  return clip(`smiling-${seconds}.webm`, [...source, '-r', '15', '-an', ...codec]);
}

/** A camera that sees three people, who drift a little as people do. */
export async function threePeople(): Promise<Clip> {
  const drift = "scale=820:-2,crop=800:540:'10+8*sin(n/3)':'8+6*cos(n/4)'";
  const source = ['-loop', '1', '-framerate', '15', '-i', groupOfThree, '-vf', drift, '-t', '2'];
  return {
    clip: await clip('three.mp4', [...source, '-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-crf', '18']),
  };
}

/** A camera that sees a smiling person, and beside them one who does not smile, comes nearer than they are, and goes back. */
export async function onePassesBy(): Promise<Clip> {
  const side = "'160+2*trunc(75*(1-cos(2*PI*t/4)))'";
  const filter =
    `[1]scale=w=${side}:h=${side}:eval=frame[passer];[0]scale=240:240[sitter];` +
    'color=gray:size=800x480:rate=15[room];' +
    "[room][sitter]overlay=x='40+6*sin(n/3)':y='120+6*cos(n/4)'[alone];" +
    "[alone][passer]overlay=x='560-w/2':y='240-h/2':shortest=1";
  const still = (file: string): string[] => ['-loop', '1', '-framerate', '15', '-t', '4', '-i', file];
  const inputs = [...still(facePhoto), ...still(seriousPhoto)];
  const coded = ['-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-crf', '18'];
  return { clip: await clip('passes-by.mp4', [...inputs, '-filter_complex', filter, ...coded]) };
}

/** A camera that sees a face to which something was done, see `spoiltPhoto`; it drifts a little as a head does. */
export async function spoiltFace(fault: Fault, way: string, face: FaceName = 'smiling'): Promise<Clip> {
  const name = `${fault}-${way}-${face}.mp4`;
  const photo = join(await mkdtemp(join(tmpdir(), 'emochat-')), 'face.png');
  await writeFile(photo, await spoiltPhoto(face, fault, way));
  const drift =
    "scale=448:448,pad=640:480:96:16:gray,crop=620:460:'10+8*sin(n/3)':'10+6*cos(n/4)',scale=640:480";
  const source = ['-loop', '1', '-framerate', '15', '-i', photo, '-vf', drift, '-t', '2'];
  return { clip: await clip(name, [...source, '-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-crf', '18']) };
}

/** A camera with its shutter closed. */
export async function coveredCamera(): Promise<Clip> {
  const black = ['-f', 'lavfi', '-i', 'color=black:size=640x480:rate=15', '-t', '2'];
  return { clip: await clip('black.mp4', [...black, '-pix_fmt', 'yuv420p', '-c:v', 'libx264']) };
}

/** A camera that sees a smiling face for eight seconds, then for two a picture that moves and shows nobody, again and again. */
export async function faceThatLeaves(): Promise<Clip> {
  const pattern = ['-f', 'lavfi', '-i', 'testsrc2=size=320x240:rate=15:duration=2'];
  const both = ['-i', await smilingFor(8), ...pattern, '-filter_complex', '[0]setsar=1[a];[a][1]concat=n=2'];
  return {
    clip: await clip('leaves-8-2.mp4', [...both, '-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-crf', '18']),
  };
}

/** A file in `.cache/cameras/`, made by ffmpeg once. */
async function clip(name: string, options: string[]): Promise<string> {
  const target = join(projectRoot, '.cache/cameras', name);
  if (existsSync(target)) return target;
  await mkdir(dirname(target), { recursive: true });
  const partial = join(dirname(target), `${process.pid}-${name}`);
  await run('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...options, partial]);
  await rename(partial, target);
  return target;
}

export interface PageServer {
  /** Address of the page. */
  url: string;
  /** The stand-in for Gemini that it asks. */
  gemini: GeminiServer;
  close(): Promise<void>;
}

/** The page, with its camera turned on. @param before as {@link openPage} has it */
export async function openLive(url: string, camera: FakeCamera, before?: () => void): Promise<OpenPage> {
  const open = await openPage(url, camera, {}, before);
  await open.page.getByRole('button', { name: 'Activar cámara', exact: true }).click();
  return open;
}

/** Waits until the word of the moment says this. */
export function word(page: Page, text: string): Promise<void> {
  return page.locator('#word').getByText(text).waitFor();
}

/** Presses the button that turns the camera on and records, and waits for the countdown. @param length as its button calls it */
export async function beginRecording(page: Page, context: string, length = '15 s'): Promise<void> {
  await page.getByLabel('¿De qué vas a hablar?').fill(context);
  await page.getByLabel(length).check();
  await page.getByRole('button', { name: 'Activar cámara y grabar' }).click();
  await page.locator('#countdown').getByText('3').waitFor();
}

/**
 * `emochat serve` as a process of its own, on a free port by default, with real models and the stand-in for Gemini.
 * @param options.model null for the one that it takes where nobody names one.
 */
export async function startPageServer({
  port = 0,
  model = forestFile,
  key = 'test',
}: { port?: number; model?: string | null; key?: string } = {}): Promise<PageServer> {
  const gemini = await startGeminiServer();
  const args = [
    'serve',
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    ...(model === null ? [] : ['--model', model]),
    '--allow-host',
    'emochat.test',
  ];
  const server = await EmochatProcess.run(args, { GEMINI_API_KEY: key, GEMINI_BASE_URL: gemini.url });
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
