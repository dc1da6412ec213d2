/**
 * The element of the page with this id.
 *
 * @template {Element} T
 * @param {string} id
 * @param {new () => T} type what it must be
 * @returns {T}
 * @throws {Error} if it is missing or something else: the page and its scripts do not belong together
 */
export function elementById(id, type) {
  const element = document.getElementById(id);
  if (element instanceof type) return element;
  throw new Error(`index.html has no ${type.name} with the id "${id}"`);
}

/**
 * A new element with a class and children.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} className
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function newElement(tag, className = '', ...children) {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  element.append(...children);
  return element;
}

/**
 * Takes the keyboard's focus to an element if it has lost its place: the element that had it is hidden now.
 *
 * @param {HTMLElement} target
 */
export function catchFocus(target) {
  // Later, when every view has drawn the same change.
  queueMicrotask(() => {
    const focused = document.activeElement;
    const kept = focused !== document.body && focused?.getClientRects().length;
    if (!kept) target.focus({ preventScroll: true });
  });
}
