import { calmMessages } from '../text/calm-messages.js';
import { elementById } from './dom.js';

/** @typedef {import('../state/page-state.js').PageState} PageState */
/** @typedef {import('../text/translator.js').Translator} Translator */

/** The button below the bars by which the page learns the visitor's calm face, or forgets it. */
export class CalmView {
  #translator;
  #part = elementById('calm', HTMLElement);
  #button = elementById('calm-button', HTMLButtonElement);
  #note = elementById('calm-note', HTMLElement);

  /**
   * @param {import('../state/store.js').Store<PageState>} store
   * @param {Translator} translator
   * @param {{ look: () => void, forget: () => void }} actions
   */
  constructor(store, translator, { look, forget }) {
    this.#translator = translator;
    this.#button.addEventListener('click', () => {
      const { status } = store.state.calm;
      if (this.#button.getAttribute('aria-disabled') === 'true') return;
      if (status === 'known') forget();
      else look();
    });
    store.watch(
      ({ model }) => model?.baseline ?? false,
      (baseline) => (this.#part.hidden = !baseline),
    );
    store.watch(
      ({ calm }) => calm,
      () => this.#show(store.state),
    );
    store.watch(
      ({ phase }) => phase,
      () => this.#show(store.state),
    );
  }

  /** @param {Readonly<PageState>} state */
  #show({ calm: { status }, phase }) {
    // A session that is read by two measures would be none.
    const busy = status === 'looking' || phase === 'counting' || phase === 'recording';
    // `disabled` would take the keyboard's focus away from the button just pressed.
    this.#button.setAttribute('aria-disabled', String(busy));
    this.#translator.show(this.#button, status === 'known' ? calmMessages.forget : calmMessages.look);
    this.#translator.show(this.#note, calmMessages[status]);
  }
}
