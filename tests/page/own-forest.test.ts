import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPage, type OpenPage } from '../support/browser.js';
import { forestFile } from '../support/server.js';
import { describeWith } from '../support/shared.js';
import { pageRequirements, sadThenHappy, startPageServer, type PageServer } from './page-server.js';

describeWith('the page with a forest of other emotions', pageRequirements, () => {
  let folder: string;
  let server: PageServer;
  let open: OpenPage;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'emochat-'));
    const model = join(folder, 'own.json');
    const forest = JSON.parse(await readFile(forestFile, 'utf8')) as object;
    await writeFile(model, JSON.stringify({ ...forest, labels: ['ANGRY', 'NEUTRAL'] }));
    server = await startPageServer({ model });
    open = await openPage(server.url, { clip: sadThenHappy });
  });
  afterAll(async () => {
    await open.close();
    await server.close();
    await rm(folder, { recursive: true });
  });

  test('no longer promises an emotion that it knows by now, and has words for each', async () => {
    const badge = open.page.getByText('Próximamente').filter({ visible: true });
    const promised = open.page.locator('.card').filter({ has: badge }).getByRole('heading');
    expect(await promised.allInnerTexts()).toEqual(['Enojo', 'Sorpresa']);
    await open.page.getByRole('button', { name: 'Activar Cámara' }).click();
    await open.page.getByText(/^Emoción detectada: (ANGRY|NEUTRAL)$/).waitFor();
    expect(await promised.allInnerTexts()).toEqual(['Sorpresa']);
    expect(await open.page.locator('#probabilities .bar-name').allInnerTexts()).toEqual(['Enojo', 'Neutral']);
    expect(open.problems).toEqual([]);
  });
});
