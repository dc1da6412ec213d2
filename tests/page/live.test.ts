import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openPage, type FakeCamera, type OpenPage } from '../support/browser.js';
import { describeWith } from '../support/requirements.js';
import {
  pageRequirements,
  smiling,
  startPageServer,
  type PageServer,
  openLive,
  word,
} from './page-server.js';

/** Takes away what browsers have learnt since autumn 2024, and `AbortSignal.any`, which many had learnt just before. */
function forgetNewFunctions(): void {
  const news: [object, (string | symbol)[]][] = [
    [AbortSignal, ['any', 'timeout']],
    [Promise, ['withResolvers', 'try']],
    [Array, ['fromAsync']],
    [Object, ['groupBy']],
    [Map, ['groupBy']],
    [URL, ['parse']],
    [Set.prototype, ['union', 'intersection', 'difference', 'isSubsetOf']],
    [Uint8Array, ['fromBase64']],
    [Uint8Array.prototype, ['toBase64', 'toHex']],
    [ReadableStream.prototype, ['values', Symbol.asyncIterator]],
    [Document.prototype, ['startViewTransition']],
  ];
  for (const [owner, names] of news) {
    for (const name of names) Reflect.deleteProperty(owner, name);
  }
}

describeWith('the live page', pageRequirements, () => {
  let server: PageServer;
  let open: OpenPage;

  beforeAll(async () => void (server = await startPageServer()));
  afterAll(() => server.close());
  afterEach(() => open.close());

  async function turnOn(camera: FakeCamera, before?: () => void): Promise<Page> {
    open = await openLive(server.url, camera, before);
    return open.page;
  }

  const tracks = (page: Page) =>
    page.locator('video').evaluate((video: HTMLVideoElement) => video.srcObject !== null);

  test('says what is to be seen in a face, with word, bars, a box and points', async () => {
    const page = await turnOn(smiling);
    await word(page, 'Alegría');
    const bar = page.locator('#bars li').filter({ hasText: 'Alegría' }).locator('.bar-number');
    await expect.poll(async () => parseInt(await bar.innerText())).toBeGreaterThan(60);
    const drawn = await page.locator('#overlay').evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {
        data: [],
      };
      return data.filter((value, i) => i % 4 === 3 && value > 0).length;
    });
    expect(drawn).toBeGreaterThan(1000);
    expect(open.problems).toEqual([]);
  });

  test('works in a browser of two years ago', async () => {
    const page = await turnOn(smiling, forgetNewFunctions);
    expect(await page.evaluate(() => 'any' in AbortSignal)).toBe(false);
    await word(page, 'Alegría');
    expect(open.problems).toEqual([]);
  });

  test('says kindly that there is no face; turned off, the camera is free; and goes on', async () => {
    const page = await turnOn('pattern');
    await word(page, 'No se detecta ningún rostro');
    await page.getByRole('button', { name: 'Apagar' }).click();
    expect(await tracks(page)).toBe(false);
    await page.getByRole('button', { name: 'Activar cámara', exact: true }).click();
    await word(page, 'No se detecta ningún rostro');
    expect(open.problems).toEqual([]);
  });

  test('turned off while a frame is encoded or a socket opens, it leaves no error behind; and goes on', async () => {
    const page = await turnOn('pattern', () => {
      const turnOff = (): void => document.querySelector<HTMLButtonElement>('#pause')?.click();
      let frames = 0;
      const encode = Reflect.get(HTMLCanvasElement.prototype, 'toBlob');
      const watched = function (this: HTMLCanvasElement, ...options: Parameters<typeof encode>): void {
        encode.apply(this, options);
        frames += 1;
        if (frames === 1) turnOff();
      };
      HTMLCanvasElement.prototype.toBlob = watched;
      const Real = WebSocket;
      let sockets = 0;
      globalThis.WebSocket = class extends Real {
        constructor(address: string | URL) {
          super(address);
          sockets += 1;
          if (sockets === 1) queueMicrotask(turnOff);
        }
      };
    });
    const on = page.getByRole('button', { name: 'Activar cámara', exact: true });
    await on.click();
    await on.click();
    await word(page, 'No se detecta ningún rostro');
    expect(open.problems).toEqual([]);
  });

  test('shows no emotion of a picture that stands still, and says so, until it moves', async () => {
    const page = await turnOn(smiling);
    await word(page, 'Alegría');
    await page.locator('video').evaluate((video: HTMLVideoElement) => video.pause());
    await word(page, 'La imagen está congelada');
    expect(await page.locator('#word-picture').isVisible()).toBe(false);
    await page.locator('video').evaluate((video: HTMLVideoElement) => video.play());
    await word(page, 'Alegría');
  });

  test('says that the server is gone, and goes on by itself when it is back', async () => {
    const first = await startPageServer();
    open = await openPage(first.url, 'pattern');
    const { page } = open;
    await page.getByRole('button', { name: 'Activar cámara', exact: true }).click();
    await word(page, 'No se detecta ningún rostro');
    await first.close();
    await word(page, 'No hay respuesta del servidor');
    const second = await startPageServer({ port: Number(new URL(first.url).port) });
    await word(page, 'No se detecta ningún rostro');
    await second.close();
  });

  test('where sockets do not get through, it sends a request a frame', async () => {
    const page = await turnOn(smiling, () => {
      const Real = WebSocket;
      globalThis.WebSocket = class extends Real {
        constructor(address: string | URL) {
          super(String(address).replace('/live', '/nothing'));
        }
      };
    });
    await word(page, 'Alegría');
    expect(open.requests).toContain('POST /predict');
  });

  test('a hidden tab sends nothing', async () => {
    open = await openPage(server.url, 'pattern');
    const { page } = open;
    let answers = 0;
    page.on('websocket', (socket) => socket.on('framereceived', () => (answers += 1)));
    page.on('response', () => (answers += 1));
    await page.getByRole('button', { name: 'Activar cámara', exact: true }).click();
    await word(page, 'No se detecta ningún rostro');
    await page.evaluate(() => {
      Object.defineProperty(document, 'hidden', { value: true, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await page.waitForTimeout(500);
    const before = answers;
    expect(before).toBeGreaterThan(0);
    await page.waitForTimeout(700);
    expect(answers).toBe(before);
  });

  test('the points lie where the server sees them in the very frame that is shown', async () => {
    const page = await turnOn(smiling);
    // What is shown just now: the frame, and where points were drawn on it.
    const shown = await page.waitForFunction(() => {
      const [frame, overlay] = ['frame', 'overlay'].map(
        (id) => document.getElementById(id) as HTMLCanvasElement,
      );
      if (frame === undefined || overlay === undefined) throw new Error('no canvases');
      // While answers come seldom the points lie over the moving picture, and this canvas is an old one.
      if (!frame.classList.contains('visible')) return null;
      const scale = Math.min(overlay.width / frame.width, overlay.height / frame.height);
      const left = (overlay.width - frame.width * scale) / 2;
      const top = (overlay.height - frame.height * scale) / 2;
      const { data } = overlay.getContext('2d')?.getImageData(0, 0, overlay.width, overlay.height) ?? {
        data: [],
      };
      const points: [number, number][] = [];
      for (let i = 0; i < data.length; i += 4) {
        // The points' colour, not that of the box.
        if ((data[i + 3] ?? 0) < 250 || (data[i + 2] ?? 0) < 200) continue;
        const [x, y] = [(i / 4) % overlay.width, Math.floor(i / 4 / overlay.width)];
        points.push([(x + 0.5 - left) / scale, (y + 0.5 - top) / scale]);
      }
      return { jpeg: frame.toDataURL('image/jpeg', 0.95), drawn: points };
    });
    const { jpeg, drawn } = (await shown.jsonValue()) ?? { jpeg: '', drawn: [] };
    const response = await fetch(`${server.url}predict?landmarks=true`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ image: jpeg }),
    });
    const { landmarks } = (await response.json()) as { landmarks: [number, number][] };
    expect(landmarks).toHaveLength(68);
    const distances = landmarks.map(([x, y]) =>
      Math.min(...drawn.map(([left, top]) => Math.hypot(left - x, top - y))),
    );
    expect(Math.max(...distances)).toBeLessThan(3);
  });
});
