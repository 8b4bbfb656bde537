/** Training in the page: to a stated accuracy, through a lost device, and the checkpoint's way to Node; then pictures of any size. */
import { afterAll, expect, test } from 'vitest';
import { decodeImage } from '../../src/data/decode.js';
import { classifyNative } from '../../src/demo/evaluate-digits.js';
import { openModel } from '../../src/models/open-model.node.js';
import { pngBytes } from '../data/pictures.js';
import { testDevice } from '../setup/device.js';
import { looksWrong } from './looks.js';
import { fileOf } from './nets.js';
import { chooseTab, closeContexts, downloaded, openSite } from './pages.js';

afterAll(closeContexts);

const page = await openSite('train');
let checkpoint: string;
const slide = (label: string, value: number) => page.getByLabel(label, { exact: true }).fill(String(value));

test('trains to a stated accuracy; a pause, a lost device, and the file, keep it', async () => {
  await slide('Digits', 400);
  await slide('Epochs', 3);
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  const accuracy = page.getByTestId('accuracy');
  await accuracy.waitFor();
  await page.getByRole('button', { name: 'Pause' }).click();
  const resume = page.getByRole('button', { name: 'Resume' });
  await resume.waitFor();
  await resume.click();
  // A device that goes while it trains costs the steps since the last checkpoint, at most.
  await page.getByText('right after 1 epoch').waitFor();
  await page.evaluate(() => (globalThis as unknown as { sppgpuDrill(): Promise<void> }).sppgpuDrill());
  await page.getByRole('alert').getByText('The GPU was lost').waitFor();
  await resume.waitFor();
  await page.getByRole('alert').getByText('do the last step again').waitFor();
  await resume.click();
  await page.getByText('right after 3 epochs').waitFor();
  // Ten classes: by chance it would be 0.1.
  expect(Number(await accuracy.getAttribute('data-share'))).toBeGreaterThan(0.5);
  checkpoint = await downloaded(page, () => page.getByRole('button', { name: 'Download checkpoint' }).click());
  const { network, classes } = await openModel(checkpoint, await testDevice());
  expect(classes).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  network.dispose();
  expect(await looksWrong(page, 'train')).toEqual([]);
});

test('its net reads pictures of any size; windows of the map have predictions of their own', async () => {
  await chooseTab(page, 'Classify');
  await page.getByRole('button', { name: 'Train a small net of digits' }).click();
  const top = page.getByTestId('top');
  await top.waitFor();
  const first = await top.innerText();
  await page.getByLabel('Shorter side of the input').fill('80');
  await expect.poll(() => top.innerText()).not.toBe(first);
  const window = page.locator('.map .window');
  await window.focus();
  const whole = await page.getByTestId('window-top').innerText();
  for (let i = 0; i < 8; i++) await page.keyboard.press('Shift+ArrowLeft');
  await expect.poll(() => page.getByTestId('window-top').innerText()).not.toBe(whole);
});

test('the checkpoint that was made here says in Node what it says here', async () => {
  const bar = pngBytes(44, 60, (x, y) => (x > 18 && x < 25 && y > 9 && y < 52 ? [230, 230, 230] : [20, 20, 20]));
  const panel = page.locator('#panel-classify');
  await panel.getByLabel('Open a net').setInputFiles(checkpoint);
  await panel.getByText('spp.safetensors: ').waitFor();
  await panel.getByLabel('Open pictures').setInputFiles(fileOf('bar.png', bar, 'image/png'));
  await panel.getByText('looked at with 44 × 60').waitFor();
  const [label, share] = (await page.getByTestId('top').locator('li').first().innerText()).split(/\s+/);

  const { network } = await openModel(checkpoint, await testDevice());
  const item = { id: 'bar', image: await decodeImage(bar, 'bar.png'), label: 1 };
  const [said] = await classifyNative(network, [item], { signal: new AbortController().signal, onProgress: () => {} });
  network.dispose();
  expect(label).toBe(String(said!.predicted));
  expect(Math.abs(Number(share) / 100 - said!.probability)).toBeLessThan(0.002);
});

test('a file that is not a net is told in words', async () => {
  const input = page.locator('#panel-classify input[type=file]').first();
  await input.setInputFiles({ name: 'broken.safetensors', mimeType: '', buffer: Buffer.from('nothing') });
  await page.getByRole('alert').getByText('broken.safetensors').waitFor();
});
