/**
 * Ctrl+Enter does what the main button does; Esc ends a recording: it is read if it is long enough, and else thrown away.
 *
 * @param {import('../state/store.js').Store<import('../state/page-state.js').PageState>} store
 * @param {{ press: () => void, finish: () => void, discard: () => void }} actions
 */
export function listenToKeys(store, { press, finish, discard }) {
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.repeat) {
      event.preventDefault();
      press();
    }
    if (event.key !== 'Escape') return;
    finish();
    if (store.state.phase !== 'read') discard();
  });
}
