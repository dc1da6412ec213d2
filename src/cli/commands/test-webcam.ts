import { Option, type Command } from 'commander';
import { existsSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../common/user-error.js';
import {
  EmotionRecognizer,
  type FaceEmotion,
  type FrameEmotions,
} from '../../training/emotion-recognizer.js';
import type { FaceRule } from '../../vision/face-order.js';
import { VideoSource, VideoWindow, type VideoFrame } from '../../vision/opencv4nodejs.js';
import { requireDisplay } from '../display.js';
import { openForest, openJudge, tellLandmarkMismatch } from '../forest-setup.js';
import { localized } from '../language.js';
import { ensureOpenCvPackage } from '../opencv-package-setup.js';
import { settings } from '../options.js';
import { openVision, visionOptions, type VisionSettings } from '../vision-setup.js';
import { faultTexts, texts } from '../texts/commands.js';

interface WebcamSettings extends VisionSettings {
  model?: string;
  face: FaceRule;
  camera: number;
  source?: string;
}

const windowTitle = 'Emotion recognition';

/** Adds `emochat test-webcam`: a desktop window with landmarks and emotion drawn on every frame. */
export function registerTestWebcam(program: Command): void {
  const command = program
    .command('test-webcam')
    .description(localized(texts.testWebcamDescription))
    .addOption(settings.camera())
    .addOption(new Option('--source <file>', localized(texts.sourceOption)))
    .addOption(settings.model())
    .addOption(settings.face());
  for (const option of visionOptions()) command.addOption(option);
  command.action(testWebcam);
}

async function testWebcam(options: WebcamSettings): Promise<void> {
  // What can be refused at once is refused before minutes of building.
  await requireDisplay(process.env);
  requireSource(options);
  const forest = await openForest(options);
  const judge = await openJudge();
  await ensureOpenCvPackage();
  const source = openSource(options);
  try {
    const vision = await openVision(options);
    tellLandmarkMismatch(forest, vision);
    const recognizer = new EmotionRecognizer(vision, forest, { face: options.face, judge });
    try {
      await play(source, recognizer);
    } finally {
      await recognizer.close();
    }
  } finally {
    source.close();
  }
}

function requireSource({ camera, source }: WebcamSettings): void {
  if (source === undefined) {
    if (!existsSync(`/dev/video${camera}`)) throw noCamera(camera);
  } else if (!existsSync(source) || !statSync(source).isFile()) {
    throw new UserError('VIDEO_NOT_FOUND', texts.videoMissing(source));
  }
}

function openSource({ camera, source }: WebcamSettings): VideoSource {
  try {
    return new VideoSource(source ?? camera);
  } catch (cause) {
    throw source === undefined ? noCamera(camera, cause) : notAVideo(source, cause);
  }
}

function noCamera(camera: number, cause?: unknown): UserError {
  return new UserError('NO_CAMERA', texts.cameraNotOpened(camera), { cause });
}

function notAVideo(file: string, cause?: unknown): UserError {
  return new UserError('NOT_A_VIDEO', texts.notAVideo(file), { cause });
}

/** Shows frame after frame until the video ends, `q` is pressed or the window is closed. */
async function play(source: VideoSource, recognizer: EmotionRecognizer): Promise<void> {
  const window = new VideoWindow(windowTitle);
  try {
    for (;;) {
      const due = performance.now() + source.frameInterval;
      const frame = source.read();
      if (frame === null) return;
      try {
        if (!(await showFrame(frame, window, recognizer, due))) return;
      } finally {
        frame.release();
      }
    }
  } finally {
    window.close();
  }
}

/**
 * Recognizes, draws and shows one frame, no sooner than the next one is due. The window answers meanwhile.
 * @returns false once its user wants to quit.
 */
async function showFrame(
  frame: VideoFrame,
  window: VideoWindow,
  recognizer: EmotionRecognizer,
  due: number,
): Promise<boolean> {
  const { width, height } = frame;
  const pending = recognizer.recognizePixels(frame.pixels(), width, height, 3);
  if (await quitsBefore(pending, window)) return false;
  draw(frame, await pending);
  window.show(frame);
  return !wantsToQuit(window, due - performance.now());
}

/** Keeps the window alive until the work is settled. @returns true if its user wants to quit before. */
async function quitsBefore(work: Promise<unknown>, window: VideoWindow): Promise<boolean> {
  const settled = work.then(
    () => true,
    () => true,
  );
  while (!(await Promise.race([settled, sleep(5, false)]))) {
    if (wantsToQuit(window, 1)) return true;
  }
  return false;
}

function wantsToQuit(window: VideoWindow, milliseconds: number): boolean {
  return window.pollKey(milliseconds) === 'q' || !window.isOpen;
}

function draw(frame: VideoFrame, { faces }: FrameEmotions): void {
  for (const { landmarks } of faces) {
    for (let i = 0; i + 1 < landmarks.length; i += 2) {
      frame.drawDot({ x: landmarks[i] ?? 0, y: landmarks[i + 1] ?? 0 }, 1);
    }
  }
  const [first] = faces;
  if (first) frame.drawText(wordFor(first), { x: 10, y: frame.height - 20 }, 1.2, 2);
}

function wordFor({ emotion, sure, reason }: FaceEmotion): string {
  if (reason) return localized(faultTexts[reason]);
  return sure ? emotion : `${emotion}?`;
}
