import { elementById } from './elements.js';

/**
 * A card's «Próximamente» goes if the server knows its emotion: which it knows depends on its forest.
 *
 * @param {readonly string[]} labels emotions that the server knows
 */
export function showKnownEmotions(labels) {
  for (const card of elementById('emotion-cards', HTMLUListElement).children) {
    if (labels.includes(card.getAttribute('data-emotion') ?? '')) card.classList.remove('soon');
  }
}
