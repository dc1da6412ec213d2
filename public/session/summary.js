/** @typedef {import('./cells.js').Cell} Cell */

/**
 * What the seconds of a session say by themselves.
 *
 * @typedef {object} Summary
 * @property {{ emotion: string, seconds: number }[]} shares most seconds first
 * @property {number} notRead seconds that were unsure or unseen
 * @property {Stretch[]} stretches the emotions that held, in their order
 * @property {number | null} turn the second at which the clearest change came
 */

/** @typedef {{ emotion: string, from: number, seconds: number }} Stretch an emotion that held; `from` counts from 0 */

/** An emotion of a single second between two others is a passing one: it makes no turning point. */
const shortest = 2;

/**
 * @param {readonly Cell[]} cells
 * @returns {Summary}
 */
export function summaryOf(cells) {
  const stretches = stretchesOf(cells);
  return {
    shares: sharesOf(cells),
    notRead: cells.filter(({ state }) => state !== 'read').length,
    stretches,
    turn: clearestTurn(stretches),
  };
}

/** @param {readonly Cell[]} cells */
function sharesOf(cells) {
  /** @type {Map<string, number>} */
  const seconds = new Map();
  for (const { emotion } of cells) {
    if (emotion !== undefined) seconds.set(emotion, (seconds.get(emotion) ?? 0) + 1);
  }
  return [...seconds]
    .map(([emotion, count]) => ({ emotion, seconds: count }))
    .sort((a, b) => b.seconds - a.seconds);
}

/**
 * Seconds that were not read part nothing: the emotion before and after them is one stretch if it is the same.
 *
 * @param {readonly Cell[]} cells
 * @returns {Stretch[]}
 */
function stretchesOf(cells) {
  const held = joined(cells).filter(({ seconds }) => seconds >= shortest);
  // Without the passing ones, two stretches of one emotion may have become neighbours.
  return held.length > 0 ? mergeNeighbours(held) : mergeNeighbours(joined(cells)).slice(0, 1);
}

/** @param {readonly Cell[]} cells */
function joined(cells) {
  /** @type {Stretch[]} */
  const stretches = [];
  cells.forEach(({ emotion }, i) => {
    if (emotion === undefined) return;
    const last = stretches.at(-1);
    if (last?.emotion === emotion) last.seconds += 1;
    else stretches.push({ emotion, from: i, seconds: 1 });
  });
  return stretches;
}

/** @param {readonly Stretch[]} stretches */
function mergeNeighbours(stretches) {
  /** @type {Stretch[]} */
  const merged = [];
  for (const stretch of stretches) {
    const last = merged.at(-1);
    if (last?.emotion === stretch.emotion) last.seconds += stretch.seconds;
    else merged.push({ ...stretch });
  }
  return merged;
}

/**
 * The change between the two longest neighbours.
 *
 * @param {readonly Stretch[]} stretches
 */
function clearestTurn(stretches) {
  let turn = null;
  let clearest = 0;
  stretches.forEach((stretch, i) => {
    const before = stretches[i - 1];
    const clearness = before === undefined ? 0 : Math.min(before.seconds, stretch.seconds);
    if (clearness <= clearest) return;
    clearest = clearness;
    turn = stretch.from;
  });
  return turn;
}
