import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openPage, type OpenPage } from '../support/browser.js';
import { geminiAnswers } from '../support/gemini-server.js';
import { describeWith } from '../support/requirements.js';
import { keepSessions } from './kept-sessions.js';
import { pageRequirements, startPageServer, type PageServer } from './page-server.js';

/** Shows a session of twenty seconds that has no reading yet. */
async function showSession(page: Page): Promise<void> {
  await keepSessions(page, [{ context: 'mi examen', seconds: 'nnnnsssss?s..hhhhhhh', reading: '' }]);
  await page.reload();
  await page.getByRole('button', { name: 'Ver: mi examen' }).click();
}

describeWith('the reading', pageRequirements, () => {
  let server: PageServer;
  let open: OpenPage;
  let page: Page;

  beforeAll(async () => {
    server = await startPageServer();
    open = await openPage(server.url, 'none');
    page = open.page;
    await page.clock.install();
  });
  afterAll(async () => {
    await open.close();
    await server.close();
  });
  beforeEach(() => showSession(page));
  afterEach(() => void (server.gemini.requests.length = 0));

  const ask = () => page.getByRole('button', { name: 'Pedir la lectura' }).click();
  const text = (wanted: string) => page.locator('#gemini-text').getByText(wanted).waitFor();
  const note = (wanted: string) => page.locator('#gemini-note').getByText(wanted).waitFor();

  test('appears as it is written, tells every second, and can be had in the other language', async () => {
    const pieces = ['Te **escu', 'ché** con calma.', '\n\nUn abrazo.'];
    server.gemini.respondWith(geminiAnswers.stream(pieces, { pause: 400 }));
    await ask();
    await page.getByText('escribiendo…').waitFor();
    await text('Un abrazo.');
    expect(await page.locator('#gemini-text strong').innerText()).toBe('escuché');
    expect(server.gemini.requests[0]?.prompt).toMatch(/Alegría[^]*20/);

    server.gemini.respondWith(geminiAnswers.text('I listened.'));
    await page.getByRole('button', { name: 'switch to English' }).click();
    await page.getByRole('button', { name: 'Read in English' }).click();
    await text('I listened.');
    await page.getByRole('button', { name: 'cambiar a español' }).click();
  });

  test.for([
    ['SAFETY', 'por sus filtros de seguridad'],
    ['MAX_TOKENS', 'llegó a su límite de palabras'],
  ] as const)('that Gemini broke off (%s) is said to be incomplete', async ([finish, said]) => {
    server.gemini.respondWith(geminiAnswers.stream(['Empezaste en'], { finish }));
    await ask();
    await text('Empezaste en');
    await note(said);
  });

  test('that is silent for five seconds says so, and can be cancelled and asked for again', async () => {
    server.gemini.respondWith(geminiAnswers.silence(), geminiAnswers.text('Aquí estoy.'));
    await ask();
    await note('Gemini está leyendo tus emociones…');
    await page.clock.fastForward(5100);
    await note('Gemini se toma su tiempo');
    await page.getByRole('button', { name: 'Cancelar' }).filter({ visible: true }).click();
    await note('Lectura cancelada.');
    const again = page.getByRole('button', { name: 'Intentar de nuevo' });
    await expect.poll(() => again.evaluate((button) => button === document.activeElement)).toBe(true);
    await again.click();
    await text('Aquí estoy.');
  });

  test('that fails half-way keeps what was written', async () => {
    server.gemini.respondWith(geminiAnswers.stream(['Empezaste en calma.'], { then: 'error' }));
    await ask();
    await page.getByRole('button', { name: 'Intentar de nuevo' }).waitFor();
    await text('Empezaste en calma.');
  });
});

describeWith('a server without a key for Gemini', pageRequirements, () => {
  test('is known to be without before one records; the summary is there all the same', async () => {
    const server = await startPageServer({ key: '' });
    const open = await openPage(server.url, 'none');
    const { page, problems } = open;
    await page.locator('#session-note').getByText('no tiene clave de Gemini').waitFor();
    await showSession(page);
    await page
      .getByText('Empezaste en calma, pasaste por la tristeza y acabaste con alegría.')
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Pedir la lectura' }).click();
    await page.locator('#gemini-note').getByText('no tiene clave de Gemini').waitFor();
    expect(server.gemini.requests).toHaveLength(0);
    expect(problems).toEqual([]);
    await open.close();
    await server.close();
  });
});
