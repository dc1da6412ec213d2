import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPage, type OpenPage } from '../support/browser.js';
import { forestFile } from '../support/server.js';
import { describeWith } from '../support/requirements.js';
import { pageRequirements, smiling, startPageServer, type PageServer } from './page-server.js';

interface Served {
  server: PageServer;
  open: OpenPage;
  close(): Promise<void>;
}

/** The page of a server whose forest is the shipped one, changed. */
async function serveChanged(change: (forest: { calibration: object }) => object): Promise<Served> {
  const folder = await mkdtemp(join(tmpdir(), 'emochat-'));
  const model = join(folder, 'own.json');
  const forest = JSON.parse(await readFile(forestFile, 'utf8')) as { calibration: object };
  await writeFile(model, JSON.stringify(change(forest)));
  const server = await startPageServer({ model });
  const open = await openPage(server.url, smiling);
  const close = async (): Promise<void> => {
    await open.close();
    await server.close();
    await rm(folder, { recursive: true });
  };
  return { server, open, close };
}

describeWith('the page with a forest of other emotions', pageRequirements, () => {
  let served: Served;
  beforeAll(async () => {
    served = await serveChanged((forest) => ({ ...forest, labels: ['ANGRY', 'NEUTRAL'] }));
  });
  afterAll(() => served.close());

  test('shows a card for each of its emotions, and has words for them', async () => {
    const { open } = served;
    const badge = open.page.getByText('Próximamente').filter({ visible: true });
    const promised = open.page.locator('.card').filter({ has: badge }).getByRole('heading');
    await expect.poll(() => promised.allInnerTexts()).toEqual(['Alegría', 'Tristeza', 'Sorpresa']);
    await open.page.getByRole('button', { name: 'Activar cámara', exact: true }).click();
    await open.page
      .locator('#word')
      .getByText(/^(Enojo|Neutral)$/)
      .waitFor();
    expect(await open.page.locator('#bars .bar-name').allInnerTexts()).toEqual(['Enojo', 'Neutral']);
    expect(open.problems).toEqual([]);
  });
});

describeWith('the page with a forest that is hardly ever sure', pageRequirements, () => {
  let served: Served;
  beforeAll(async () => {
    served = await serveChanged((forest) => ({ ...forest, calibration: { ...forest.calibration, sure: 1 } }));
  });
  afterAll(() => served.close());

  test('says so instead of a word that may be wrong, shows the probabilities, and records no emotion', async () => {
    const { server, open } = served;
    const { page } = open;
    await page.clock.install();
    await page.getByLabel('¿De qué vas a hablar?').fill('mi día');
    await page.getByRole('button', { name: 'Activar cámara y grabar' }).click();
    await page.locator('#word').getByText('No estoy seguro', { exact: true }).waitFor();
    expect(await page.locator('#bars .bar-name').allInnerTexts()).toEqual(['Alegría', 'Tristeza']);
    await page.locator('#strip [data-state=unsure]').first().waitFor();
    await page.clock.fastForward(31_000);
    await page.getByRole('heading', { name: 'Tus 30 segundos' }).waitFor();
    await page.getByText('Se leyeron menos de diez segundos').waitFor();
    expect(await page.locator('#reading-strip [data-state=read]').count()).toBe(0);
    expect(server.gemini.requests).toHaveLength(0);
    // For the frame under way the time was put forward, too: its socket is given up, and the next one may still be opening.
    expect(open.problems.filter((problem) => !problem.includes('closed before the connection'))).toEqual([]);
  });
});
