import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPage, type OpenPage } from '../support/browser.js';
import { forestFile } from '../support/server.js';
import { describeWith } from '../support/shared.js';
import { pageRequirements, sadThenHappy, startPageServer, type PageServer } from './page-server.js';

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
  const open = await openPage(server.url, { clip: sadThenHappy });
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

  test('does not promise an emotion that it knows, and has words for each', async () => {
    const { open } = served;
    const badge = open.page.getByText('Próximamente').filter({ visible: true });
    const promised = open.page.locator('.card').filter({ has: badge }).getByRole('heading');
    await expect.poll(() => promised.allInnerTexts()).toEqual(['Sorpresa']);
    await open.page.getByRole('button', { name: 'Activar Cámara' }).click();
    await open.page.getByText(/^Emoción detectada: (ANGRY|NEUTRAL)$/).waitFor();
    expect(await open.page.locator('#probabilities .bar-name').allInnerTexts()).toEqual(['Enojo', 'Neutral']);
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
    const overlay = page.locator('#overlay');
    await page.clock.install();
    await page.getByRole('button', { name: 'Activar Cámara' }).click();
    await overlay.getByText('No estoy seguro', { exact: true }).waitFor();
    expect(await page.locator('#probabilities .bar-name').allInnerTexts()).toEqual(['Alegría', 'Tristeza']);
    await page.getByLabel('Contexto (¿De qué vas a hablar?)').fill('mi día');
    await page.getByRole('button', { name: 'Grabar Análisis (30s)' }).click();
    await page.waitForResponse('**/predict');
    await page.waitForResponse('**/predict');
    expect(await page.locator('#heard li').count()).toBe(0);
    await page.clock.fastForward(31_000);
    await page.getByText('No se detectó ninguna emoción en los 30 segundos').waitFor();
    expect(server.gemini.requests).toHaveLength(0);
    await page.getByRole('button', { name: 'English' }).click();
    await overlay.getByText('Not sure', { exact: true }).waitFor();
    expect(open.problems).toEqual([]);
  });
});
