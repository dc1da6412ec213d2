import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { chromiumRequirement, openPage, type OpenPage } from '../support/browser.js';
import { emochatCli, runEmochat } from '../support/cli.js';
import { poorContrasts } from '../support/contrast.js';
import { copyLabelledPhotos } from '../support/labelled-photos.js';
import { addon } from '../support/addon.js';
import { describeWith } from '../support/requirements.js';
import { testModelsDir } from '../support/test-models.js';
import { oneQuestionForest } from '../support/small-forest.js';

const needs = [emochatCli, addon, chromiumRequirement];

let folder: string;
let env: Record<string, string>;
let open: OpenPage;

/** Photos of people who the model below takes for somebody else, some with names that would like to be HTML. */
function copyPhotos(): void {
  for (const emotion of ['happy', 'sad'] as const) {
    const target = join(folder, 'photos', emotion);
    // Thrice: of eight rows a shuffle may leave every answer as it was, and the importance at nothing.
    for (const copy of [1, 2, 3]) {
      copyLabelledPhotos(emotion, target, 4, (name) => `<img src=x onerror="alert(1)">${name}-${copy}.jpg`);
    }
  }
}

async function makeReport(name: string, ...args: string[]): Promise<string> {
  const file = join(folder, name);
  const { code, stderr } = await runEmochat(
    ['evaluate', join(folder, 'photos'), '--html', file, '--against', join(folder, 'guess.json'), ...args],
    env,
  );
  expect(stderr).not.toContain('Error');
  expect(code).toBe(0);
  return file;
}

describeWith('the page of an evaluation', needs, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'emochat-report-'));
    copyPhotos();
    const guess = {
      labels: ['HAPPY', 'SAD', '<b>NEUTRAL</b>'],
      column: 109,
      threshold: 0.7,
      confidence: 0.9,
    };
    await writeFile(join(folder, 'guess.json'), JSON.stringify(oneQuestionForest(guess)));
    env = { EMOCHAT_MODELS_DIR: await testModelsDir(), EMOCHAT_MODEL: join(folder, 'guess.json') };
    await makeReport('report.html');
    await makeReport('photos.html', '--with-photos');
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));
  afterEach(() => open.close());

  async function show(name: string, options: Parameters<typeof openPage>[2] = {}): Promise<void> {
    open = await openPage(pathToFileURL(join(folder, name)).href, 'none', options);
  }

  test('asks nobody for anything, runs no script, and takes names for what they are', async () => {
    await show('report.html');
    expect(open.problems).toEqual([]);
    expect(open.requests).toHaveLength(1);
    expect(await open.page.locator('script, img').count()).toBe(0);
    expect(await open.page.getByText('onerror="alert').count()).toBeGreaterThan(0);
    expect(await open.page.getByText('<b>NEUTRAL</b>').count()).toBeGreaterThan(0);
  });

  test('shows what the command says: the matrix, the mistakes by their landmarks, the comparison', async () => {
    const { stdout } = await runEmochat(['evaluate', join(folder, 'photos'), '--json'], env);
    const { confusionMatrix, accuracy, n } = JSON.parse(stdout) as {
      confusionMatrix: number[][];
      accuracy: number;
      n: number;
    };
    await show('report.html');
    const counts = await open.page.locator('.confusion td b').allTextContents();
    expect(counts.map(Number)).toEqual(confusionMatrix.flat());
    await open.page
      .getByText(`${(100 * accuracy).toFixed(2)} %`)
      .first()
      .waitFor();
    const mistakes = Math.min(12, Math.round((1 - accuracy) * n));
    expect(mistakes).toBeGreaterThan(0);
    expect(await open.page.locator('.mistakes svg').count()).toBe(mistakes);
    expect(await open.page.locator('.mistakes svg').first().locator('circle').count()).toBe(68);
    await open.page.getByText('Exact McNemar test').waitFor();
  });

  test('marks the landmark that the model goes by', async () => {
    await show('report.html');
    const sizes = await open.page
      .locator('.weights circle')
      .evaluateAll((dots) => dots.map((dot) => Number(dot.getAttribute('r'))));
    // The model asks for the y of landmark 54, the left corner of the mouth.
    expect(sizes.indexOf(Math.max(...sizes))).toBe(54);
    expect(sizes.filter((size) => size > 2)).toHaveLength(1);
  });

  test('has the photos of the mistakes when asked, inside the page', async () => {
    await show('photos.html');
    expect(open.problems).toEqual([]);
    const loaded = await open.page
      .locator('.mistakes img')
      .evaluateAll((images) => images.map((image) => (image as HTMLImageElement).naturalWidth));
    expect(loaded.length).toBeGreaterThan(0);
    expect(loaded.every((width) => width === 224)).toBe(true);
    expect(await readFile(join(folder, 'report.html'), 'utf8')).not.toContain('base64');
  });

  test.for(['light', 'dark'] as const)('its texts can be read in the %s', async (colorScheme) => {
    await show('report.html', { colorScheme });
    for (const summary of await open.page.locator('summary').all()) await summary.click();
    expect(await poorContrasts(open.page)).toEqual([]);
  });

  test.for([320, 390, 1280])('fits a window %d pixels wide', async (width) => {
    await show('photos.html', { viewport: { width, height: 800 } });
    for (const summary of await open.page.locator('summary').all()) await summary.click();
    expect(await open.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });

  test('can be heard: one title, sections with names, pictures with texts, tables with heads', async () => {
    await show('photos.html');
    const { page } = open;
    expect(await page.locator('h1').count()).toBe(1);
    expect(await page.locator('section').count()).toBe(await page.locator('section > h2').count());
    expect(await page.locator('svg:not([aria-label]), img:not([alt])').count()).toBe(0);
    expect(await page.locator('table').count()).toBe(
      await page.locator('table:has(thead th[scope=col])').count(),
    );
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    expect(await page.locator('h1').textContent()).toBe('Evaluation report');
  });
});
