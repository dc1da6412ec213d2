import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPage, type OpenPage } from '../support/browser.js';
import { describeWith } from '../support/requirements.js';
import { keepSessions } from './kept-sessions.js';
import { pageRequirements, startPageServer, type PageServer } from './page-server.js';

describeWith('what one keeps and takes along', pageRequirements, () => {
  let server: PageServer;
  let open: OpenPage;
  let page: Page;

  beforeAll(async () => {
    server = await startPageServer();
    open = await openPage(server.url, 'none', {
      permissions: ['clipboard-read', 'clipboard-write'],
      timezoneId: 'America/Argentina/Buenos_Aires',
    });
    page = open.page;
    await keepSessions(page, [
      {
        context: 'mi <b>examen</b>, "el final"',
        seconds: 'nnnnsssss?s..hhhhhhh',
        reading: 'Te **escuché**.',
      },
      { context: 'mi perro', seconds: 'hhhhhhhhhhhhhhh', reading: 'Qué bien.' },
    ]);
    await page.reload();
    await page.getByRole('button', { name: 'Ver: mi <b>examen</b>' }).click();
    await page
      .getByText('Empezaste en calma, pasaste por la tristeza y acabaste con alegría.')
      .first()
      .waitFor();
  });
  afterAll(async () => {
    await open.close();
    await server.close();
  });

  async function downloaded(name: string): Promise<{ name: string; bytes: Buffer }> {
    await page.locator('summary').filter({ hasText: 'Descargar' }).click();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name }).click(),
    ]);
    return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
  }

  test('the table has a row a second and a row a frame', async () => {
    const { name, bytes } = await downloaded('Tabla (CSV)');
    expect(name).toBe('emochat-2026-11-20-1504.csv');
    const rows = bytes.toString().split('\r\n');
    expect(rows).toHaveLength(1 + 20 + 1 + 1);
    expect(rows[0]).toBe('row,time,state,emotion,sure,HAPPY,SAD,NEUTRAL');
    expect(rows[5]).toBe('second,4,read,SAD,true,,0.8750,');
    expect(rows[10]).toBe('second,9,unsure,,false,,,');
    expect(rows[21]).toBe('frame,0.066,face,SAD,false,0.2500,0.7500,');
  });

  test('the data are JSON, with context and reading', async () => {
    const { bytes } = await downloaded('Datos (JSON)');
    const session = JSON.parse(bytes.toString()) as { seconds: unknown[]; context: string; reading: unknown };
    expect(session.seconds).toHaveLength(20);
    expect(session.context).toBe('mi <b>examen</b>, "el final"');
    expect(session.reading).toEqual({ text: 'Te **escuché**.', language: 'es' });
  });

  test('the page stands alone, and shows what the visitor wrote as it is', async () => {
    const { bytes } = await downloaded('Página (HTML)');
    const html = bytes.toString();
    expect(html).not.toMatch(/<script|https?:|<b>/);
    const other = await page.context().browser()?.newPage();
    await other?.setContent(html);
    expect(await other?.locator('h1').innerText()).toBe('mi <b>examen</b>, "el final"');
    expect(await other?.locator('section strong').innerText()).toBe('escuché');
    expect(await other?.locator('ol li').count()).toBe(20);
    await other?.close();
  });

  test('the picture is a PNG with the colours of the strip', async () => {
    const { bytes } = await downloaded('Imagen (PNG)');
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    expect(bytes.readUInt32BE(16)).toBe(1200);
    const colours = await page.evaluate(async (base64) => {
      const image = new Image();
      image.src = `data:image/png;base64,${base64}`;
      await image.decode();
      const canvas = new OffscreenCanvas(image.width, image.height);
      const context = canvas.getContext('2d');
      context?.drawImage(image, 0, 0);
      const { data = [] } = context?.getImageData(0, 0, image.width, image.height) ?? {};
      const seen = new Set<string>();
      for (let i = 0; i < data.length; i += 4) seen.add([data[i], data[i + 1], data[i + 2]].join());
      return [...seen];
    }, bytes.toString('base64'));
    for (const colour of ['47,156,149', '111,169,216', '255,181,69', '207,198,193'])
      expect(colours).toContain(colour);
  });

  test('the copied text tells the same', async () => {
    await page.getByRole('button', { name: 'Copiar' }).click();
    await page.getByText('Copiado.').waitFor();
    const text = await page.evaluate(() => navigator.clipboard.readText());
    expect(text).toContain('Empezaste en calma, pasaste por la tristeza y acabaste con alegría.');
    expect(text).toContain('Te escuché.');
  });

  test('the buttons of the history change their language with the page, the word on them and the name for screen readers', async () => {
    const show = page.locator('#kept button').first();
    await page.getByRole('button', { name: 'switch to English' }).click();
    expect(await show.innerText()).toBe('Show');
    expect(await show.getAttribute('aria-label')).toMatch(/^Show: /);
    await page.getByRole('button', { name: 'cambiar a español' }).click();
    expect(await show.innerText()).toBe('Ver');
  });

  test('sessions can be deleted, one and all; nothing is kept unless it was switched on', async () => {
    await page.getByRole('button', { name: 'Borrar: mi perro' }).click();
    await expect.poll(() => page.locator('#kept li').count()).toBe(1);
    await page.getByRole('button', { name: 'Borrar todo' }).click();
    await page.getByRole('button', { name: 'Sí, borrar todo' }).click();
    await page.locator('#historial').waitFor({ state: 'hidden' });
    await page.reload();
    await page.getByRole('heading', { name: 'Tu rostro' }).waitFor();
    expect(await page.locator('#historial').isVisible()).toBe(false);
    const fresh = await openPage(server.url, 'none');
    expect(await fresh.page.evaluate(() => indexedDB.databases())).toEqual([]);
    await fresh.close();
    expect(open.problems).toEqual([]);
  });
});
