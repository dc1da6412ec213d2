import type { Mat } from '@u4/opencv4nodejs';
import { createRequire } from 'node:module';

/**
 * The one door to the package @u4/opencv4nodejs: a window, a camera or video, and drawing on a frame.
 * Main thread only; whatever the package throws (strings) comes out as an `Error`; every Mat is released by its owner.
 */
type OpenCv = typeof import('@u4/opencv4nodejs').cv;

let opencv: OpenCv | undefined;

/**
 * Loads the package at the first call.
 * @throws Error if its addon has not been built (`node scripts/build-opencv4nodejs.mjs`) or does not fit.
 */
function loadOpenCv(): OpenCv {
  opencv ??= asError(() => {
    prepareEnvironment();
    const require = createRequire(import.meta.url);
    const fromPackage = createRequire(require.resolve('@u4/opencv4nodejs'));
    (fromPackage('@u4/opencv-build') as { Log: { silence: boolean } }).Log.silence = true;
    return (require('@u4/opencv4nodejs') as { cv: OpenCv }).cv;
  });
  return opencv;
}

/** The package and OpenCV are steered by the environment alone, and read it while they are loaded. */
function prepareEnvironment(): void {
  // eslint-disable-next-line no-restricted-properties
  const { env } = process;
  // Without the first it looks for an OpenCV that it built itself; with its memory tracking it crashes the process.
  env['OPENCV4NODEJS_DISABLE_AUTOBUILD'] = '1';
  env['OPENCV4NODEJS_DISABLE_EXTERNAL_MEM_TRACKING'] = '1';
  // A camera or file that cannot be opened is said in a sentence of ours.
  env['OPENCV_LOG_LEVEL'] ??= 'SILENT';
}

function asError<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw error instanceof Error ? error : new Error(String(error));
  }
}

/** A point in pixels. */
export interface Point {
  x: number;
  y: number;
}

/** One colour frame in OpenCV's memory, held until `release`. */
export class VideoFrame {
  readonly #cv: OpenCv;
  readonly #mat: Mat;

  constructor(cv: OpenCv, mat: Mat) {
    this.#cv = cv;
    this.#mat = mat;
  }

  get width(): number {
    return this.#mat.cols;
  }

  get height(): number {
    return this.#mat.rows;
  }

  /** A copy of the pixels: rows top to bottom, blue, green, red, 8 bits each. */
  pixels(): Uint8Array {
    return asError(() => this.#mat.getData());
  }

  /** Draws a filled green circle on the frame itself; `center` is rounded to whole pixels. */
  drawDot(center: Point, radius: number): void {
    const { Point2 } = this.#cv;
    asError(() =>
      this.#mat.drawCircle(
        new Point2(Math.round(center.x), Math.round(center.y)),
        radius,
        this.#green,
        filled,
      ),
    );
  }

  /** Writes green text on the frame itself, in Hershey's plain font; `origin` is the lower left end of its base line. */
  drawText(text: string, origin: Point, scale: number, thickness: number): void {
    const { Point2, FONT_HERSHEY_SIMPLEX } = this.#cv;
    asError(() =>
      this.#mat.putText(
        text,
        new Point2(origin.x, origin.y),
        FONT_HERSHEY_SIMPLEX,
        scale,
        this.#green,
        thickness,
      ),
    );
  }

  /** Gives the frame's memory back; it must not be used afterwards. */
  release(): void {
    asError(() => this.#mat.release());
  }

  /** Shows the frame in a window. */
  showIn(title: string): void {
    asError(() => this.#cv.imshow(title, this.#mat));
  }

  get #green(): InstanceType<OpenCv['Vec3']> {
    return new this.#cv.Vec3(0, 255, 0);
  }
}

/** Thickness that stands for a filled shape. */
const filled = -1;

/** A camera (by number) or a video file (by path), read frame by frame. */
export class VideoSource {
  readonly #cv: OpenCv;
  readonly #capture: InstanceType<OpenCv['VideoCapture']>;

  /** @throws Error if the camera or file cannot be opened. */
  constructor(source: number | string) {
    this.#cv = loadOpenCv();
    this.#capture = asError(() => new this.#cv.VideoCapture(source));
  }

  /** Milliseconds from frame to frame as the source says; 0 if it says nothing. */
  get frameInterval(): number {
    const perSecond = asError(() => this.#capture.get(this.#cv.CAP_PROP_FPS));
    return perSecond > 0 ? 1000 / perSecond : 0;
  }

  /** The next frame, to be released by the caller, or `null` at the end of a video. */
  read(): VideoFrame | null {
    const mat = asError(() => this.#capture.read());
    if (mat.rows > 0 && mat.cols > 0) return new VideoFrame(this.#cv, mat);
    mat.release();
    return null;
  }

  close(): void {
    asError(() => this.#capture.release());
  }
}

/** A window on the desktop. There must be a display: without one OpenCV ends the process. */
export class VideoWindow {
  readonly #cv: OpenCv;
  readonly #title: string;
  #open = true;

  constructor(title: string) {
    this.#cv = loadOpenCv();
    this.#title = title;
    asError(() => this.#cv.namedWindow(title, this.#cv.WINDOW_AUTOSIZE | this.#cv.WINDOW_GUI_NORMAL));
  }

  show(frame: VideoFrame): void {
    frame.showIn(this.#title);
  }

  /** Lets the window work for some milliseconds. @returns the key pressed meanwhile, or `undefined`. */
  pollKey(milliseconds: number): string | undefined {
    const code = asError(() => this.#cv.waitKey(Math.max(1, Math.round(milliseconds))));
    return code < 0 ? undefined : String.fromCodePoint(code & 0xff);
  }

  /** Whether the window is still there; its user may have closed it. */
  get isOpen(): boolean {
    // Once `close` has destroyed the last window, OpenCV's Qt ends the process when it is asked.
    return (
      this.#open && asError(() => this.#cv.getWindowProperty(this.#title, this.#cv.WND_PROP_VISIBLE)) >= 1
    );
  }

  close(): void {
    if (this.isOpen) asError(() => this.#cv.destroyWindow(this.#title));
    this.#open = false;
  }
}
