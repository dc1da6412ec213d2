/** Pictures a second, if everything keeps up. */
const perSecond = 15;
/** Pictures a second while the battery runs low. */
const perSecondSaving = 5;
const longestBackOffMs = 8000;

/** How long to wait between two frames: fewer by themselves when the server is busy or away, or the battery low. */
export class Pace {
  #failures = 0;
  /** How much slower than planned, 1 … 15. */
  #slowness = 1;
  saving = false;

  /** A frame was answered: if it had slowed down, it speeds up again, little by little. */
  answered() {
    this.#failures = 0;
    this.#slowness = Math.max(1, this.#slowness * 0.95);
  }

  /**
   * @param {boolean} busy the server is there, but has too much to do
   */
  failed(busy) {
    this.#failures += 1;
    if (busy) this.#slowness = Math.min(15, this.#slowness * 2);
  }

  /** Milliseconds from one frame to the next while the server is there. */
  get planned() {
    return (1000 / (this.saving ? perSecondSaving : perSecond)) * this.#slowness;
  }

  /**
   * @param {number} askedSeconds how long the server wants to be left alone; 0 if it did not say
   * @returns {number} milliseconds from the beginning of one frame to the next
   */
  interval(askedSeconds) {
    if (this.#failures === 0) return this.planned;
    const backOff = Math.min(500 * 2 ** this.#failures, longestBackOffMs);
    return Math.max(this.planned, backOff, Math.min(askedSeconds, 60) * 1000);
  }
}

/**
 * Tells the pace whether the battery is low, where the browser knows.
 *
 * @param {Pace} pace
 */
export async function watchBattery(pace) {
  const { getBattery } = /** @type {{ getBattery?: () => Promise<Battery> }} */ (navigator);
  if (getBattery === undefined) return;
  const battery = await getBattery.call(navigator);
  const note = () => (pace.saving = !battery.charging && battery.level <= 0.2);
  note();
  battery.addEventListener('levelchange', note);
  battery.addEventListener('chargingchange', note);
}

/** @typedef {EventTarget & { charging: boolean, level: number }} Battery */
