import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openPage, type OpenPage } from '../support/browser.js';
import { describeWith } from '../support/requirements.js';
import { faults } from './axe.js';
import { keepSessions } from './kept-sessions.js';
import { pageRequirements, startPageServer, type PageServer } from './page-server.js';

describeWith('a page for everyone', pageRequirements, () => {
  let server: PageServer;
  let open: OpenPage;

  beforeAll(async () => void (server = await startPageServer()));
  afterAll(() => server.close());
  afterEach(() => open.close());

  test.for([
    ['light', 'es', 'Activar cámara', 'No se detecta ningún rostro'],
    ['dark', 'en', 'Turn on camera', 'No face to be seen'],
  ] as const)(
    'axe finds nothing in the %s theme: history, reading, camera off and on',
    async ([colorScheme, locale, on, seen]) => {
      open = await openPage(server.url, 'pattern', { colorScheme, locale, reducedMotion: 'reduce' });
      await keepSessions(open.page, [
        { context: 'mi perro', seconds: 'hhhh?sss..nnnnn', reading: 'Qué **bien**.' },
        { context: 'mi gato', seconds: 'hhhhhhhhhhhhhhh', reading: 'Bien.' },
      ]);
      await open.page.reload();
      expect(await faults(open.page)).toEqual([]);
      await open.page.getByRole('button', { name: 'mi perro' }).first().click();
      await open.page.getByText('Qué bien.').waitFor();
      expect(await faults(open.page)).toEqual([]);
      await open.page.reload();
      await open.page.getByRole('button', { name: on, exact: true }).click();
      await open.page.locator('#word').getByText(seen).waitFor();
      expect(await faults(open.page)).toEqual([]);
    },
  );

  test('works by keyboard alone: skip link first, camera on and off without losing the focus', async () => {
    open = await openPage(server.url, 'pattern');
    const { page } = open;
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(new URL(page.url()).hash).toBe('#camara');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('#word').getByText('No se detecta ningún rostro').waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('record');
    await page.getByRole('button', { name: 'Apagar' }).focus();
    await page.keyboard.press('Space');
    await page.locator('#stage').getByRole('button', { name: 'Activar cámara' }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('activate');
  });

  test('fits windows from 320 to 3840 pixels, camera off and on', async () => {
    open = await openPage(server.url, 'pattern');
    const { page } = open;
    for (const on of [false, true]) {
      if (on) await page.getByRole('button', { name: 'Activar cámara', exact: true }).click();
      for (const [width, height] of [
        [320, 568],
        [390, 844],
        [568, 320],
        [844, 390],
        [768, 1024],
        [1366, 650],
        [3840, 2000],
      ] as const) {
        await page.setViewportSize({ width, height });
        const content = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(content, `${width} × ${height}`).toBeLessThanOrEqual(width);
        if (!on) continue;
        // What belongs to half a minute is on the first screen.
        for (const id of ['#video', '#word', '#record']) {
          await page.locator(id).waitFor();
          const box = await page.locator(id).boundingBox();
          expect((box?.y ?? 0) + (box?.height ?? 0), `${id} at ${width} × ${height}`).toBeLessThanOrEqual(
            height,
          );
        }
      }
    }
  });
});
