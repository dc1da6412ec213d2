import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openPage, type FakeCamera, type OpenPage } from '../support/browser.js';
import { defaultAnalysis, geminiAnswers } from '../support/gemini-server.js';
import { describeWith } from '../support/shared.js';
import { noFace, pageRequirements, sadThenHappy, startPageServer, type PageServer } from './page-server.js';

describeWith('recording an analysis', pageRequirements, () => {
  let server: PageServer;
  let open: OpenPage;

  beforeAll(async () => void (server = await startPageServer()));
  afterAll(() => server.close());
  afterEach(async () => {
    server.gemini.requests.length = 0;
    server.gemini.respondWith(geminiAnswers.text(defaultAnalysis));
    await open.close();
  });

  /** The page with its camera on and the first answer there. */
  async function openLive(camera: FakeCamera, firstAnswer: string): Promise<Page> {
    open = await openPage(server.url, camera);
    const { page } = open;
    // Time runs as ever, but a test can skip the rest of the 30 seconds.
    await page.clock.install();
    await page.getByRole('button', { name: 'Activar Cámara' }).click();
    await page.locator('#overlay').getByText(firstAnswer).waitFor();
    return page;
  }

  const record = (page: Page) => page.getByRole('button', { name: 'Grabar Análisis (30s)' }).click();
  const writeContext = (page: Page, text: string) =>
    page.getByLabel('Contexto (¿De qué vas a hablar?)').fill(text);
  const message = (page: Page) => page.locator('#session-message').innerText();

  test('ends after 30 real seconds in an analysis of the context and the emotions in Spanish', async () => {
    open = await openPage(server.url, { clip: sadThenHappy });
    const { page } = open;
    server.gemini.respondWith(geminiAnswers.text('Te escuché <b>con atención</b>.\n\nVa un abrazo.'));
    await page.getByRole('button', { name: 'Activar Cámara' }).click();
    await page.getByText('Emoción detectada').waitFor();
    await writeContext(page, 'una entrevista de trabajo');
    await record(page);
    const started = performance.now();
    expect(await page.getByRole('timer').innerText()).toMatch(/^00:(30|29|28)$/);
    await page.waitForTimeout(10_000);
    expect(await page.getByRole('timer').innerText()).toMatch(/^00:(20|1[5-9])$/);
    await page.getByRole('heading', { name: 'Análisis de Gemini AI:' }).waitFor({ timeout: 40_000 });
    expect(performance.now() - started).toBeGreaterThan(29_000);
    await page.getByText('Va un abrazo.').waitFor();
    expect(await page.locator('#analysis-text p').allInnerTexts()).toEqual([
      'Te escuché <b>con atención</b>.',
      'Va un abrazo.',
    ]);
    const heard = await page.locator('#heard li').allInnerTexts();
    expect(heard.length).toBeGreaterThan(10);
    expect(new Set(heard)).toEqual(new Set(['Alegría', 'Tristeza']));
    expect(server.gemini.requests).toHaveLength(1);
    const prompt = server.gemini.requests[0]?.prompt ?? '';
    expect(prompt).toContain('una entrevista de trabajo');
    expect(prompt).toContain(heard.join(', '));
    expect(open.problems).toEqual([]);
  });

  test('keeps the recording when the analysis fails, and sends it again when asked', async () => {
    server.gemini.respondWith(geminiAnswers.invalidKey(), geminiAnswers.text('Aquí estoy.'));
    const page = await openLive({ clip: sadThenHappy }, 'Emoción detectada');
    await writeContext(page, 'mi examen');
    await record(page);
    await page.locator('#heard li').first().waitFor();
    await page.clock.fastForward(30_000);
    await page.getByRole('button', { name: 'Intentar de nuevo' }).click();
    await page.getByText('Aquí estoy.').waitFor();
    expect(server.gemini.requests.map(({ prompt }) => prompt.includes('mi examen'))).toEqual([true, true]);
    expect(await page.getByRole('button', { name: 'Intentar de nuevo' }).isVisible()).toBe(false);
  });

  test('says what to do when the server is gone at the end', async () => {
    const page = await openLive({ clip: sadThenHappy }, 'Emoción detectada');
    await writeContext(page, 'mi día');
    await page.route('**/analyze_session', (route) => route.abort('connectionrefused'));
    await record(page);
    await page.locator('#heard li').first().waitFor();
    await page.clock.fastForward(30_000);
    await page.getByText('pulsa «Intentar de nuevo»: tu grabación sigue aquí').waitFor();
    await page.unroute('**/analyze_session');
    await page.getByRole('button', { name: 'Intentar de nuevo' }).click();
    await page.getByText(defaultAnalysis).waitFor();
  });

  test('asks for a context, and leads to its box', async () => {
    const page = await openLive('pattern', 'No se detecta');
    await writeContext(page, '  ');
    await record(page);
    expect(await message(page)).toContain('Escribe primero de qué vas a hablar');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('context');
    expect(await page.getByRole('timer').innerText()).toBe('00:30');
  });

  test('asks for the camera', async () => {
    open = await openPage(server.url, 'pattern');
    await writeContext(open.page, 'mi día');
    await record(open.page);
    expect(await message(open.page)).toContain('Activa primero la cámara');
    expect(open.problems).toEqual([]);
  });

  const waysToStop = [
    ['the button', (page: Page) => page.getByRole('button', { name: 'Detener y descartar' }).click()],
    ['pausing the camera', (page: Page) => page.getByRole('button', { name: 'Pausar' }).click()],
  ] as const;

  test.for(waysToStop)('is discarded when stopped early by %s, and nothing is sent', async ([, stop]) => {
    const page = await openLive({ clip: sadThenHappy }, 'Emoción detectada');
    await writeContext(page, 'mi día');
    await record(page);
    await page.locator('#heard li').first().waitFor();
    await stop(page);
    expect(await message(page)).toContain('Grabación descartada');
    expect(await page.locator('#heard li').count()).toBe(0);
    await page.clock.fastForward(31_000);
    await page.waitForTimeout(500);
    expect(open.requests).not.toContain('POST /analyze_session');
    expect(await page.getByRole('timer').innerText()).toBe('00:30');
    expect(open.problems).toEqual([]);
  });

  test('without a face ends in a message, and nothing is sent', async () => {
    const page = await openLive({ clip: noFace }, 'No se detecta');
    await writeContext(page, 'mi día');
    await record(page);
    await page.waitForTimeout(2500);
    await page.clock.fastForward(30_000);
    await page.getByText('No se detectó ninguna emoción en los 30 segundos').waitFor();
    expect(open.requests).not.toContain('POST /analyze_session');
    expect(open.problems).toEqual([]);
  });
});
