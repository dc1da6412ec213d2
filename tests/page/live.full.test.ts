import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openPage, type FakeCamera, type OpenPage } from '../support/browser.js';
import { describeWith } from '../support/requirements.js';
import {
  pageRequirements,
  startPageServer,
  threePeople,
  type PageServer,
  openLive,
  word,
} from './page-server.js';

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

/** Which two of word, tools and people's names lie on each other by more than a pixel. */
function overlaps(): string[] {
  const shown = ['#word', '.tool:not([hidden])', '.person > span:not(:empty)'].flatMap((selector) =>
    [...document.querySelectorAll(selector)].map((element) => ({
      name: element.textContent.trim() || element.id,
      owner: element.closest('.person, .tools') ?? element,
      box: element.getBoundingClientRect(),
    })),
  );
  // Nothing lies on what is not there.
  if (shown.length < 7) return [`only ${shown.map(({ name }) => name).join(', ')}`];
  return shown.flatMap((one, i) =>
    shown.slice(i + 1).flatMap((other) => {
      if (one.owner === other.owner || other.box.width === 0) return [];
      const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
      return across > 1 && down > 1 ? [`${one.name} / ${other.name}`] : [];
    }),
  );
}

describeWith('the live page, at length', pageRequirements, () => {
  let server: PageServer;
  let open: OpenPage;

  beforeAll(async () => void (server = await startPageServer()));
  afterAll(() => server.close());
  afterEach(() => open.close());

  async function turnOn(camera: FakeCamera, before?: () => void): Promise<Page> {
    open = await openLive(server.url, camera, before);
    return open.page;
  }

  test('a busy server is left alone for as long as it asks, without a word', async () => {
    open = await openPage(server.url, 'pattern');
    const { page } = open;
    const asked: number[] = [];
    await page.routeWebSocket('**/live?*', (socket) => {
      const behind = socket.connectToServer();
      socket.onMessage((message) => {
        asked.push(performance.now());
        if (asked.length > 1) behind.send(message);
        else socket.send(JSON.stringify({ error: 'Ocupado', code: 'BUSY', retryAfter: 2 }));
      });
    });
    await page.getByRole('button', { name: 'Activar cámara', exact: true }).click();
    await word(page, 'Analizando...');
    await word(page, 'No se detecta ningún rostro');
    expect((asked[1] ?? 0) - (asked[0] ?? 0)).toBeGreaterThan(1500);
  });

  test('leaves nothing behind with each frame', async () => {
    const page = await turnOn('pattern', countListeners);
    await word(page, 'No se detecta ningún rostro');
    const waiting = () => page.evaluate(() => Number(document.documentElement.dataset['waiting']));
    await page.waitForTimeout(1500);
    expect(await waiting()).toBeLessThan(6);
  });

  test('of several people one is read, and another when a click or a key says so', async () => {
    const page = await turnOn(await threePeople());
    const person = (number: number) => page.getByRole('button', { name: `Leer a la persona ${number}` });
    const read = () => page.locator('.person[aria-pressed=true]').getAttribute('aria-label');
    await person(3).waitFor();
    await expect.poll(read).toBeTruthy();
    const first = await read();
    for (let i = 0; i < 10; i += 1) {
      expect(await read()).toBe(first);
      await page.waitForTimeout(100);
    }
    const other = first?.endsWith('2') === true ? 3 : 2;
    await person(other).click();
    await expect.poll(read).toBe(`Leer a la persona ${other}`);
    await page.keyboard.press('1');
    await expect.poll(read).toBe('Leer a la persona 1');
    expect(open.problems).toEqual([]);
  });

  test('word, names and tools do not cover one another, on a phone, too, and after it is turned', async () => {
    const page = await turnOn(await threePeople());
    await page.locator('.person').nth(2).waitFor();
    await word(page, 'Alegría');
    for (const [width, height] of [
      [1366, 768],
      [390, 844],
      [844, 390],
      [1366, 768],
    ] as const) {
      // prettier-ignore
      await page.setViewportSize({ width, height });
      await expect
        .poll(() => page.evaluate(overlaps), { message: `${width} × ${height}`, timeout: 10_000 })
        .toEqual([]);
    }
  });

  test('another camera can be chosen, and is remembered', async () => {
    const page = await turnOn('two');
    const cameras = page.getByRole('combobox', { name: 'Cámara' });
    await cameras.waitFor();
    const chosen = () => cameras.evaluate((select: HTMLSelectElement) => select.selectedIndex);
    const other = 1 - (await chosen());
    await cameras.selectOption({ index: other });
    await word(page, 'No se detecta ningún rostro');
    await expect.poll(chosen).toBe(other);
    await page.reload();
    await page.getByRole('button', { name: 'Activar cámara', exact: true }).click();
    await expect.poll(chosen).toBe(other);
    expect(open.problems).toEqual([]);
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
