import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmochat, type CliResult } from '../support/cli.js';
import { Desktop, desktopRequirements, greenPixels, type Screenshot } from '../support/desktop.js';
import { describeWith } from '../support/requirements.js';
import { faceClip } from '../support/sample-photos.js';
import { projectRoot } from '../support/checkout.js';
import { testModelsDir } from '../support/test-models.js';

const forest = join(projectRoot, 'models/happy-sad.json');
const title = 'Emotion recognition';

let models: string;
const environment = (display: string): Record<string, string> => ({
  DISPLAY: display,
  WAYLAND_DISPLAY: '',
  EMOCHAT_MODELS_DIR: models,
  EMOCHAT_MODEL: forest,
});

describeWith('the window', [...desktopRequirements, forest], () => {
  let desktop: Desktop;
  let folder: string;
  /** Twenty seconds of film, so that there is time to look at the window. */
  let clip: string;

  beforeAll(async () => {
    // Compiles @u4/opencv4nodejs where it is not in the cache yet.
    await promisify(execFile)(process.execPath, [join(projectRoot, 'scripts/build-opencv4nodejs.mjs')]);
    models = await testModelsDir();
    desktop = await Desktop.start();
    folder = await mkdtemp(join(tmpdir(), 'emochat-webcam-'));
    clip = join(folder, 'long.mp4');
    const again = ['-stream_loop', '9', '-i', faceClip, '-c', 'copy', clip];
    await promisify(execFile)('ffmpeg', ['-v', 'error', ...again]);
  }, 1_800_000);

  afterAll(async () => {
    await desktop.close();
    await rm(folder, { recursive: true });
  });

  // In a process of its own: the window takes its display from the environment that the process began with.
  const testWebcam = (...args: string[]): Promise<CliResult> =>
    startEmochat(['test-webcam', ...args], environment(desktop.display)).result;

  // The clip has 640×480 pixels; 68 dots of 5 pixels each stand on the face in its middle, the text below them.
  const textPixels = (screen: Screenshot): number => greenPixels(screen, 0, 430, 640, 480);
  const dotPixels = (screen: Screenshot): number => greenPixels(screen, 0, 0, 640, 430);

  test('shows landmarks and the emotion on the frame, and q quits', async () => {
    const result = testWebcam('--source', clip);
    const screen = await desktop.waitFor(title, (shot) => textPixels(shot) > 0);
    expect(textPixels(screen)).toBeGreaterThan(150);
    expect(dotPixels(screen)).toBeGreaterThan(200);
    expect(dotPixels(screen)).toBeLessThanOrEqual(68 * 5);
    expect(greenPixels(screen, 0, 480, screen.width, screen.height)).toBe(0);
    await desktop.pressKey(title, 'q');
    expect((await result).code).toBe(0);
  });

  test('n takes the next three seconds as the calm face, where the model can be told one', async () => {
    const told = async (wait: number, ...model: string[]): Promise<CliResult> => {
      const result = testWebcam('--source', clip, ...model);
      await desktop.waitFor(title, (shot) => textPixels(shot) > 0);
      await desktop.pressKey(title, 'n');
      await sleep(wait);
      await desktop.pressKey(title, 'q');
      return result;
    };
    const known = await told(4500, '--model', 'expressive');
    expect(known.code).toBe(0);
    expect(known.stderr).toContain('Your calm face is known');
    const without = await told(500);
    expect(without.code).toBe(0);
    expect(without.stderr).toContain('--model expressive');
  });

  test('ends by itself when the video ends', async () => {
    const short = join(folder, 'short.mp4');
    await promisify(execFile)('ffmpeg', ['-v', 'error', '-t', '0.3', '-i', clip, short]);
    const { code, stdout } = await testWebcam('--source', short);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  });

  test('a file that is no video is refused with a sentence', async () => {
    const file = join(folder, 'notes.mp4');
    await writeFile(file, 'not a video');
    const { code, stderr } = await testWebcam('--source', file);
    expect(code).toBe(1);
    expect(stderr).toContain('notes.mp4 is not a video that can be read');
  });

  test('a file that does not exist is refused with a sentence', async () => {
    const { code, stderr } = await testWebcam('--source', join(folder, 'nowhere.mp4'));
    expect(code).toBe(1);
    expect(stderr).toContain('There is no video');
  });

  test.skipIf(existsSync('/dev/video250'))(
    'a camera that is not there is refused with a sentence',
    async () => {
      const { code, stderr } = await testWebcam('--camera', '250');
      expect(code).toBe(1);
      expect(stderr).toContain('Camera 250 cannot be opened');
    },
  );
});
