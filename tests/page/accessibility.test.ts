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

  test('axe finds nothing in either theme and language: history, reading, camera off and on', async () => {
    open = await openPage(server.url, 'pattern', { reducedMotion: 'reduce' });
    const { page } = open;
    const faultsInThemes = async () => {
      const found: string[] = [];
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        found.push(...(await faults(page)));
      }
      return found;
    };
    await keepSessions(page, [
      { context: 'mi perro', seconds: 'hhhh?sss..nnnnn', reading: 'Qué **bien**.' },
      { context: 'mi gato', seconds: 'hhhhhhhhhhhhhhh', reading: 'Bien.' },
    ]);
    await page.reload();
    expect(await faultsInThemes()).toEqual([]);
    await page.getByRole('button', { name: 'mi perro' }).first().click();
    await page.getByText('Qué bien.').waitFor();
    expect(await faultsInThemes()).toEqual([]);
    await page.getByRole('button', { name: 'switch to English' }).click();
    expect(await faultsInThemes()).toEqual([]);
    await page.reload();
    await page.getByRole('button', { name: 'Turn on camera', exact: true }).click();
    await page.locator('#word').getByText('No face to be seen').waitFor();
    expect(await faultsInThemes()).toEqual([]);
  });

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
