import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ViewportSize } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openPage, type FakeCamera, type OpenPage } from '../support/browser.js';
import { describeWith } from '../support/requirements.js';
import { projectRoot } from '../support/checkout.js';
import { pageRequirements, startPageServer, type PageServer } from './page-server.js';

// Failures of the device itself, which no fake camera of Chromium has: the browser's answer is staged, the rest is real.

function cameraInUse(): void {
  navigator.mediaDevices.getUserMedia = () =>
    Promise.reject(new DOMException('Could not start video source', 'NotReadableError'));
}

function cameraKeptBySystem(): void {
  navigator.mediaDevices.getUserMedia = () =>
    Promise.reject(new DOMException('Permission denied by system', 'NotAllowedError'));
}

function cameraUnfit(): void {
  navigator.mediaDevices.getUserMedia = () =>
    Promise.reject(new DOMException('width', 'OverconstrainedError'));
}

function cameraEndsAtOnce(): void {
  const devices = navigator.mediaDevices;
  const real = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (constraints) => {
    const stream = await real(constraints);
    for (const track of stream.getTracks()) track.stop();
    return stream;
  };
}

/** Whether a button is to be seen whole, without scrolling. */
function isInSight(button: Element): boolean {
  const { left, top, bottom } = button.getBoundingClientRect();
  return [top + 2, bottom - 2].every((y) => document.elementFromPoint(left + 40, y) === button);
}

describeWith('a camera that cannot be had', pageRequirements, () => {
  let server: PageServer;
  let open: OpenPage;

  beforeAll(async () => void (server = await startPageServer()));
  afterAll(() => server.close());
  afterEach(() => open.close());

  const causes: [FakeCamera, string, ViewportSize][] = [
    ['denied', 'El navegador no tiene permiso para usar la cámara', { width: 360, height: 640 }],
    ['none', 'No se encontró ninguna cámara', { width: 1366, height: 650 }],
  ];

  test.for(causes)(
    '%s: the page names the cause and can be tried again',
    async ([camera, text, viewport]) => {
      open = await openPage(server.url, camera, { viewport });
      const activate = open.page.getByRole('button', { name: 'Activar cámara', exact: true });
      for (let attempt = 0; attempt < 2; attempt += 1) {
        await activate.click();
        await open.page.getByRole('alert').getByText(text).waitFor();
        expect(await activate.evaluate(isInSight)).toBe(true);
      }
      expect(open.requests).not.toContain('POST /predict');
      expect(open.problems).toEqual([]);
    },
  );

  test('that fails while it starts, is kept back, unfit or in use: the page names the cause', async () => {
    open = await openPage(server.url, 'pattern');
    const { page } = open;
    // The first of them needs the real camera.
    const failures: [() => void, string][] = [
      [cameraEndsAtOnce, 'Otro programa está usando la cámara'],
      [cameraKeptBySystem, 'El sistema operativo no deja'],
      [cameraUnfit, 'Esta cámara no ofrece la imagen que necesitamos'],
      [cameraInUse, 'Otro programa está usando la cámara'],
    ];
    for (const [fail, text] of failures) {
      await page.evaluate(fail);
      await page.getByRole('button', { name: 'Activar cámara', exact: true }).click();
      await page.getByRole('alert').getByText(text).waitFor();
    }
    expect(open.problems).toEqual([]);
  });

  test('on an address that browsers do not trust, the page says which to use', async () => {
    const address = new URL(server.url);
    open = await openPage(`http://emochat.test:${address.port}/`, 'pattern');
    await open.page.getByRole('button', { name: 'Activar cámara', exact: true }).click();
    await open.page.getByRole('alert').getByText(`http://localhost:${address.port}`).waitFor();
  });

  test('opened as a file, the page says how to start EmoChat', async () => {
    open = await openPage(pathToFileURL(join(projectRoot, 'public/index.html')).href, 'pattern');
    const notice = await open.page.locator('#opened-as-file').innerText();
    expect(notice).toContain('Abriste esta página como un archivo');
    expect(notice).toContain('npm start');
  });
});
