import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openPage, type OpenPage } from '../support/browser.js';
import { defaultAnalysis, geminiAnswers } from '../support/gemini-server.js';
import { describeWith } from '../support/requirements.js';
import {
  beginRecording,
  pageRequirements,
  smiling,
  startPageServer,
  type PageServer,
} from './page-server.js';

describeWith('a session', pageRequirements, () => {
  let server: PageServer;
  let open: OpenPage;

  beforeAll(async () => void (server = await startPageServer()));
  afterAll(() => server.close());
  afterEach(async () => {
    server.gemini.requests.length = 0;
    server.gemini.respondWith(geminiAnswers.text(defaultAnalysis));
    await open.close();
  });

  const again = (page: Page) => page.getByRole('button', { name: 'Intentar de nuevo' });

  test('goes from 3-2-1 over its seconds to a summary and a reading; what fails can be asked for again', async () => {
    server.gemini.respondWith(
      geminiAnswers.invalidKey(),
      geminiAnswers.text('Te escuché **con atención**.\n\n<img src=x onerror=alert(1)>Va un abrazo.'),
    );
    open = await openPage(server.url, smiling);
    const { page } = open;
    await page.clock.install();
    await beginRecording(page, 'una entrevista de trabajo', '30 s');
    await page.getByRole('timer').waitFor();
    await page.locator('#strip [data-emotion=HAPPY]').nth(1).waitFor();
    expect(await page.getByRole('button', { name: 'Terminar (en' }).getAttribute('aria-disabled')).toBe(
      'true',
    );
    expect(Number(await page.getByRole('timer').innerText())).toBeLessThan(30);
    // The button asks for ten seconds, the reading for ten that were read: on a slow machine one may be grey.
    await page.locator('#strip [data-emotion=HAPPY]').nth(10).waitFor();
    await page.getByRole('button', { name: 'Terminar y leer' }).click();

    await page.getByRole('heading', { name: 'segundos · «una entrevista de trabajo»' }).waitFor();
    await page.getByText('De principio a fin, tu cara habló con alegría.').waitFor();
    expect(await page.locator('video').evaluate((video: HTMLVideoElement) => video.srcObject)).toBeNull();
    await again(page).click();
    await page.getByText('Va un abrazo.').waitFor();
    expect(await page.locator('#gemini-text strong').innerText()).toBe('con atención');
    expect(await page.locator('#gemini-text img').count()).toBe(0);
    const prompts = server.gemini.requests.map(({ prompt }) => prompt);
    expect(prompts).toHaveLength(2);
    expect(prompts[1]).toContain('una entrevista de trabajo');
    expect(prompts[1]).toContain('Alegría');

    await page.getByLabel('Guardar en este navegador').check();
    await page.locator('#kept').getByText('una entrevista de trabajo').waitFor();

    // The last reading stays below the camera, until another has come.
    await page.getByRole('button', { name: 'Grabar otra vez' }).click();
    await page.getByRole('button', { name: 'Grabar', exact: true }).waitFor();
    expect(await page.getByText('Va un abrazo.').isVisible()).toBe(true);

    await page.reload();
    await page.getByRole('button', { name: 'Ver: una entrevista de trabajo' }).click();
    await page.getByText('Va un abrazo.').waitFor();
  });

  test('a double click on the record button records, and one on what takes its place discards nothing', async () => {
    open = await openPage(server.url, 'pattern');
    const { page } = open;
    await page.getByRole('button', { name: 'Activar cámara', exact: true }).click();
    await page.getByLabel('¿De qué vas a hablar?').fill('mi día');
    await page.getByRole('button', { name: 'Grabar', exact: true }).dblclick();
    await page.getByRole('timer').waitFor();
    await page.locator('#discard').waitFor();
  });

  test('asks for a context, and leads to its box', async () => {
    open = await openPage(server.url, 'pattern');
    const { page } = open;
    await page.getByLabel('¿De qué vas a hablar?').fill('  ');
    await page.getByRole('button', { name: 'Activar cámara y grabar' }).click();
    await page.getByText('Escribe primero de qué vas a hablar').waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('context');
  });
});
