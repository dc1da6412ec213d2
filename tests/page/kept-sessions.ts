import type { Page } from 'playwright-core';

/** A session as the page keeps it; each letter of `seconds` is a second: h, s, n an emotion, ? unsure, . nobody. */
export interface KeptSample {
  context: string;
  seconds: string;
  /** Markdown; empty if there is none. */
  reading: string;
}

/** Puts sessions into the page's history, as visits of earlier days would have; they show after the next load. */
export async function keepSessions(page: Page, samples: KeptSample[]): Promise<void> {
  await page.evaluate(async (kept) => {
    const names: Record<string, string> = { h: 'HAPPY', s: 'SAD', n: 'NEUTRAL' };
    const cellOf = (letter: string) => {
      const emotion = names[letter];
      if (emotion === undefined) return { state: letter === '?' ? 'unsure' : 'unseen' };
      return { state: 'read', emotion, probabilities: { [emotion]: 0.875 } };
    };
    // Where the page has made it, it is opened as it is; else it is as the first version of the page made it.
    const known = (await indexedDB.databases()).length > 0;
    const opened = known ? indexedDB.open('emochat') : indexedDB.open('emochat', 1);
    opened.onupgradeneeded = () => void opened.result.createObjectStore('sessions', { keyPath: 'id' });
    await new Promise((resolve, reject) => {
      opened.onsuccess = resolve;
      opened.onerror = reject;
    });
    const sessions = opened.result.transaction('sessions', 'readwrite').objectStore('sessions');
    kept.forEach(({ context, seconds, reading }, i) => {
      const startedAt = Date.UTC(2026, 10, 20 + i, 18, 4);
      const cells = Array.from(seconds, cellOf);
      const sample = {
        atMs: 66,
        state: 'face',
        emotion: 'SAD',
        sure: false,
        probabilities: { HAPPY: 0.25, SAD: 0.75 },
      };
      sessions.put({
        id: String(startedAt),
        startedAt,
        source: 'camera',
        context,
        length: cells.length,
        labels: ['HAPPY', 'SAD', 'NEUTRAL'],
        cells,
        samples: [sample],
        reading: reading === '' ? null : { text: reading, language: 'es' },
      });
    });
    await new Promise((resolve) => (sessions.transaction.oncomplete = resolve));
    opened.result.close();
    localStorage.setItem('emochat.keeping', 'yes');
  }, samples);
}
