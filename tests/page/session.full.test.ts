import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openPage, type OpenPage } from '../support/browser.js';
import { describeWith } from '../support/requirements.js';
import { beginRecording, pageRequirements, startPageServer, type PageServer } from './page-server.js';

describeWith('a session that comes to nothing', pageRequirements, () => {
  let server: PageServer;
  let open: OpenPage;

  beforeAll(async () => void (server = await startPageServer()));
  afterAll(() => server.close());
  afterEach(() => open.close());

  /** A recording of 15 seconds under way, of a camera that shows nobody. */
  async function record(): Promise<Page> {
    open = await openPage(server.url, 'pattern');
    const { page } = open;
    await page.clock.install();
    await beginRecording(page, 'una entrevista de trabajo');
    await page.getByRole('timer').waitFor();
    return page;
  }

  test('discarded, or ended with Esc too early, it sends nothing', async () => {
    const page = await record();
    await page.waitForTimeout(800);
    await page.getByRole('button', { name: 'Descartar' }).click();
    await page.getByText('Grabación descartada').waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByRole('timer').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('Grabación descartada').waitFor();
    await page.clock.fastForward(31_000);
    expect(open.requests).not.toContain('POST /analyze_session');
    // For the frame under way the time was put forward, too: its socket is given up, and the next one may still be opening.
    expect(open.problems.filter((problem) => !problem.includes('closed before the connection'))).toEqual([]);
  });

  test('seconds in which nobody was seen stay in it; with less than ten read there is no reading', async () => {
    const page = await record();
    await page.waitForTimeout(1000);
    await page.clock.fastForward(16_000);
    await page.getByRole('heading', { name: 'Tus 15 segundos' }).waitFor();
    await page.getByText('Leídos 0 de 15 s').first().waitFor();
    await page.getByText('Se leyeron menos de diez segundos').waitFor();
    expect(open.requests).not.toContain('POST /analyze_session');
  });
});
