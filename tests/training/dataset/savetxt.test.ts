import { execFileSync, spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { formatFloat, formatRow } from '../../../src/training/dataset/savetxt.js';
import { describeWith } from '../../support/requirements.js';

const python = { name: 'python3', present: spawnSync('python3', ['--version']).status === 0 };

/** Python's own spelling of each number: C's `%.18e`, which is NumPy's default. */
function spelledByPython(values: Float64Array): string[] {
  const script =
    "import array,sys; a=array.array('d'); a.frombytes(sys.stdin.buffer.read()); print('\\n'.join('%.18e' % x for x in a))";
  return execFileSync('python3', ['-c', script], {
    input: Buffer.from(values.buffer, values.byteOffset, values.byteLength),
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
    .trim()
    .split('\n');
}

function sample(count: number, draw: (i: number) => number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => draw(i)).filter(Number.isFinite);
}

/** Any 64 bits, seen as a number. */
function anyDouble(): number {
  const bits = new Uint32Array([Math.random() * 2 ** 32, Math.random() * 2 ** 32]);
  return new Float64Array(bits.buffer)[0] ?? 0;
}

describeWith('numbers are spelled as NumPy spells them', [python], () => {
  test.each([
    [
      'features: quotients of single-precision differences',
      () => Math.fround(Math.random()) / Math.fround(1 + Math.random()),
    ],
    ['single-precision numbers', () => Math.fround(Math.random())],
    ['doubles of every size and sign', anyDouble],
    [
      'fractions with a power of two below, where exact halves occur',
      (i: number) => (2 * i + 1) / 2 ** (15 + (i % 12)),
    ],
    ['small whole numbers', (i: number) => i - 300],
  ])('%s', (_, draw) => {
    const values = sample(20_000, draw);
    expect(Array.from(values, formatFloat)).toEqual(spelledByPython(values));
  });

  test('zero, negative zero, the smallest and the largest', () => {
    const values = Float64Array.from([0, -0, 5e-324, 2 ** -1022, Number.MAX_VALUE, -1, 1e22, 1e-100, 0.1]);
    expect(Array.from(values, formatFloat)).toEqual(spelledByPython(values));
  });
});

test('a row is features and class, blank-separated, nothing else', () => {
  expect(formatRow([0.5, 1], 0)).toBe(
    '5.000000000000000000e-01 1.000000000000000000e+00 0.000000000000000000e+00',
  );
});

test('a number exactly half-way between two spellings goes to the even digit', () => {
  const [value, exact] = halfWayAboveEven();
  expect(formatFloat(value).slice(0, 20)).toBe(exact.slice(0, 20));
  expect(value.toExponential(18).slice(0, 20)).not.toBe(exact.slice(0, 20));
});

/** A dyadic fraction of twenty significant digits, the last a 5 behind an even one, and its exact spelling. */
function halfWayAboveEven(): [value: number, exact: string] {
  for (let k = 1; k < 2 ** 20; k += 2) {
    const exact = (k / 2 ** 24).toExponential(60);
    if (/^\d\.\d{17}[02468]50*e/.test(exact)) return [k / 2 ** 24, exact];
  }
  throw new Error('no such fraction');
}
