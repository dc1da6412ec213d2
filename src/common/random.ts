const golden = 0x9e3779b9;

/** Mixes the bits of a 32-bit number so that neighbours come out unrelated: the finaliser of MurmurHash3. */
function mix(bits: number): number {
  let h = bits;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * A seed of its own for each part of a job, so that parts can be done in any order and by anyone.
 *
 * @returns a whole number in [0, 2^32).
 */
export function derivedSeed(seed: number, part: number): number {
  return mix(mix(seed + golden) + Math.imul(part + 1, golden));
}

/**
 * A seeded stream of random whole numbers: SplitMix (Steele, Lea, Flood 2014) in 32 bits.
 *
 * @returns a function that gives a number in [0, below), `below` up to 2^32.
 */
export function randomStream(seed: number): (below: number) => number {
  let state = mix(seed);
  return (below) => {
    state = (state + golden) >>> 0;
    return Math.floor((mix(state) / 2 ** 32) * below);
  };
}

/** Shuffles in place, every order equally likely (Fisher–Yates). */
export function shuffle(values: number[], random: (below: number) => number): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = random(i + 1);
    const swapped = values[i] ?? 0;
    values[i] = values[j] ?? 0;
    values[j] = swapped;
  }
}
