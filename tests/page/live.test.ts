import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openPage, type FakeCamera, type OpenPage } from '../support/browser.js';
import { describeWith } from '../support/shared.js';
import { pageRequirements, serious, smiling, startPageServer, type PageServer } from './page-server.js';

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

  async function turnOn(camera: FakeCamera, before?: () => void): Promise<Page> {
    open = await openPage(server.url, camera, { locale: 'es' }, before);
    await open.page.getByRole('button', { name: 'Activar cámara', exact: true }).click();
    return open.page;
  }

  const word = (page: Page, text: string | RegExp) => page.locator('#word').getByText(text).waitFor();
  const tracks = (page: Page) =>
    page.locator('video').evaluate((video: HTMLVideoElement) => video.srcObject !== null);

  test.for([
    ['Tristeza', serious, /^(Tristeza|No estoy seguro)$/],
    ['Alegría', smiling, /^Alegría$/],
  ] as const)('sees %s in who is, with word, bars, a box and points', async ([emotion, camera, said]) => {
    const page = await turnOn(camera);
    await word(page, said);
    const bar = page.locator('#bars li').filter({ hasText: emotion }).locator('.bar-number');
    expect(parseInt(await bar.innerText())).toBeGreaterThan(50);
    const drawn = await page.locator('#overlay').evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {
        data: [],
      };
      return data.filter((value, i) => i % 4 === 3 && value > 0).length;
    });
    expect(drawn).toBeGreaterThan(1000);
    expect(open.problems).toEqual([]);
  });

  test('says kindly that there is no face; turned off, no more frames; and goes on', async () => {
    const page = await turnOn('pattern');
    await word(page, 'No se detecta ningún rostro');
    await page.getByRole('button', { name: 'Apagar' }).click();
    expect(await tracks(page)).toBe(false);
    const sent = open.requests.length;
    await page.waitForTimeout(500);
    expect(open.requests.length).toBeLessThanOrEqual(sent + 1);
    await page.getByRole('button', { name: 'Activar cámara', exact: true }).click();
    await word(page, 'No se detecta ningún rostro');
    expect(open.problems).toEqual([]);
  });

  test('shows no emotion of a picture that stands still, and says so', async () => {
    const page = await turnOn(smiling);
    await word(page, 'Alegría');
    await page.locator('video').evaluate((video: HTMLVideoElement) => video.pause());
    await word(page, 'La imagen está congelada');
    expect(await page.locator('#word-picture').isVisible()).toBe(false);
  });

  test('says that the server is gone, and goes on by itself when it is back', async () => {
    const page = await turnOn('pattern');
    await word(page, 'No se detecta ningún rostro');
    await page.route('**/predict?*', (route) => route.abort('connectionrefused'));
    await word(page, 'No hay respuesta del servidor');
    await page.unroute('**/predict?*');
    await word(page, 'No se detecta ningún rostro');
  });

  test('a busy server is left alone for as long as it asks, without a word', async () => {
    open = await openPage(server.url, 'pattern', { locale: 'es' });
    const { page } = open;
    const asked: number[] = [];
    await page.route('**/predict?*', async (route) => {
      asked.push(performance.now());
      if (asked.length > 1) return route.continue();
      await route.fulfill({ status: 503, headers: { 'retry-after': '2' }, json: { error: 'Ocupado' } });
    });
    await page.getByRole('button', { name: 'Activar cámara', exact: true }).click();
    await word(page, 'Analizando...');
    await word(page, 'No se detecta ningún rostro');
    expect((asked[1] ?? 0) - (asked[0] ?? 0)).toBeGreaterThan(1900);
  });

  test('leaves nothing behind with each frame', async () => {
    const page = await turnOn('pattern', countListeners);
    await word(page, 'No se detecta ningún rostro');
    const waiting = () => page.evaluate(() => Number(document.documentElement.dataset['waiting']));
    await page.waitForTimeout(1500);
    expect(await waiting()).toBeLessThan(6);
  });

  test('a hidden tab sends nothing', async () => {
    const page = await turnOn('pattern');
    await word(page, 'No se detecta ningún rostro');
    await page.evaluate(() => {
      Object.defineProperty(document, 'hidden', { value: true, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await page.waitForTimeout(500);
    const sent = open.requests.length;
    await page.waitForTimeout(1000);
    expect(open.requests.length).toBe(sent);
  });

  test('fills the screen with the camera and comes back', async () => {
    const page = await turnOn('pattern');
    await page.getByRole('button', { name: 'Pantalla completa' }).click();
    await page.getByRole('button', { name: 'Grabar', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Salir de pantalla completa' }).click();
    await page.getByRole('button', { name: 'Pantalla completa' }).waitFor();
    expect(open.problems).toEqual([]);
  });
});
