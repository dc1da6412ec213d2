import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runEmochat, startEmochat } from '../support/cli.js';
import { Desktop, desktopRequirements, greenPixels, type Screenshot } from '../support/desktop.js';
import { describeWith } from '../support/requirements.js';
import { facesDir } from '../support/datasets.js';
import { projectRoot } from '../support/checkout.js';
import { testModelsDir } from '../support/test-models.js';

const clip = join(facesDir, 'video/sad-then-happy.mp4');
const forest = join(projectRoot, 'models/happy-sad.json');
const title = 'Emotion recognition';

let models: string;
const environment = (display: string): Record<string, string> => ({
  DISPLAY: display,
  WAYLAND_DISPLAY: '',
  EMOCHAT_MODELS_DIR: models,
  EMOCHAT_MODEL: forest,
});

describeWith('the window', [...desktopRequirements, clip, forest], () => {
  let desktop: Desktop;
  let folder: string;

  beforeAll(async () => {
    // Compiles @u4/opencv4nodejs where it is not in the cache yet.
    await promisify(execFile)(process.execPath, [join(projectRoot, 'scripts/build-opencv4nodejs.mjs')]);
    models = await testModelsDir();
    desktop = await Desktop.start();
    folder = await mkdtemp(join(tmpdir(), 'emochat-webcam-'));
  }, 1_800_000);

  afterAll(async () => {
    await desktop.close();
    await rm(folder, { recursive: true });
  });

  // The clip has 640×360 pixels; the text stands at its lower left, 68 dots of 5 pixels each on the face at its right.
  const textPixels = (screen: Screenshot): number => greenPixels(screen, 0, 300, 200, 360);
  const dotPixels = (screen: Screenshot): number => greenPixels(screen, 200, 0, 640, 360);

  test('shows landmarks and the emotion on the frame, and q quits', async () => {
    const { result } = startEmochat(['test-webcam', '--source', clip], environment(desktop.display));
    const screen = await desktop.waitFor(title, (shot) => textPixels(shot) > 0);
    expect(textPixels(screen)).toBeGreaterThan(150);
    expect(dotPixels(screen)).toBeGreaterThan(200);
    expect(dotPixels(screen)).toBeLessThanOrEqual(68 * 5);
    expect(greenPixels(screen, 0, 360, screen.width, screen.height)).toBe(0);
    await desktop.pressKey(title, 'q');
    expect((await result).code).toBe(0);
  });

  test('ends by itself when the video ends', async () => {
    const short = join(folder, 'short.mp4');
    await promisify(execFile)('ffmpeg', ['-v', 'error', '-t', '0.3', '-i', clip, short]);
    const { code, stdout } = await runEmochat(
      ['test-webcam', '--source', short],
      environment(desktop.display),
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  });

  test('a file that is no video is refused with a sentence', async () => {
    const file = join(folder, 'notes.mp4');
    await writeFile(file, 'not a video');
    const { code, stderr } = await runEmochat(
      ['test-webcam', '--source', file],
      environment(desktop.display),
    );
    expect(code).toBe(1);
    expect(stderr).toContain('notes.mp4 is not a video that can be read');
  });

  test('a file that does not exist is refused with a sentence', async () => {
    const args = ['test-webcam', '--source', join(folder, 'nowhere.mp4')];
    const { code, stderr } = await runEmochat(args, environment(desktop.display));
    expect(code).toBe(1);
    expect(stderr).toContain('There is no video');
  });

  test.skipIf(existsSync('/dev/video250'))(
    'a camera that is not there is refused with a sentence',
    async () => {
      const { code, stderr } = await runEmochat(
        ['test-webcam', '--camera', '250'],
        environment(desktop.display),
      );
      expect(code).toBe(1);
      expect(stderr).toContain('Camera 250 cannot be opened');
    },
  );
});
