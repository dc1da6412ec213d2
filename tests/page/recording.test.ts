import { describe, expect, test } from 'vitest';
import { HeldFace, type LiveFace } from '../../public/live/faces.js';
import { MoodFilter } from '../../public/live/mood.js';
import { clockFace, Recorder, type Sample } from '../../public/session/recorder.js';
import { summaryOf } from '../../public/session/summary.js';
import { summarySentence } from '../../public/text/summary-text.js';

const face = (atMs: number, emotion: string, sure = true): Sample => ({
  atMs,
  state: 'face',
  emotion,
  sure,
  probabilities: { [emotion]: 1 },
});

/** A cell for each letter: h and s are emotions, ? is unsure, . is unseen. */
const cells = (letters: string) =>
  Array.from(letters, (letter) => {
    const emotion = { h: 'HAPPY', s: 'SAD', n: 'NEUTRAL' }[letter];
    if (emotion !== undefined) return { state: 'read' as const, emotion };
    return { state: letter === '?' ? ('unsure' as const) : ('unseen' as const) };
  });

describe('a recording', () => {
  test('has a cell for every second, heard or not', () => {
    const recorder = new Recorder(15, 10_000);
    for (let ms = 10_000; ms < 14_000; ms += 70) recorder.add(face(ms, 'HAPPY'));
    for (let ms = 14_000; ms < 16_000; ms += 70) recorder.add({ atMs: ms, state: 'unseen' });
    for (let ms = 19_000; ms < 22_000; ms += 70) recorder.add(face(ms, 'SAD', false));
    for (let ms = 22_000; ms < 25_000; ms += 70) recorder.add(face(ms, 'SAD'));
    const states = recorder.finish(25_000).cells.map(({ state, emotion }) => emotion ?? state);
    expect(states.join(' ')).toBe(
      'HAPPY HAPPY HAPPY HAPPY unseen unseen unseen unseen unseen unsure unsure unsure SAD SAD SAD',
    );
  });

  test('leaves no second of one frame a second grey, whatever its beat', () => {
    const recorder = new Recorder(15, 0);
    for (let i = 0; i < 15; i += 1) recorder.add(face(400 + 1000 * i + 390 * Math.sin(i), 'HAPPY'));
    expect(recorder.finish(15_000).cells.filter(({ state }) => state === 'read')).toHaveLength(15);
  });

  test('ends at its length, however late it is asked', () => {
    const recorder = new Recorder(30, 5_000);
    expect([5_000, 20_500, 34_999, 90_000].map((now) => recorder.elapsed(now))).toEqual([
      0, 15.5, 29.999, 30,
    ]);
    expect(recorder.finish(90_000).cells).toHaveLength(30);
    expect([30, 95].map(clockFace)).toEqual(['00:30', '01:35']);
  });
});

describe('the word of the moment', () => {
  const say = (mood: MoodFilter, from: number, to: number, emotion: string, sure = true) => {
    const said = [];
    for (let ms = from; ms < to; ms += 66) said.push(mood.add(face(ms, emotion, sure)).emotion ?? 'unsure');
    return said;
  };

  test('does not follow a blink of another emotion, and follows one that holds', () => {
    const mood = new MoodFilter();
    expect(new Set(say(mood, 0, 2000, 'HAPPY'))).toEqual(new Set(['HAPPY']));
    expect(new Set(say(mood, 2000, 2400, 'SAD'))).toEqual(new Set(['HAPPY']));
    expect(new Set(say(mood, 2400, 4000, 'HAPPY'))).toEqual(new Set(['HAPPY']));
    expect(say(mood, 4000, 6000, 'SAD').at(-1)).toBe('SAD');
  });

  test('is none when nothing is sure, and goes when the face does, but not at once', () => {
    const mood = new MoodFilter();
    expect(new Set(say(mood, 0, 1000, 'SAD', false))).toEqual(new Set(['unsure']));
    expect(mood.add({ atMs: 1100, state: 'unseen' }).kind).toBe('unsure');
    expect(mood.add({ atMs: 1500, state: 'unseen' })).toEqual({ kind: 'unseen', probabilities: {} });
    expect(mood.add({ atMs: 1600, state: 'unreadable' }).kind).toBe('unreadable');
  });
});

describe('the person who is read', () => {
  const person = (id: number, x: number, size = 100) => ({ id, box: [x, 50, size, size] }) as LiveFace;

  test('is the largest, and stays the one when another comes nearer', () => {
    const held = new HeldFace();
    expect(held.pick([person(2, 300, 150), person(1, 0)], 0, false)?.id).toBe(2);
    expect(held.pick([person(1, 0, 200), person(2, 300, 150)], 100, false)?.id).toBe(2);
    held.choose(1);
    expect(held.pick([person(2, 300, 150), person(1, 0)], 200, false)?.id).toBe(1);
  });

  test('is nobody else while it records, and is found again where they were', () => {
    const held = new HeldFace();
    held.pick([person(1, 0), person(2, 300)], 0, true);
    expect(held.pick([person(2, 300)], 5000, true)).toBeNull();
    expect(held.pick([person(2, 300), person(7, 12)], 6000, true)?.id).toBe(7);
    expect(held.pick([person(2, 300)], 6100, false)).toBeNull();
    expect(held.pick([person(2, 300)], 7600, false)?.id).toBe(2);
  });
});

describe('the summary', () => {
  test.for([
    ['hhhhhhhhhh', 'De principio a fin, tu cara habló con alegría.', null],
    ['nnnnss?sshhhhhh', 'Empezaste en calma, pasaste por la tristeza y acabaste con alegría.', 4],
    ['ssss.shssssshhhhh', 'Empezaste con tristeza y acabaste con alegría.', 12],
    [
      'hhsshhsshhss',
      'Tu cara fue y vino: empezaste con alegría, acabaste con tristeza, y lo que más se vio fue la alegría.',
      2,
    ],
    ['......', 'Esta vez no pude leer tu cara.', null],
  ] as const)('of %s is «%s»', ([letters, sentence, turn]) => {
    const summary = summaryOf(cells(letters));
    expect(summarySentence(summary).es).toBe(sentence);
    expect(summary.turn).toBe(turn);
  });
});
