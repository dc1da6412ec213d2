import { emotionPicture, emotionWords, promisedLabels } from '../text/emotions.js';
import { messages } from '../text/messages.js';
import { elementById, newElement } from './dom.js';

/** @typedef {import('../text/translator.js').Translator} Translator */

/**
 * A card for each emotion of the server's model, and for those that may come.
 *
 * @param {import('../state/store.js').Store<import('../state/page-state.js').PageState>} store
 * @param {Translator} translator
 */
export function showEmotionCards(store, translator) {
  const list = elementById('emotion-cards', HTMLUListElement);
  store.watch(
    ({ model }) => model,
    (model) => {
      const known = model?.labels ?? [];
      const labels = [...known, ...promisedLabels.filter((label) => !known.includes(label))];
      // Before the server has said which it knows, nothing is promised for later either.
      list.replaceChildren(
        ...labels.map((label) => card(translator, label, model === null || known.includes(label))),
      );
    },
  );
  const trouble = elementById('model-trouble', HTMLElement);
  trouble.dataset['tone'] = 'trouble';
  store.watch(
    ({ modelTrouble }) => modelTrouble,
    (text) => translator.show(trouble, text),
  );
}

/**
 * @param {Translator} translator
 * @param {string} label
 * @param {boolean} known
 */
function card(translator, label, known) {
  const words = emotionWords(label);
  const picture = newElement('img');
  Object.assign(picture, { src: emotionPicture(label), alt: '', width: 120, height: 120 });
  const title = newElement('h3');
  const badge = newElement('p', 'badge');
  const sign = newElement('p');
  translator.show(title, words.name);
  translator.show(badge, messages.soon);
  translator.show(sign, words.sign);
  const item = newElement(
    'li',
    known ? 'card' : 'card soon',
    picture,
    title,
    ...(known ? [] : [badge]),
    sign,
  );
  item.dataset['emotion'] = label;
  return item;
}
