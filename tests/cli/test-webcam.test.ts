import { describe, expect, test } from 'vitest';
import { runEmochat } from '../support/cli.js';
import { faceClip as clip } from '../support/sample-photos.js';

const environment = (display: string) => ({ DISPLAY: display, WAYLAND_DISPLAY: '' });

describe('before anything is opened or built', () => {
  test.each(['', ':7777', 'nonsense'])(
    'without a display (DISPLAY=%j) a sentence says so',
    async (display) => {
      const { code, stderr } = await runEmochat(['test-webcam', '--source', clip], environment(display));
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringContaining('There is no display') as string,
      });
    },
  );

  test('a camera number that is none is wrong usage', async () => {
    expect((await runEmochat(['test-webcam', '--camera', 'front'], environment(''))).code).toBe(2);
  });
});
