import { elementById } from './dom.js';
import { wordOf } from './stage.js';

/** A screen reader hears the word of the moment at most this often, and only if it still stands. */
const calmMs = 5000;

/**
 * @param {import('../state/store.js').Store<import('../state/page-state.js').PageState>} store
 * @param {import('../text/translator.js').Translator} translator
 */
export function announceMood(store, translator) {
  const region = elementById('announcement', HTMLElement);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let lastMs = -Infinity;
  const say = () => {
    timer = undefined;
    lastMs = performance.now();
    translator.show(region, store.state.camera.status === 'on' ? wordOf(store.state).text : null);
  };
  store.watch(
    (state) => (state.camera.status === 'on' ? wordOf(state) : null),
    () => (timer ??= setTimeout(say, Math.max(500, lastMs + calmMs - performance.now()))),
  );
}
