import { afterAll, beforeAll, expect, test } from 'vitest';
import { facePhoto } from '../support/sample-photos.js';
import { describeWith } from '../support/requirements.js';
import {
  openLive,
  pageRequirements,
  smiling,
  spoiltFace,
  startPageServer,
  word,
  type PageServer,
} from './page-server.js';

describeWith('the page where nobody names a forest', pageRequirements, () => {
  let server: PageServer;
  beforeAll(async () => {
    server = await startPageServer({ model: null });
  });
  afterAll(() => server.close());

  test('knows five emotions, before the camera and in a photo', async () => {
    const open = await openLive(server.url, smiling);
    try {
      const { page } = open;
      await word(page, 'Alegría');
      expect(await page.locator('#bars .bar-name').allInnerTexts()).toHaveLength(5);
      const badge = page.getByText('Próximamente').filter({ visible: true });
      expect(await badge.count()).toBe(0);
      await page.locator('input[type=file]').first().setInputFiles(facePhoto);
      await page.getByText('Un rostro: alegría.').waitFor();
      expect(open.problems).toEqual([]);
    } finally {
      await open.close();
    }
  });

  test.each([
    ['occluded', 'sunglasses', 'Algo te tapa la cara'],
    ['blurred', 'blurred', 'La imagen está borrosa: busca más luz o limpia la cámara'],
    ['turned', 'side', 'Mira hacia la cámara'],
  ] as const)('says what is wrong with a face that is %s, and names no emotion', async (fault, way, said) => {
    const open = await openLive(server.url, await spoiltFace(fault, way));
    try {
      await word(open.page, said);
      await open.page.waitForTimeout(1500);
      expect(await open.page.locator('#word-text').innerText()).toBe(said);
      expect(open.problems).toEqual([]);
    } finally {
      await open.close();
    }
  });
});
