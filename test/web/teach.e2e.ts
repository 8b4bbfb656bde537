/** Teaching a detector in the page: boxes by mouse, training, finding, and the file's way to Node and back. */
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDetector } from '../../src/detect/open-detector.node.js';
import { testDevice } from '../setup/device.js';
import { looksWrong } from './looks.js';
import { launch, type Site, serveSite } from './site.js';

let site: Site;
let browser: Browser;
let page: Page;
const problems: string[] = [];
/** Chromium films a moving pie, and asks nobody. */
const FAKE_CAMERA = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];

beforeAll(async () => {
  [site, browser] = await Promise.all([serveSite(), launch(FAKE_CAMERA)]);
  page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
  page.setDefaultTimeout(120_000); // shaders run on the CPU
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(site.url) && !/^(data|blob):/.test(url)) problems.push(`asked for ${url}`);
  });
  await page.goto(site.url);
});

afterAll(async () => {
  await browser?.close();
  await site?.close();
});

test('a few boxes on scenes teach a detector that finds the digit in scenes that it has not seen', async () => {
  const drawn = page.locator('.annotator button.box');
  await page.locator('.strip li').nth(5).waitFor();
  const place = (await page.locator('.annotator').first().boundingBox())!;
  await page.mouse.move(place.x + 20, place.y + 20);
  await page.mouse.down();
  await page.mouse.move(place.x + 90, place.y + 110, { steps: 3 });
  await page.mouse.up();
  expect(await drawn.count()).toBe(1);
  await drawn.first().focus();
  const before = await drawn.first().getAttribute('style');
  await page.keyboard.press('ArrowRight');
  expect(await drawn.first().getAttribute('style')).not.toBe(before);
  await page.keyboard.press('Delete');
  expect(await drawn.count()).toBe(0);

  await page.getByRole('button', { name: 'Draw them for me' }).click();
  await page.getByRole('button', { name: 'Train the detector' }).click();
  await page.getByTestId('taught').waitFor({ timeout: 170_000 });
  await page.getByRole('button', { name: 'Judge on 12 new scenes' }).click();
  const judged = page.getByTestId('judged');
  await judged.waitFor();
  // By chance it would be below 0.01.
  expect(Number(await judged.getAttribute('data-map'))).toBeGreaterThan(0.3);
});

test('the detector that is downloaded opens in Node, and here again; as a net to look with it is refused', async () => {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download it' }).click(),
  ]);
  const file = await download.path();
  expect(readFileSync(file).length).toBeGreaterThan(10_000);
  const detector = await openDetector(file, await testDevice());
  expect(detector.classes).toEqual(['a 3']);
  expect(detector.parts.proposals).toEqual({ method: 'selective-search', minSide: 6, maxBoxes: 300, seed: 0 });
  detector.dispose();
  await page.getByLabel('Open a detector').setInputFiles(file);
  await page.getByRole('status').getByText('finds a 3').waitFor();
  await page.getByText('Looks with a small net').click();
  await page.getByLabel('Open weights').setInputFiles(file);
  await page.locator('.notice.error').waitFor();
  expect(await page.locator('.notice.error').innerText()).toMatch(/holds no|lacks|does not|format/);
});

test('it looks right in every width, and axe finds nothing', async () => {
  expect(await looksWrong(page, 'teach')).toEqual([]);
});

test('the camera gives a picture, and is off on another tab', async () => {
  await page.evaluate(() => {
    const devices = navigator.mediaDevices;
    const open = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async (wanted) => {
      const stream = await open(wanted);
      Object.assign(window, { filmed: stream });
      return stream;
    };
  });
  const pictures = page.locator('.strip li');
  const before = await pictures.count();
  await page.getByRole('button', { name: 'Camera', exact: true }).first().click();
  await page.waitForFunction(() => (document.querySelector('.camera video') as HTMLVideoElement | null)?.videoWidth);
  await page.getByRole('button', { name: 'Take a picture' }).click();
  await pictures.nth(before).waitFor();
  const states = () =>
    page.evaluate(() => (window as unknown as { filmed: MediaStream }).filmed.getTracks().map((t) => t.readyState));
  expect(await states()).toEqual(['live']);
  await page.getByText('Classify', { exact: true }).first().click();
  await page.getByText('One net, every size').waitFor();
  expect(await states()).toEqual(['ended']);
});

test('nothing failed unseen, and nothing was asked of another host', () => expect(problems).toEqual([]));
