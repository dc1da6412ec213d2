import { messages } from '../text/messages.js';
import { failureText } from './errors.js';

const firstWaitMs = 1000;
const longestWaitMs = 30_000;

/**
 * Asks the server what its model knows until it answers, and puts that into the store.
 *
 * @param {import('../state/store.js').Store<import('../state/page-state.js').PageState>} store
 * @param {import('./api.js').Api} api
 */
export async function loadModel(store, api) {
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(2 * waitMs, longestWaitMs)) {
    try {
      const model = await api.model(new AbortController().signal);
      return store.update({ model, modelTrouble: null });
    } catch (error) {
      store.update({ modelTrouble: failureText(error, messages.modelUnknown) });
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}
