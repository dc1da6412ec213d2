import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildYardstick } from '../support/yardstick.js';

const run = promisify(execFile);

describe('Windows that passed are grouped to faces', () => {
  let program: string;

  beforeAll(async () => {
    program = await buildYardstick('group_windows');
  }, 120_000);

  test('as OpenCV groups them, in its order, for any windows', async () => {
    expect((await run(program)).stdout.trim()).toBe('0');
  });

  // OpenCV compares all pairs: a picture like this one would hold a lane for a quarter of an hour.
  test('soon, though a picture be made of tens of thousands of faces', { timeout: 60_000 }, async () => {
    expect((await run(program, ['280000'])).stdout.trim()).toBe('28000');
  });
});
