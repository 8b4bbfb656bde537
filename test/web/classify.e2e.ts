/** Pictures of every kind, by every way, and a net that was made in Node. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeImage } from '../../src/data/decode.js';
import { classifyNative } from '../../src/demo/evaluate-digits.js';
import { openModel } from '../../src/models/open-model.node.js';
import { pngBytes } from '../data/pictures.js';
import { testDevice } from '../setup/device.js';
import { looksWrong } from './looks.js';
import { fileOf, largePng, nodeCheckpoint } from './nets.js';
import { closeContexts, dropFiles, openSite, pasteFiles } from './pages.js';

afterAll(closeContexts);

const page = await openSite('classify');
const problems: string[] = [];
page.on('pageerror', (error) => problems.push(error.message));

/** About a 1, light on dark. */
const one = pngBytes(40, 50, (x, y) => (x > 17 && x < 23 && y > 8 && y < 42 ? [230, 230, 230] : [20, 20, 20]));
const other = pngBytes(56, 44, (x, y) => ((x - 28) ** 2 + (y - 22) ** 2 < 200 ? [240, 240, 240] : [0, 0, 0]));
const top = page.getByTestId('top');
const sizes = page.locator('#panel-classify .hint', { hasText: 'looked at with' });
const alert = page.getByRole('alert');
let net: Buffer;

beforeAll(async () => {
  net = await nodeCheckpoint();
});

test('a picture that is pasted before there is a net waits for one; a net from Node says what it says there', async () => {
  await page.getByText('One net, every size').waitFor();
  await pasteFiles(page, [fileOf('one.png', one, 'image/png')]);
  await page.getByRole('status').getByText('one.png is here').waitFor();
  await dropFiles(page, 'body', [fileOf('node.safetensors', net)]);
  await top.waitFor();
  await expect.poll(() => sizes.innerText()).toContain('40 × 50 pixels, looked at with 40 × 50');

  const { network } = await openModel(net, await testDevice());
  const item = { id: 'one', image: await decodeImage(one, 'one.png'), label: 1 };
  const watch = { signal: new AbortController().signal, onProgress: () => {} };
  const [said] = await classifyNative(network, [item], watch);
  network.dispose();
  const [label, share] = (await top.locator('li').first().innerText()).split(/\s+/);
  expect(label).toBe(String(said!.predicted));
  expect(Math.abs(Number(share) / 100 - said!.probability)).toBeLessThan(0.002);
});

test('pictures come by paste and by a drop anywhere on the page', async () => {
  await pasteFiles(page, [fileOf('other.png', other, 'image/png')]);
  await expect.poll(() => sizes.innerText()).toContain('56 × 44 pixels');
  await dropFiles(page, 'header', [fileOf('one.png', one, 'image/png')]);
  await expect.poll(() => sizes.innerText()).toContain('40 × 50 pixels');
});

test('files that are no pictures are all named, and the others come', async () => {
  await dropFiles(page, 'main', [
    fileOf('broken.png', other.subarray(0, 60), 'image/png'),
    fileOf('letter.jpg', Buffer.from('Dear all,'), 'image/jpeg'),
    fileOf('other.png', other, 'image/png'),
  ]);
  await expect.poll(() => sizes.innerText()).toContain('56 × 44 pixels');
  const told = () => alert.locator('.notice').innerText();
  await expect.poll(told).toMatch(/broken\.png: .*damaged/);
  await expect.poll(told).toContain('letter.jpg: is not a picture; convert it to PNG or JPEG');
});

test('a picture of 20 megapixels is looked at, while the page stays at hand, and is kept small', async () => {
  await page.evaluate(() => {
    const gaps = { longest: 0, last: performance.now() };
    setInterval(() => {
      const now = performance.now();
      gaps.longest = Math.max(gaps.longest, now - gaps.last);
      gaps.last = now;
    }, 20);
    Object.assign(globalThis, { gaps });
  });
  const camera = page.locator('#panel-classify').getByLabel('Open pictures');
  await camera.setInputFiles(fileOf('camera.png', largePng(5472, 3648), 'image/png'));
  await page.getByText('reading camera.png').waitFor();
  await expect.poll(() => sizes.innerText(), { timeout: 60_000 }).toContain('5472 × 3648 pixels');
  await page.getByRole('status').getByText('it is kept with 1824 x 1216').waitFor();
  const longest = await page.evaluate(() => (globalThis as unknown as { gaps: { longest: number } }).gaps.longest);
  expect(longest).toBeLessThan(1500); // of seconds that decoding takes, on two busy cores
});

test('after the device is lost while nothing is done, the next step opens another', async () => {
  await page.evaluate(() => (globalThis as unknown as { sppgpuDrill(): Promise<void> }).sppgpuDrill());
  await alert.getByText('The GPU was lost').waitFor();
  await page.locator('[aria-busy=true]').waitFor({ state: 'detached' });
  const window = page.locator('.map .window');
  const whole = await page.getByTestId('window-top').innerText();
  await window.focus();
  for (let i = 0; i < 3; i++) await page.keyboard.press('Shift+ArrowLeft');
  await expect.poll(() => page.getByTestId('window-top').innerText()).not.toBe(whole);
  await pasteFiles(page, [fileOf('one.png', one, 'image/png')]);
  await expect.poll(() => sizes.innerText()).toContain('40 × 50 pixels');
});

test('it looks right in every width, and nothing failed unseen', async () => {
  await alert.getByRole('button', { name: 'Close' }).click();
  expect(await looksWrong(page, 'classify')).toEqual([]);
  expect(problems).toEqual([]);
});
