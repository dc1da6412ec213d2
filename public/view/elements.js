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
