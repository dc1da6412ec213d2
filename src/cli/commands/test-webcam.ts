import { Option, type Command } from 'commander';
import { existsSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../common/user-error.js';
import { CalmFaces } from '../../emotion/calm-faces.js';
import { EmotionRecognizer, type Baseline, type FrameEmotions } from '../../emotion/emotion-recognizer.js';
import type { FaceEmotion } from '../../emotion/face-emotion.js';
import type { FaceRule } from '../../vision/face-order.js';
import { VideoSource, VideoWindow, type VideoFrame } from '../../vision/webcam/opencv4nodejs.js';
import { requireDisplay } from '../setup/display.js';
import { openForest, openJudge, tellLandmarkMismatch } from '../setup/forest-setup.js';
import { localized } from '../language.js';
import { ensureOpenCvPackage } from '../setup/opencv-package-setup.js';
import { settings } from '../settings/options.js';
import { openVision, visionOptions, type VisionSettings } from '../setup/vision-setup.js';
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
      await new Player(source, recognizer).play();
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

/** How long a calm face is looked at after `n`, milliseconds. */
const calmTime = 3000;

/** Shows a source in a window: `q` quits, `n` takes the next three seconds as the person's calm face. */
class Player {
  readonly #source: VideoSource;
  readonly #recognizer: EmotionRecognizer;
  readonly #window = new VideoWindow(windowTitle);
  #quits = false;
  #baseline: Baseline | undefined;
  /** While a calm face is looked at. */
  #calm: { faces: CalmFaces; until: number } | undefined;

  constructor(source: VideoSource, recognizer: EmotionRecognizer) {
    this.#source = source;
    this.#recognizer = recognizer;
  }

  /** Shows frame after frame until the video ends, `q` is pressed or the window is closed. */
  async play(): Promise<void> {
    try {
      while (!this.#quits) {
        const due = performance.now() + this.#source.frameInterval;
        const frame = this.#source.read();
        if (frame === null) return;
        try {
          await this.#show(frame, due);
        } finally {
          frame.release();
        }
      }
    } finally {
      this.#window.close();
    }
  }

  /** Recognizes, draws and shows one frame, no sooner than the next one is due. The window answers meanwhile. */
  async #show(frame: VideoFrame, due: number): Promise<void> {
    const { width, height } = frame;
    const pending = this.#recognizer.recognizePixels(frame.pixels(), width, height, 3, this.#baseline);
    await this.#answerUntil(pending);
    if (this.#quits) return;
    const seen = await pending;
    this.#look(seen.faces[0]);
    draw(frame, seen, this.#calm !== undefined);
    this.#window.show(frame);
    this.#answerKeys(due - performance.now());
  }

  #look(face: FaceEmotion | undefined): void {
    if (this.#calm === undefined) return;
    this.#calm.faces.add(face);
    if (performance.now() < this.#calm.until) return;
    this.#baseline = this.#calm.faces.baseline;
    this.#calm = undefined;
    const said = this.#baseline ? texts.calmKnown : texts.calmNotSeen;
    process.stderr.write(`${localized(said)}\n`);
  }

  /** Keeps the window alive until the work is settled, or its user wants to quit. */
  async #answerUntil(work: Promise<unknown>): Promise<void> {
    const settled = work.then(
      () => true,
      () => true,
    );
    while (!this.#quits && !(await Promise.race([settled, sleep(5, false)]))) this.#answerKeys(1);
  }

  #answerKeys(milliseconds: number): void {
    const key = this.#window.pollKey(milliseconds);
    this.#quits ||= key === 'q' || !this.#window.isOpen;
    if (key !== 'n') return;
    if (this.#recognizer.baselineLength === undefined)
      process.stderr.write(`${localized(texts.baselineUnfit)}\n`);
    else this.#calm = { faces: new CalmFaces(), until: performance.now() + calmTime };
  }
}

/** @param calm whether a calm face is looked at. */
function draw(frame: VideoFrame, { faces }: FrameEmotions, calm: boolean): void {
  for (const { landmarks } of faces) {
    for (let i = 0; i + 1 < landmarks.length; i += 2) {
      frame.drawDot({ x: landmarks[i] ?? 0, y: landmarks[i + 1] ?? 0 }, 1);
    }
  }
  const [first] = faces;
  const word = calm ? localized(texts.calmLooking) : first && wordFor(first);
  if (word !== undefined) frame.drawText(word, { x: 10, y: frame.height - 20 }, 1.2, 2);
}

function wordFor({ emotion, sure, reason }: FaceEmotion): string {
  if (reason) return localized(faultTexts[reason]);
  return sure ? emotion : `${emotion}?`;
}
