import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { englishTexts } from '../../public/text/english.js';
import { openPage, type OpenPage } from '../support/browser.js';
import { describeWith } from '../support/requirements.js';
import { projectRoot } from '../support/checkout.js';
import { pageRequirements, startPageServer, type PageServer } from './page-server.js';

describe('the English of the page', () => {
  test('has a text for each that stands in the page, and no other', async () => {
    const html = await readFile(join(projectRoot, 'public/index.html'), 'utf8');
    const keys = new Set([...html.matchAll(/data-text="([^"]+)"/g)].map(([, key]) => key));
    expect([...keys].sort()).toEqual(Object.keys(englishTexts).sort());
  });
});

describeWith('the languages of the page', pageRequirements, () => {
  let server: PageServer;
  let open: OpenPage;

  beforeAll(async () => void (server = await startPageServer()));
  afterAll(() => server.close());
  afterEach(() => open.close());

  test.for([
    ['en-GB', 'en', 'Your face speaks, too'],
    ['es-MX', 'es', 'Tu rostro también habla'],
    ['fr-FR', 'es', 'Tu rostro también habla'],
  ] as const)('a browser that speaks %s is met in %s', async ([locale, language, title]) => {
    open = await openPage(server.url, 'pattern', { locale });
    expect(await open.page.locator('html').getAttribute('lang')).toBe(language);
    await open.page.getByRole('heading', { name: title }).waitFor();
  });

  test('the first view weighs less than 120 kB, and asks nobody else', async () => {
    open = await openPage(server.url, 'none');
    await open.page.getByRole('heading', { name: 'Tristeza' }).waitFor();
    const weight = await open.page.evaluate(() =>
      ['navigation', 'resource']
        .flatMap((type) => performance.getEntriesByType(type) as PerformanceResourceTiming[])
        .reduce((sum, { transferSize }) => sum + transferSize, 0),
    );
    expect(weight).toBeGreaterThan(20_000);
    expect(weight).toBeLessThan(120_000);
    expect(open.problems).toEqual([]);
  });

  test('English when asked for: texts, live messages, requests; and at the next visit', async () => {
    open = await openPage(server.url, 'pattern');
    const { page } = open;
    await page.getByRole('button', { name: 'Activar cámara', exact: true }).click();
    await page.locator('#word').getByText('No se detecta ningún rostro').waitFor();
    const socket = page.waitForEvent('websocket');
    await page.getByRole('button', { name: 'switch to English' }).click();
    expect((await socket).url()).toContain('lang=en');
    await page.locator('#word').getByText('No face to be seen').waitFor();
    await page.getByRole('button', { name: 'Record', exact: true }).waitFor();
    await page.reload();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    expect(await page.title()).toContain('What you feel');
    await page.getByRole('button', { name: 'cambiar a español' }).click();
    await page.getByRole('button', { name: 'Activar cámara', exact: true }).waitFor();
    expect(open.problems).toEqual([]);
  });
});
