/** @typedef {import('../state/page-state.js').Session} Session */
/** @typedef {import('../text/translator.js').Language} Language */

/** A session as it is kept. @typedef {Session & { reading: { text: string, language: Language } | null }} KeptSession */

/** @typedef {import('/vendor/idb.js').DBSchema & { sessions: { key: string, value: KeptSession } }} Schema */

/** The sessions that this browser keeps, in its IndexedDB. Every method throws a `DOMException` where the browser refuses. */
export class History {
  /** @type {Promise<import('/vendor/idb.js').IDBPDatabase<Schema>> | null} */
  #database = null;

  /**
   * @returns {Promise<KeptSession[]>} the newest first
   */
  async all() {
    const sessions = await (await this.#open()).getAll('sessions');
    return sessions.sort((a, b) => b.startedAt - a.startedAt);
  }

  /** @param {KeptSession} session takes the place of one with the same id */
  async put(session) {
    await (await this.#open()).put('sessions', session);
  }

  /** @param {string} id */
  async remove(id) {
    await (await this.#open()).delete('sessions', id);
  }

  async clear() {
    await (await this.#open()).clear('sessions');
  }

  #open() {
    return (this.#database ??= openDatabase());
  }
}

async function openDatabase() {
  const { openDB } = await import('/vendor/idb.js');
  /** @type {import('/vendor/idb.js').OpenDBCallbacks<Schema>} */
  const callbacks = { upgrade: (database) => void database.createObjectStore('sessions', { keyPath: 'id' }) };
  return await openDB('emochat', 1, callbacks);
}
