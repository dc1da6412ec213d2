import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWith } from '../support/requirements.js';
import {
  openLive,
  pageRequirements,
  smiling,
  spoiltFace,
  startPageServer,
  word,
  type PageServer,
} from './page-server.js';

describeWith("the visitor's calm face", pageRequirements, () => {
  let server: PageServer;
  beforeAll(async () => {
    server = await startPageServer({ model: null });
  });
  afterAll(() => server.close());

  test('is learnt in three seconds, goes with the frames, and can be forgotten', async () => {
    const open = await openLive(server.url, await spoiltFace('good', 'asis', 'lookingDown'));
    try {
      const { page } = open;
      const sockets: string[] = [];
      page.on('websocket', (socket) => sockets.push(socket.url()));
      await word(page, 'Tristeza');
      await page.getByRole('button', { name: 'Aprender mi cara tranquila' }).click();
      await word(page, 'Mírame con calma, sin gesto…');
      const forget = page.getByRole('button', { name: 'Olvidar mi cara tranquila' });
      await forget.waitFor();
      // Whoever looks so when calm is not sad.
      await word(page, 'Neutral');
      expect(sockets.at(-1)).toMatch(/baseline=-?\d/);
      await forget.click();
      await word(page, 'Tristeza');
      expect(sockets.at(-1)).not.toContain('baseline');
      expect(open.problems).toEqual([]);
    } finally {
      await open.close();
    }
  });

  test('is kept in the browser while sessions are, and thrown away when they are no longer', async () => {
    const open = await openLive(server.url, smiling);
    const { page } = open;
    const known = page.getByRole('button', { name: 'Olvidar mi cara tranquila' });
    const activate = page.getByRole('button', { name: 'Activar cámara', exact: true });
    /** The switch stands beside a reading, which takes a session to be seen. */
    const switchKeeping = () =>
      page.locator('#keep').evaluate((keep) => {
        if (keep instanceof HTMLInputElement) keep.click();
      });
    /** Whether the browser's database holds a calm face; undefined where there is none. */
    const kept = () =>
      page.evaluate(async () => {
        if ((await indexedDB.databases()).length === 0) return undefined;
        const opened = indexedDB.open('emochat');
        await new Promise((resolve) => (opened.onsuccess = resolve));
        const asked = opened.result.transaction('calm').objectStore('calm').count();
        await new Promise((resolve) => (asked.onsuccess = resolve));
        opened.result.close();
        return asked.result > 0;
      });
    try {
      await page.getByRole('button', { name: 'Aprender mi cara tranquila' }).click();
      await known.waitFor();
      expect(await kept()).toBeUndefined();
      await switchKeeping();
      await expect.poll(kept).toBe(true);
      await page.reload();
      await activate.click();
      await known.waitFor();
      await switchKeeping();
      await expect.poll(kept).toBe(false);
      await known.waitFor();
      await page.reload();
      await activate.click();
      await page.getByRole('button', { name: 'Aprender mi cara tranquila' }).waitFor();
      expect(open.problems).toEqual([]);
    } finally {
      await open.close();
    }
  });

  test('is forgotten when the server comes back with a model that it does not fit', async () => {
    let first: PageServer | undefined = await startPageServer({ model: null });
    const open = await openLive(first.url, smiling);
    let second: PageServer | undefined;
    try {
      const { page } = open;
      await word(page, 'Alegría');
      await page.getByRole('button', { name: 'Aprender mi cara tranquila' }).click();
      await page.getByRole('button', { name: 'Olvidar mi cara tranquila' }).waitFor();
      await first.close();
      const port = Number(new URL(first.url).port);
      first = undefined;
      second = await startPageServer({ port });
      await page.getByRole('button', { name: 'Aprender mi cara tranquila' }).waitFor();
      await word(page, 'Alegría');
    } finally {
      await open.close();
      await first?.close();
      await second?.close();
    }
  });

  test('is not learnt of a face that cannot be seen well', async () => {
    const open = await openLive(server.url, await spoiltFace('occluded', 'sunglasses'));
    try {
      const { page } = open;
      await word(page, 'Algo te tapa la cara');
      await page.getByRole('button', { name: 'Aprender mi cara tranquila' }).click();
      await page.getByText('No te vi bien esos tres segundos').waitFor();
      await page.getByRole('button', { name: 'Aprender mi cara tranquila' }).waitFor();
      expect(open.problems).toEqual([]);
    } finally {
      await open.close();
    }
  });
});
