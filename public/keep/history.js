/** @typedef {import('../state/page-state.js').Session} Session */
/** @typedef {import('../text/translator.js').Language} Language */

/** The visitor's calm face, and the emotions of the model that it was told of. @typedef {{ labels: readonly string[], scores: readonly number[] }} CalmFace */

/** A session as it is kept. @typedef {Session & { reading: { text: string, language: Language } | null }} KeptSession */

/** @typedef {import('/vendor/idb.js').DBSchema & { sessions: { key: string, value: KeptSession }, calm: { key: 'face', value: CalmFace } }} Schema */

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
    const database = await this.#open();
    await Promise.all([database.clear('sessions'), database.clear('calm')]);
  }

  /** @returns {Promise<CalmFace | undefined>} */
  async calmFace() {
    return await (await this.#open()).get('calm', 'face');
  }

  /** @param {CalmFace | null} face null takes the one that is kept away */
  async putCalmFace(face) {
    const database = await this.#open();
    await (face === null ? database.delete('calm', 'face') : database.put('calm', face, 'face'));
  }

  #open() {
    return (this.#database ??= openDatabase());
  }
}

async function openDatabase() {
  const { openDB } = await import('/vendor/idb.js');
  /** @type {import('/vendor/idb.js').OpenDBCallbacks<Schema>} */
  const callbacks = {
    upgrade: (database, before) => {
      if (before < 1) database.createObjectStore('sessions', { keyPath: 'id' });
      database.createObjectStore('calm');
    },
    // Another tab that opens a newer version is not to wait for this one.
    blocking: (_before, _wanted, event) => /** @type {IDBDatabase} */ (event.target).close(),
  };
  return await openDB('emochat', 2, callbacks);
}
