/**
 * What this browser remembers of the visitor's choices. A browser that refuses storage still gets the page; it only does not
 * remember.
 *
 * @param {'language' | 'camera' | 'landmarks' | 'length' | 'keeping'} name
 * @returns {string | null}
 */
export function remembered(name) {
  try {
    return localStorage.getItem(`emochat.${name}`);
  } catch {
    return null;
  }
}

/**
 * @param {Parameters<typeof remembered>[0]} name
 * @param {string} value
 */
export function remember(name, value) {
  try {
    localStorage.setItem(`emochat.${name}`, value);
  } catch {
    // As above.
  }
}
