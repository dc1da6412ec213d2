import { enter, noReading } from '../state/page-state.js';
import { remember, remembered } from '../state/remembered.js';
import { keepMessages } from '../text/keep-messages.js';
import { History } from './history.js';

/** @typedef {import('../state/page-state.js').PageState} PageState */
/** @typedef {import('./history.js').KeptSession} KeptSession */

/** A reading that comes no further. */
const settled = ['absent', 'done', 'failed', 'cancelled'];

/** Keeps the sessions in this browser, if and as long as the visitor wants that. */
export class Keeper {
  #store;
  #history = new History();

  /** @param {import('../state/store.js').Store<PageState>} store */
  constructor(store) {
    this.#store = store;
    store.update({ keeping: remembered('keeping') === 'yes' });
    store.watch(
      ({ session, reading }) => (settled.includes(reading.status) ? reading : session),
      () => void this.#keepLast(),
    );
    const atFirst = store.state.calm;
    store.watch(
      ({ calm }) => calm,
      (calm) => {
        const settled = calm !== atFirst && calm.status !== 'looking';
        if (settled && store.state.keeping) void this.#try(() => this.#keepCalm(calm.scores));
      },
    );
    store.watch(
      ({ model }) => model,
      (model) => {
        if (model?.baseline && store.state.keeping) void this.#try(() => this.#recallCalm(model.labels));
      },
    );
    // Who has never kept anything needs no database.
    if (remembered('keeping') !== null) void this.#try(() => this.#reload());
  }

  /** @param {boolean} keeping whether sessions are kept from now on, the one on the screen included */
  async setKeeping(keeping) {
    remember('keeping', keeping ? 'yes' : 'no');
    this.#store.update({ keeping, keepNotice: keeping ? keepMessages.kept : keepMessages.keptNoMore });
    const { scores } = this.#store.state.calm;
    await this.#try(() => this.#keepCalm(keeping ? scores : null));
    await this.#keepLast();
  }

  /**
   * Shows a kept session as it was.
   *
   * @param {KeptSession} kept
   */
  show({ reading, ...session }) {
    const shown =
      reading === null ? noReading : { ...noReading, ...reading, status: /** @type {const} */ ('done') };
    enter(this.#store, 'read', { session, reading: shown, keepNotice: null });
  }

  /** @param {string} id */
  async remove(id) {
    await this.#change(() => this.#history.remove(id));
  }

  async clear() {
    await this.#change(() => this.#history.clear());
  }

  /** @param {readonly number[] | null} scores */
  async #keepCalm(scores) {
    const { model } = this.#store.state;
    await this.#history.putCalmFace(
      scores === null || model === null ? null : { labels: model.labels, scores },
    );
  }

  /** @param {readonly string[]} labels of the model that answers now */
  async #recallCalm(labels) {
    const kept = await this.#history.calmFace();
    if (kept === undefined || String(kept.labels) !== String(labels)) return;
    if (this.#store.state.calm.status === 'none')
      this.#store.update({ calm: { status: 'known', scores: kept.scores } });
  }

  async #keepLast() {
    const { keeping, session, reading } = this.#store.state;
    if (!keeping || session === null) return;
    const { text, language } = reading;
    const kept = { ...session, reading: text === '' ? null : { text, language } };
    await this.#change(() => this.#history.put(kept));
  }

  /** @param {() => Promise<void>} change */
  async #change(change) {
    await this.#try(async () => {
      await change();
      await this.#reload();
    });
  }

  async #reload() {
    this.#store.update({ history: await this.#history.all() });
  }

  /** @param {() => Promise<void>} attempt */
  async #try(attempt) {
    try {
      await attempt();
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      this.#store.update({ keepNotice: keepMessages.notKept });
    }
  }
}
