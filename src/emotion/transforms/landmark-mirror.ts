/** First and last landmark of runs that mirroring turns round, and of pairs that it swaps; iBUG order, 68 landmarks. */
const turnedRuns: readonly (readonly [first: number, last: number])[] = [
  ...([
    [0, 16] /* jaw */,
    [17, 26] /* eyebrows */,
    [31, 35] /* nostrils */,
  ] as const),
  ...([
    [48, 54] /* outer lip, above */,
    [55, 59] /* and below */,
  ] as const),
  ...([
    [60, 64] /* inner lip, above */,
    [65, 67] /* and below */,
  ] as const),
];
const swappedPairs: readonly (readonly [one: number, other: number])[] = [
  ...([
    [36, 45],
    [37, 44],
    [38, 43],
    [39, 42],
  ] /* eyes, above */ as const),
  ...([
    [40, 47],
    [41, 46],
  ] /* and below */ as const),
];

/** Landmarks of the iBUG order, the one whose mirror image is known. */
export const mirrorableLandmarks = 68;

/** The landmark that each becomes when a face is mirrored; the bridge of the nose, the middle of chin and lips stay. */
export const mirrorPartner: readonly number[] = partners();

function partners(): number[] {
  const partner = Array.from({ length: mirrorableLandmarks }, (_, landmark) => landmark);
  for (const [first, last] of turnedRuns) {
    for (let landmark = first; landmark <= last; landmark++) partner[landmark] = first + last - landmark;
  }
  for (const [one, other] of swappedPairs) {
    partner[one] = other;
    partner[other] = one;
  }
  return partner;
}
