import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openPage, type OpenPage } from '../support/browser.js';
import { poorContrasts } from '../support/contrast.js';
import { describeWith } from '../support/shared.js';
import { pageRequirements, startPageServer, type PageServer } from './page-server.js';

describeWith('a page for everyone', pageRequirements, () => {
  let server: PageServer;
  let open: OpenPage;

  beforeAll(async () => void (server = await startPageServer()));
  afterAll(() => server.close());
  afterEach(() => open.close());

  test.for(['light', 'dark'] as const)('its texts can be read in the %s', async (colorScheme) => {
    open = await openPage(server.url, 'pattern', { colorScheme, reducedMotion: 'reduce' });
    expect(await poorContrasts(open.page)).toEqual([]);
    await open.page.getByRole('button', { name: 'Activar Cámara' }).click();
    await open.page.getByText('No se detecta ningún rostro').waitFor();
    expect(await poorContrasts(open.page)).toEqual([]);
  });

  test('every control and picture has a name or is marked as ornament; headings come in order', async () => {
    open = await openPage(server.url, 'pattern');
    const nameless = await open.page.evaluate(() => {
      const named = (element: Element) =>
        [element.getAttribute('aria-label'), element.textContent].some((name) => name?.trim()) ||
        (element instanceof HTMLTextAreaElement && element.labels.length > 0);
      const controls = [...document.querySelectorAll('a, button, textarea')].filter((e) => !named(e));
      const pictures = [...document.querySelectorAll('img:not([alt]), svg:not([aria-hidden])')];
      return [...controls, ...pictures].map((element) => element.outerHTML);
    });
    expect(nameless).toEqual([]);
    const levels = await open.page
      .locator('h1, h2, h3')
      .evaluateAll((headings) => headings.map(({ tagName }) => Number(tagName[1])));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    expect(levels.every((level, i) => level - (levels[i - 1] ?? 0) <= 1)).toBe(true);
    expect(await open.page.locator('#overlay').getAttribute('role')).toBe('status');
  });

  test('works by keyboard alone: skip link first, camera on and off without losing the focus', async () => {
    open = await openPage(server.url, 'pattern');
    const { page } = open;
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(new URL(page.url()).hash).toBe('#camara');
    const activate = page.getByRole('button', { name: 'Activar Cámara' });
    for (let i = 0; i < 3 && !(await activate.evaluate((e) => e === document.activeElement)); i += 1) {
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    await page.getByText('No se detecta ningún rostro').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.getByText('En pausa').waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('pause');
  });

  test.for([320, 390, 768, 1280, 3840])('fits a window %d pixels wide', async (width) => {
    open = await openPage(server.url, 'pattern', { viewport: { width, height: 800 } });
    const content = await open.page.evaluate(() => document.documentElement.scrollWidth);
    expect(content).toBeLessThanOrEqual(width);
    const cut = await open.page.locator('a, button, textarea, p, h1, h2, h3, img').evaluateAll((elements) =>
      elements
        .filter((element) => element.checkVisibility() && !element.classList.contains('skip-link'))
        .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
        .map((element) => element.outerHTML),
    );
    expect(cut).toEqual([]);
  });
});
