/**
 * Series of whole numbers, packed: the low bits of each as they are, the rest by asymmetric numeral systems (Duda, 2013) with
 * a table of frequencies a series. `src/native/landmarks/integer_series.cpp` reads them.
 */

const slotBits = 12;
const slots = 2 ** slotBits;
const mostSymbols = 256;
const leastState = 2 ** 16;
const stateCount = 4;

/**
 * @param {ArrayLike<number>} numbers whole, of 16 bits.
 * @returns {Buffer} shift (8 bits), lowest symbol (16 bits), count of symbols (16 bits), frequencies of the symbols (one or
 * two bytes each), low bits, four states (32 bits each), count of words (32 bits), words (16 bits each).
 */
export function packIntegers(numbers) {
  let lowest = Infinity;
  let largest = -Infinity;
  for (let i = 0; i < numbers.length; i++) {
    lowest = Math.min(lowest, numbers[i]);
    largest = Math.max(largest, numbers[i]);
  }
  if (lowest < -32768 || largest > 32767) throw new RangeError('a number has more than 16 bits');
  let shift = 0;
  while ((largest >> shift) - (lowest >> shift) >= mostSymbols) shift++;
  const first = lowest >> shift;
  const symbols = Uint16Array.from(numbers, (number) => (number >> shift) - first);
  const frequencies = shares(symbols, (largest >> shift) - first + 1);
  const head = Buffer.alloc(5);
  head.writeUInt8(shift, 0);
  head.writeInt16LE(first, 1);
  head.writeUInt16LE(frequencies.length, 3);
  const table = frequencies.flatMap((n) => (n < 0x80 ? [n] : [0x80 + (n % 0x80), Math.floor(n / 0x80)]));
  return Buffer.concat([head, Buffer.from(table), lowBits(numbers, shift), encode(symbols, frequencies)]);
}

/** How many of the slots each symbol takes: as near its share as whole numbers go, at least one if it occurs. */
function shares(symbols, count) {
  const counts = new Array(count).fill(0);
  for (const symbol of symbols) counts[symbol]++;
  const taken = counts.map((n) => (n === 0 ? 0 : Math.max(1, Math.floor((n * slots) / symbols.length))));
  let left = slots - taken.reduce((sum, n) => sum + n, 0);
  while (left !== 0) {
    const step = Math.sign(left);
    let best = -1;
    let bestGain = -Infinity;
    for (let symbol = 0; symbol < count; symbol++) {
      if (counts[symbol] === 0 || taken[symbol] + step < 1) continue;
      const gain = step * (counts[symbol] / taken[symbol]);
      if (gain > bestGain) [best, bestGain] = [symbol, gain];
    }
    taken[best] += step;
    left -= step;
  }
  return taken;
}

function lowBits(numbers, shift) {
  const bytes = Buffer.alloc(Math.ceil((numbers.length * shift) / 8));
  for (let i = 0; i < numbers.length; i++) {
    for (let bit = 0; bit < shift; bit++) {
      const at = i * shift + bit;
      bytes[at >> 3] |= ((numbers[i] >> bit) & 1) << (at & 7);
    }
  }
  return bytes;
}

/** The last symbol goes in first, as the states give them back in reverse. */
function encode(symbols, frequencies) {
  const starts = [];
  frequencies.reduce((sum, n, symbol) => ((starts[symbol] = sum), sum + n), 0);
  const states = new Array(stateCount).fill(leastState);
  const words = [];
  for (let i = symbols.length - 1; i >= 0; i--) {
    const frequency = frequencies[symbols[i]];
    let state = states[i % stateCount];
    if (state >= frequency * 2 ** (32 - slotBits)) {
      words.push(state % leastState);
      state = Math.floor(state / leastState);
    }
    states[i % stateCount] = Math.floor(state / frequency) * slots + (state % frequency) + starts[symbols[i]];
  }
  const bytes = Buffer.alloc(4 * stateCount + 4 + 2 * words.length);
  states.forEach((state, i) => bytes.writeUInt32LE(state, 4 * i));
  bytes.writeUInt32LE(words.length, 4 * stateCount);
  words.reverse().forEach((word, i) => bytes.writeUInt16LE(word, 4 * stateCount + 4 + 2 * i));
  return bytes;
}
