import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openPage, type FakeCamera, type OpenPage } from '../support/browser.js';
import { describeWith } from '../support/requirements.js';
import {
  beginRecording,
  coveredCamera,
  faceThatLeaves,
  pageRequirements,
  smiling,
  startPageServer,
  type PageServer,
  openLive,
  word,
} from './page-server.js';

/** Chromium has no camera that the system mutes: the track says so, the rest is real. */
function muteCamera(): void {
  Object.defineProperty(MediaStreamTrack.prototype, 'muted', { get: () => true, configurable: true });
}

/** As browsers do that guard canvases against tracking: whoever reads one gets white. */
function guardCanvases(): void {
  const real = Reflect.get(CanvasRenderingContext2D.prototype, 'getImageData') as (
    ...parameters: unknown[]
  ) => ImageData;
  Reflect.set(
    CanvasRenderingContext2D.prototype,
    'getImageData',
    function (this: CanvasRenderingContext2D, ...parameters: unknown[]) {
      const picture = real.apply(this, parameters);
      picture.data.fill(255);
      return picture;
    },
  );
}

/** A laptop whose battery is nearly empty. */
function runOnBattery(): void {
  const battery = Object.assign(new EventTarget(), { charging: false, level: 0.1 });
  Object.assign(navigator, { getBattery: () => Promise.resolve(battery) });
}

describeWith('when something goes wrong', pageRequirements, () => {
  let server: PageServer;
  let open: OpenPage;

  beforeAll(async () => void (server = await startPageServer()));
  afterAll(() => server.close());
  afterEach(async () => {
    server.gemini.requests.length = 0;
    await open.close();
  });

  async function turnOn(camera: FakeCamera, before?: () => void): Promise<Page> {
    open = await openLive(server.url, camera, before);
    return open.page;
  }

  /** A recording, from its first second on. */
  async function record(camera: FakeCamera, address = server.url, length = '15 s'): Promise<Page> {
    open = await openPage(address, camera);
    const { page } = open;
    await beginRecording(page, 'mi día', length);
    await page.getByRole('timer').waitFor();
    return page;
  }

  const pictureOfWord = (page: Page) => page.locator('#word-picture').isVisible();
  /** The seconds of the strip, a letter each: `h`appy, another `e`motion, `.` unseen, `?` not sure, a space to come. */
  const strip = (page: Page, id: string) =>
    page.locator(`${id} > span`).evaluateAll((cells) =>
      cells
        .map((cell) => {
          const { state, emotion } = (cell as HTMLElement).dataset;
          if (state === 'read') return emotion === 'HAPPY' ? 'h' : 'e';
          return { unseen: '.', unsure: '?' }[state ?? ''] ?? ' ';
        })
        .join(''),
    );

  test('a covered camera: the page says that the picture is black, and shows no emotion', async () => {
    const page = await turnOn(await coveredCamera());
    await word(page, 'La imagen está negra');
    expect(await pictureOfWord(page)).toBe(false);
    expect(open.problems).toEqual([]);
  });

  test('a muted camera: the page says so, shows no emotion, and goes on when it is back', async () => {
    const page = await turnOn(smiling);
    await word(page, 'Alegría');
    await page.evaluate(muteCamera);
    await word(page, 'La cámara está silenciada');
    expect(await pictureOfWord(page)).toBe(false);
    await page.evaluate(() =>
      Object.defineProperty(MediaStreamTrack.prototype, 'muted', { get: () => false, configurable: true }),
    );
    await word(page, 'Alegría');
    expect(open.problems).toEqual([]);
  });

  test('a browser that guards canvases: the page says what to allow, and sends nothing', async () => {
    const page = await turnOn(smiling, guardCanvases);
    await page.getByRole('alert').getByText('El navegador protege los lienzos').waitFor();
    expect(open.requests).not.toContain('POST /predict');
    expect(await page.locator('video').evaluate((video: HTMLVideoElement) => video.srcObject)).toBeNull();
  });

  test('a low battery: a third of the pictures', async () => {
    open = await openPage(server.url, 'pattern', {}, runOnBattery);
    const { page } = open;
    const answered: number[] = [];
    page.on('websocket', (socket) => socket.on('framereceived', () => answered.push(performance.now())));
    await page.getByRole('button', { name: 'Activar cámara', exact: true }).click();
    await expect.poll(() => answered.length).toBeGreaterThan(20);
    const seconds = ((answered[20] ?? 0) - (answered[0] ?? 0)) / 1000;
    // Five a second are meant. A machine under load gives fewer.
    expect(20 / seconds).toBeLessThan(7);
  });

  test('a face that leaves and returns while one records leaves grey seconds, and Gemini hears of them', async () => {
    const page = await record(await faceThatLeaves());
    await page.getByText('segundos · «mi día»').waitFor();
    const seconds = await strip(page, '#reading-strip');
    expect(seconds).toHaveLength(15);
    expect(seconds).toMatch(/h\.+h/);
    const read = seconds.replaceAll(/[.?]/g, '').length;
    await page.getByText(`Leídos ${read} de 15 s`).first().waitFor();
    await expect.poll(() => server.gemini.requests.length).toBe(1);
    expect(server.gemini.requests[0]?.prompt).toMatch(/no se ve \(\d s\)[^]*Alegría \(\d s\)/);
    expect(open.problems).toEqual([]);
  });

  test('a camera that is muted while one records leaves grey seconds to the end', async () => {
    const page = await record(smiling);
    await expect.poll(() => strip(page, '#strip')).toMatch(/hhh/);
    await page.evaluate(muteCamera);
    await expect.poll(() => strip(page, '#strip')).toMatch(/h\.\.+ /);
    await page.getByText('Se leyeron menos de diez segundos').waitFor();
    expect(server.gemini.requests).toHaveLength(0);
  });

  test('a server that is restarted while one records leaves grey seconds, and the rest is read', async () => {
    const first = await startPageServer();
    // Long enough for a server that takes its time to start.
    const page = await record(smiling, first.url, '30 s');
    await expect.poll(() => strip(page, '#strip')).toMatch(/hhh/);
    await first.close();
    const second = await startPageServer({ port: Number(new URL(first.url).port) });
    try {
      await expect.poll(() => strip(page, '#strip')).toMatch(/h\.+h/);
      await page.getByText('segundos · «mi día»').waitFor();
      expect(await strip(page, '#reading-strip')).toMatch(/^.?hh+.?\.+.?h+.?$/);
    } finally {
      await open.page.goto('about:blank');
      await second.close();
    }
  });
});
