/** Teaching a detector in the page: boxes by mouse, training, finding, and the file's way to Node and back. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadDigits } from '../../src/data/digits.node.js';
import { scenesDataset } from '../../src/data/scenes.js';
import { sceneWindows } from '../../src/demo/scene-windows.js';
import { openDetector } from '../../src/detect/open-detector.node.js';
import { pngBytes } from '../data/pictures.js';
import { testDevice } from '../setup/device.js';
import { looksWrong } from './looks.js';
import { fileOf } from './nets.js';
import { chooseTab, closeContexts, downloaded, dropFiles, kept, openContext } from './pages.js';
import { serveSite } from './site.js';

afterAll(closeContexts);

/** Where the browser keeps the net of digits that the page trains once. */
const KEPT = { cache: 'sppgpu-learned', address: '/learned/digit-backbone-60-1.safetensors' };
const site = await serveSite();
const page = await (await openContext()).newPage();
const problems: string[] = [];
page.on('pageerror', (error) => problems.push(error.message));
page.on('request', (request) => {
  const url = request.url();
  if (!url.startsWith(site.url) && !/^(data|blob):/.test(url)) problems.push(`asked for ${url}`);
});

const keptBytes = () =>
  page.evaluate(async ({ cache, address }) => {
    const kept = await (await caches.open(cache)).match(address);
    return (await kept!.arrayBuffer()).byteLength;
  }, KEPT);

beforeAll(async () => {
  await page.goto(site.url);
  // From another version of the page, or a disk that failed: it is no net, and is made anew.
  await page.evaluate(async ({ cache, address }) => {
    await (await caches.open(cache)).put(address, new Response('damaged'));
  }, KEPT);
});

test('a few boxes on scenes teach a detector that finds the digit in scenes that it has not seen', async () => {
  const drawn = page.locator('.annotator button.box');
  await page.locator('.strip li').nth(5).waitFor();
  const place = (await page.locator('.annotator').first().boundingBox())!;
  await page.mouse.move(place.x + 20, place.y + 20);
  await page.mouse.down();
  await page.mouse.move(place.x + 90, place.y + 110, { steps: 3 });
  await page.mouse.up();
  await expect.poll(() => drawn.count()).toBe(1);
  await drawn.focus();
  const before = await drawn.getAttribute('style');
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => drawn.getAttribute('style')).not.toBe(before);
  await page.keyboard.press('Delete');
  await expect.poll(() => drawn.count()).toBe(0);

  await page.getByRole('button', { name: 'Draw them for me' }).click();
  await page.getByRole('button', { name: 'Train the detector' }).click();
  await page.getByTestId('taught').waitFor({ timeout: 170_000 });
  await page.getByRole('button', { name: 'Judge on 12 new scenes' }).click();
  const judged = page.getByTestId('judged');
  await judged.waitFor();
  // By chance it would be below 0.01.
  expect(Number(await judged.getAttribute('data-map'))).toBeGreaterThan(0.6);
  expect(await keptBytes()).toBeGreaterThan(10_000);
});

test('the detector that is downloaded finds the same in Node, and here again; as a net to look with it is refused', async () => {
  const file = await downloaded(page, () => page.getByRole('button', { name: 'Download it' }).click());
  expect(readFileSync(file).length).toBeGreaterThan(10_000);
  const detector = await openDetector(file, await testDevice());
  expect(detector.classes).toEqual(['a 3']);
  expect(detector.parts.proposals).toEqual({ method: 'selective-search', minSide: 6, maxBoxes: 300, seed: 0 });
  const { image } = await scenesDataset(await loadDigits(), { split: 'test', count: 8, seed: 3 }).item(5);
  const { detections } = await detector.detect(image, sceneWindows, { minScore: -1 });
  detector.dispose();
  const there = detections.map(({ score }) => score);
  expect(there.length).toBeGreaterThan(0);
  const { width, height, data } = image;
  const png = pngBytes(width, height, (x, y) => {
    const [r, g, b] = data.subarray(3 * (y * width + x));
    return [r!, g!, b!];
  });
  await dropFiles(page, '[aria-labelledby=find-title]', [fileOf('scene.png', png, 'image/png')]);
  await page.getByLabel('Score above').fill('-1');
  await page.getByRole('img', { name: /^scene\.png: / }).waitFor();
  const shown = page.getByTestId('detection');
  await expect.poll(() => shown.count()).toBe(there.length);
  const here = (await shown.allInnerTexts()).map((text) => Number(text.split(' ').at(-1)));
  // Two decimals are shown, and two adapters add in other orders.
  expect(Math.max(...here.map((score, i) => Math.abs(score - there[i]!)))).toBeLessThan(0.005 + 0.002);

  await page.getByLabel('Open a detector').setInputFiles(file);
  await page.getByRole('status').getByText('finds a 3').waitFor();
  await page.getByText('Looks with a small net').click();
  await page.getByLabel('Open weights').setInputFiles(file);
  await expect.poll(() => page.locator('.notice.error').innerText()).toMatch(/holds no|lacks|does not|format/);
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
  await chooseTab(page, 'Classify');
  await expect.poll(states).toEqual(['ended']);

  // Asked for on one tab and there on another: nobody is filmed.
  await chooseTab(page, 'Teach a detector');
  await page.evaluate(() => {
    const devices = navigator.mediaDevices;
    const open = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async (wanted) => {
      await new Promise((left) => addEventListener('hashchange', left, { once: true }));
      return open(wanted);
    };
  });
  await page.getByRole('button', { name: 'Camera', exact: true }).first().click();
  await page.evaluate(() => Object.assign(window, { filmed: null }));
  await chooseTab(page, 'Classify');
  await page.waitForFunction(() => (window as unknown as { filmed: MediaStream | null }).filmed);
  await expect.poll(states).toEqual(['ended']);
  await expect.poll(() => page.locator('.camera').count()).toBe(0);
});

test('what it has learned survives a reload without a network', async () => {
  await kept(page);
  await site.close();
  await page.reload();
  await chooseTab(page, 'Teach a detector');
  await page.locator('.strip li').first().waitFor();
  await page.getByRole('button', { name: 'Add a box' }).click();
  await page.getByRole('button', { name: 'Train the detector' }).click();
  const taught = page.getByTestId('taught');
  await taught.waitFor();
  const stages = await page.locator('#panel-teach .stages').first().innerText();
  const [, seconds] = /learning to see\s+([\d.]+) s/.exec(stages) ?? [];
  expect(Number(seconds ?? 0), 'it was not trained again').toBeLessThan(10);
});

test('nothing failed unseen, and nothing was asked of another host', () => expect(problems).toEqual([]));
