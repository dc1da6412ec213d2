import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openPage, type FakeCamera, type OpenPage } from '../support/browser.js';
import { describeWith } from '../support/shared.js';
import { noFace, pageRequirements, sadThenHappy, startPageServer, type PageServer } from './page-server.js';

interface Said {
  /** Seconds since the camera was asked for. */
  second: number;
  text: string;
}

/** Presses «Activar Cámara» and notes what the overlay says for some seconds, each text with its time. */
async function watchOverlay(page: Page, seconds: number): Promise<Said[]> {
  return page.evaluate(async (duration) => {
    const said: Said[] = [];
    const overlay = document.getElementById('overlay');
    const started = performance.now();
    const note = () =>
      said.push({ second: (performance.now() - started) / 1000, text: overlay?.textContent ?? '' });
    new MutationObserver(note).observe(overlay ?? document, { childList: true });
    document.getElementById('activate')?.click();
    await new Promise((resolve) => setTimeout(resolve, duration * 1000));
    note();
    return said;
  }, seconds);
}

/** Share of the time in which the overlay named an emotion during which it said `text`. */
function share(said: readonly Said[], text: string): number {
  let emotion = 0;
  let wanted = 0;
  said.forEach(({ second, text: shown }, i) => {
    const length = (said[i + 1]?.second ?? second) - second;
    if (!shown.startsWith('Emoción detectada: ')) return;
    emotion += length;
    if (shown === text) wanted += length;
  });
  return wanted / emotion;
}

/** Keeps the number of listeners on signals in `data-waiting` of the page: what piles up there is never let go. */
function countListeners(): void {
  let waiting = 0;
  const changes = { addEventListener: 1, removeEventListener: -1 };
  for (const [name, change] of Object.entries(changes)) {
    const real = Reflect.get(AbortSignal.prototype, name) as (...parameters: unknown[]) => void;
    Reflect.set(AbortSignal.prototype, name, function (this: AbortSignal, ...parameters: unknown[]) {
      waiting += change;
      document.documentElement.dataset['waiting'] = String(waiting);
      real.apply(this, parameters);
    });
  }
}

