import { describe, expect, test } from 'vitest';
import { clockFace, Recorder } from '../../public/recorder.js';

describe('a 30-second recording', () => {
  test('does not begin without a context', () => {
    const recorder = new Recorder();
    expect(recorder.begin(' \n\t', 0)).toBe(false);
    expect(recorder.recording).toBe(false);
  });

  test('counts down from 00:30 to 00:00 by the clock, however often it is asked', () => {
    const recorder = new Recorder();
    recorder.begin('mi día', 5_000);
    const at = [5_000, 5_001, 5_999, 6_000, 20_500, 34_999, 35_000, 60_000];
    const shown = at.map((now) => clockFace(recorder.secondsLeft(now)));
    expect(shown).toEqual(['00:30', '00:30', '00:30', '00:29', '00:15', '00:01', '00:00', '00:00']);
  });

  test('ends in the trimmed context and the emotions in their order, and is idle again', () => {
    const recorder = new Recorder();
    recorder.begin('  mi día ', 0);
    for (const emotion of ['SAD', 'HAPPY', 'HAPPY']) recorder.add(emotion);
    expect(recorder.finish()).toEqual({ context: 'mi día', emotions: ['SAD', 'HAPPY', 'HAPPY'] });
    expect(recorder.recording).toBe(false);
    expect(recorder.finish()).toBeNull();
  });

  test('notes nothing before it begins or after it was discarded', () => {
    const recorder = new Recorder();
    recorder.add('HAPPY');
    recorder.begin('uno', 0);
    recorder.add('SAD');
    recorder.discard();
    recorder.add('HAPPY');
    recorder.begin('dos', 1_000);
    expect(recorder.finish()).toEqual({ context: 'dos', emotions: [] });
  });
});
