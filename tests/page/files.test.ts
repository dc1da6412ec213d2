import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPage, type OpenPage } from '../support/browser.js';
import { facePhoto, flatPicture, groupOfThree } from '../support/sample-photos.js';
import { describeWith } from '../support/requirements.js';
import { pageRequirements, smilingFor, startPageServer, type PageServer } from './page-server.js';

describeWith('photos and clips by file', pageRequirements, () => {
  let server: PageServer;
  let open: OpenPage;
  let page: Page;

  beforeAll(async () => {
    server = await startPageServer();
    open = await openPage(server.url, 'none');
    page = open.page;
  });
  afterAll(async () => {
    await open.close();
    await server.close();
  });

  const says = (text: string | RegExp) => page.locator('#file-message').getByText(text).waitFor();
  const choose = (file: string | { name: string; mimeType: string; buffer: Buffer }) =>
    page.getByLabel('Elegir foto o vídeo').setInputFiles(file);

  /** Hands a photo to the page as a drop or a paste would. */
  async function give(file: string, how: 'drop' | 'paste'): Promise<void> {
    const base64 = (await readFile(file)).toString('base64');
    await page.evaluate(
      ([bytes, type]) => {
        const data = new DataTransfer();
        const photo = Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0));
        data.items.add(new File([photo], 'photo.jpg', { type: 'image/jpeg' }));
        const init = { bubbles: true, cancelable: true };
        const event =
          type === 'drop'
            ? new DragEvent('drop', { ...init, dataTransfer: data })
            : new ClipboardEvent('paste', { ...init, clipboardData: data });
        document.body.dispatchEvent(event);
      },
      [base64, how] as const,
    );
  }

  test('a photo chosen shows its face and its emotion', async () => {
    await choose(facePhoto);
    await says('Un rostro: alegría.');
    expect(await page.locator('#photo').isVisible()).toBe(true);
  });

  test('a photo dropped, and one pasted, are read, too', async () => {
    await give(groupOfThree, 'drop');
    await says(/^3 rostros; el más grande: /);
    await give(facePhoto, 'paste');
    await says('Un rostro: alegría.');
  });

  test('without a face, or not to be opened, it says what to do', async () => {
    await choose(flatPicture);
    await says('En esta foto no se ve ningún rostro');
    await choose({ name: 'broken.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no photo') });
    await says('Este navegador no puede abrir ese archivo');
    await choose({ name: 'broken.mp4', mimeType: 'video/mp4', buffer: Buffer.from('no clip') });
    await says('Este navegador no puede abrir ese archivo');
  });

  test('a clip becomes a session: strip, summary and reading', async () => {
    await page.getByLabel('¿De qué vas a hablar?').fill('un vídeo de mi fiesta');
    await choose(await smilingFor(12));
    await page.getByRole('heading', { name: 'Tus 12 segundos · «un vídeo de mi fiesta»' }).waitFor();
    expect(await page.locator('#reading-strip [data-emotion=HAPPY]').count()).toBeGreaterThanOrEqual(11);
    await page.getByText('De principio a fin, tu cara habló con alegría.').waitFor();
    await expect.poll(() => server.gemini.requests.length).toBe(1);
    expect(server.gemini.requests[0]?.prompt).toContain('un vídeo de mi fiesta');

    // What the last one was about is not what the next one is about.
    await choose(await smilingFor(3));
    await page.getByRole('heading', { name: 'Tus 3 segundos · «smiling-3.webm»' }).waitFor();
    expect(open.problems).toEqual([]);
  });
});