describeWith('the live page', pageRequirements, () => {
  let server: PageServer;
  let open: OpenPage;

  beforeAll(async () => void (server = await startPageServer()));
  afterAll(() => server.close());
  afterEach(() => open.close());

  async function openWith(camera: FakeCamera): Promise<Page> {
    open = await openPage(server.url, camera);
    return open.page;
  }

  const predictions = () => open.requests.filter((request) => request === 'POST /predict').length;

  // The hand that covers half of the face is gone by second 6; the laugh is there from second 12 of the clip to its end.
  const sad = { from: 6, to: 9 };
  const laughing = { from: 12, to: 20 };

  test.each([
    { emotion: 'SAD', seconds: sad, least: 0.7 },
    { emotion: 'HAPPY', seconds: laughing, least: 0.9 },
  ])('says $emotion of who is, a frame a second', async ({ emotion, seconds, least }) => {
    const page = await openWith({ clip: sadThenHappy, ...seconds });
    const said = await watchOverlay(page, 12);
    expect(said.slice(0, 2).map(({ text }) => text)).toEqual(['Iniciando cámara...', 'Analizando...']);
    expect(share(said, `Emoción detectada: ${emotion}`)).toBeGreaterThan(least);
    expect(predictions()).toBeGreaterThanOrEqual(6);
    expect(predictions()).toBeLessThanOrEqual(13);
    expect(await page.locator('#probabilities').innerText()).toMatch(
      /Alegría\s+[\d,]+\s%\s+Tristeza\s+[\d,]+\s%/,
    );
    expect(open.problems).toEqual([]);
  });

  test('follows the face from sad to happy', async () => {
    const page = await openWith({ clip: sadThenHappy, from: sad.from });
    await page.getByRole('button', { name: 'Activar Cámara' }).click();
    await page.getByText('Emoción detectada: SAD').waitFor();
    await page.getByText('Emoción detectada: HAPPY').waitFor();
    expect(open.problems).toEqual([]);
  });

  test('frames the face where it is', async () => {
    const page = await openWith({ clip: sadThenHappy });
    await page.getByRole('button', { name: 'Activar Cámara' }).click();
    const rectangle = page.locator('#face-box.visible rect');
    await rectangle.waitFor();
    const viewBox = await page.locator('#face-box').getAttribute('viewBox');
    const size = await page
      .locator('video')
      .evaluate((video: HTMLVideoElement) => `0 0 ${video.videoWidth} ${video.videoHeight}`);
    expect(viewBox).toBe(size);
    expect(Number(await rectangle.getAttribute('width'))).toBeGreaterThan(50);
  });

  test('says kindly that there is no face', async () => {
    const page = await openWith({ clip: noFace });
    await page.getByRole('button', { name: 'Activar Cámara' }).click();
    await page.getByText('No se detecta ningún rostro').waitFor();
    expect(open.problems).toEqual([]);
  });

  test('pauses: camera off, no more frames; and goes on', async () => {
    const page = await openWith('pattern');
    await page.getByRole('button', { name: 'Activar Cámara' }).click();
    await page.getByText('No se detecta ningún rostro').waitFor();
    await page.getByRole('button', { name: 'Pausar' }).click();
    await page.getByText('En pausa').waitFor();
    expect(await page.locator('video').evaluate((video: HTMLVideoElement) => video.srcObject)).toBeNull();
    const before = predictions();
    await page.waitForTimeout(2500);
    expect(predictions()).toBe(before);
    await page.getByRole('button', { name: 'Activar Cámara' }).click();
    await page.getByText('No se detecta ningún rostro').waitFor();
    expect(open.problems).toEqual([]);
  });

  test('rests while the tab is hidden', async () => {
    const page = await openWith('pattern');
    await page.getByRole('button', { name: 'Activar Cámara' }).click();
    await page.getByText('No se detecta ningún rostro').waitFor();
    const setHidden = (hidden: boolean) =>
      page.evaluate((value) => {
        Object.defineProperty(document, 'hidden', { value, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }, hidden);
    await setHidden(true);
    await page.waitForTimeout(1500);
    const before = predictions();
    await page.waitForTimeout(2500);
    expect(predictions()).toBe(before);
    await setHidden(false);
    await page.waitForRequest('**/predict', { timeout: 3000 });
  });

  test('keeps nothing of the seconds that have passed', async () => {
    open = await openPage(server.url, 'pattern', {}, countListeners);
    await open.page.getByRole('button', { name: 'Activar Cámara' }).click();
    const waiting = () => open.page.evaluate(() => Number(document.documentElement.dataset['waiting']));
    await expect.poll(predictions, { timeout: 20_000 }).toBeGreaterThanOrEqual(6);
    expect(await waiting()).toBeLessThanOrEqual(1);
  });

  test('says that the camera was unplugged, and starts again when asked', async () => {
    const page = await openWith('pattern');
    await page.getByRole('button', { name: 'Activar Cámara' }).click();
    await page.getByText('No se detecta ningún rostro').waitFor();
    await page.locator('video').evaluate((video: HTMLVideoElement) => {
      const [track] = (video.srcObject as MediaStream).getVideoTracks();
      track?.dispatchEvent(new Event('ended'));
    });
    await page.getByText('La cámara se desconectó').waitFor();
    await page.getByRole('button', { name: 'Activar Cámara' }).click();
    await page.getByText('No se detecta ningún rostro').waitFor();
    expect(open.problems).toEqual([]);
  });

  test('says that the server is gone, and recovers by itself when it is back', async () => {
    const passing = await startPageServer();
    open = await openPage(passing.url, 'pattern');
    await open.page.getByRole('button', { name: 'Activar Cámara' }).click();
    await open.page.getByText('No se detecta ningún rostro').waitFor();
    await passing.close();
    await open.page.getByText('No hay respuesta del servidor de EmoChat').waitFor();
    const back = await startPageServer({ port: Number(new URL(passing.url).port) });
    try {
      await open.page.getByText('No se detecta ningún rostro').waitFor({ timeout: 60_000 });
    } finally {
      await back.close();
    }
  }, 120_000);

  test('leaves a busy server alone for as long as it asks, without a word', async () => {
    const page = await openWith('pattern');
    const asked: number[] = [];
    await page.route('**/predict', async (route) => {
      asked.push(performance.now());
      if (asked.length > 1) return route.continue();
      await route.fulfill({ status: 503, headers: { 'retry-after': '3' }, json: { error: 'Ocupado' } });
    });
    const said = await watchOverlay(page, 7);
    const texts = said.map(({ text }) => text);
    expect(texts.slice(0, 2)).toEqual(['Iniciando cámara...', 'Analizando...']);
    expect(texts.at(-1)).toContain('No se detecta ningún rostro');
    expect(texts).not.toContain('Ocupado');
    expect((asked[1] ?? 0) - (asked[0] ?? 0)).toBeGreaterThan(2900);
  });

  test('fills the screen with the camera and comes back', async () => {
    const page = await openWith('pattern');
    await page.getByRole('button', { name: 'Pantalla completa' }).click();
    await page.getByRole('button', { name: 'Salir de pantalla completa' }).click();
    await page.getByRole('button', { name: 'Pantalla completa' }).waitFor();
    expect(open.problems).toEqual([]);
  });
});
