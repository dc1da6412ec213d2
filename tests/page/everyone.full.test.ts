import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openPage, type FakeCamera, type OpenPage } from '../support/browser.js';
import { describeWith } from '../support/requirements.js';
import { faults } from './axe.js';
import {
  beginRecording,
  onePassesBy,
  pageRequirements,
  smiling,
  startPageServer,
  type PageServer,
} from './page-server.js';

describeWith('a recording for everyone', pageRequirements, () => {
  let server: PageServer;
  let open: OpenPage;

  beforeAll(async () => void (server = await startPageServer()));
  afterAll(() => server.close());
  afterEach(() => open.close());

  /** Presses the button that turns on the camera and records. */
  async function begin(camera: FakeCamera, options: Parameters<typeof openPage>[2] = {}): Promise<Page> {
    open = await openPage(server.url, camera, options);
    const { page } = open;
    await beginRecording(page, 'mi día', '30 s');
    return page;
  }

  test.for(['light', 'dark'] as const)(
    'axe finds nothing in the %s theme while it counts down, records and reads',
    async (colorScheme) => {
      const page = await begin(smiling, { colorScheme, reducedMotion: 'reduce' });
      expect(await faults(page)).toEqual([]);
      await page.getByRole('timer').waitFor();
      await page.locator('#strip [data-emotion=HAPPY]').first().waitFor();
      expect(await faults(page)).toEqual([]);
      // Looking for faults holds the page up; ten seconds must be read all the same.
      await page.locator('#strip [data-state=read]').nth(10).waitFor();
      await page.getByRole('button', { name: 'Terminar y leer' }).click();
      await page.getByText('segundos · «mi día»').waitFor();
      await page.locator('#gemini-text p').first().waitFor();
      expect(await faults(page)).toEqual([]);
    },
  );

  test('in forced colours the bars, the strip and the ring can be seen', async () => {
    const page = await begin(smiling, { forcedColors: 'active', reducedMotion: 'reduce' });
    await page.locator('#strip [data-emotion=HAPPY]').first().waitFor();
    const colours = await page.evaluate(() => {
      const colour = (selector: string, property: string, pseudo?: string): string => {
        const element = document.querySelector(selector);
        if (element === null) throw new Error(`no ${selector}`);
        return getComputedStyle(element, pseudo).getPropertyValue(property);
      };
      return {
        page: colour('body', 'background-color'),
        bar: colour('#bars [data-emotion=HAPPY] .bar', 'background-color', '::before'),
        read: colour('#strip [data-emotion=HAPPY]', 'background-color'),
        coming: colour('#strip [data-state=coming]', 'background-color'),
        ring: colour('#ring-time', 'stroke'),
      };
    });
    expect(colours.bar).not.toBe(colours.page);
    expect(colours.read).not.toBe(colours.page);
    expect(colours.read).not.toBe(colours.coming);
    expect(colours.ring).not.toBe(colours.page);
  });

  test('of two people the one who is recorded is read to the end, though the other comes nearer', async () => {
    open = await openPage(server.url, await onePassesBy());
    const { page } = open;
    /** How large the passer-by was beside the one who sits at the left. */
    const ratios: number[] = [];
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => {
        const { faces = [] } = JSON.parse(String(payload)) as { faces?: { box: number[] }[] };
        const [left, right] = faces.map(({ box }) => box).sort(([a = 0], [b = 0]) => a - b);
        if (left !== undefined && right !== undefined) ratios.push((right[2] ?? 0) / (left[2] ?? 1));
      }),
    );
    await page.getByLabel('¿De qué vas a hablar?').fill('mi día');
    await page.getByRole('button', { name: 'Activar cámara', exact: true }).click();
    // The one at the left smiles; which of them is read at first is for the visitor to say.
    await expect.poll(() => page.locator('.person').count()).toBe(2);
    const places = await page
      .locator('.person')
      .evaluateAll((people) => people.map((person) => person.getBoundingClientRect().left));
    // The picture is mirrored.
    await page
      .locator('.person')
      .nth(places.indexOf(Math.max(...places)))
      .click();
    await page.getByRole('button', { name: 'Grabar', exact: true }).click();
    await page.getByRole('timer').waitFor();
    const read = page.locator('.person[aria-pressed=true]');
    await read.first().waitFor();
    const name = await read.getAttribute('aria-label');
    ratios.length = 0;
    await page.waitForTimeout(9000);
    expect(Math.min(...ratios)).toBeLessThan(0.9);
    expect(Math.max(...ratios)).toBeGreaterThan(1.1);
    expect(await read.getAttribute('aria-label')).toBe(name);
    const cells = await page
      .locator('#strip > span:not([data-state=coming])')
      .evaluateAll((all) => all.map(({ dataset }) => dataset['emotion']));
    expect(cells.length).toBeGreaterThan(6);
    expect(new Set(cells)).toEqual(new Set(['HAPPY']));
  });
});
