/** What may be amiss before anything is done: no WebGPU, no adapter; and two tabs of the site at once. */
import { afterAll, expect, test } from 'vitest';
import { pngBytes } from '../data/pictures.js';
import { looksWrong } from './looks.js';
import { fileOf, nodeCheckpoint } from './nets.js';
import { closeContexts, dropFiles, openContext, siteUrl } from './pages.js';

afterAll(closeContexts);

const TABS = ['Teach a detector', 'Classify', 'Train', 'Kernels', 'Bench'];
const picture = fileOf(
  'bar.png',
  pngBytes(40, 40, (x) => (x > 16 && x < 24 ? [255, 255, 255] : [0, 0, 0])),
  'image/png',
);

test('without WebGPU every tab says what to do, whatever is pressed there', async () => {
  const context = await openContext();
  await context.addInitScript(() => {
    delete (Navigator.prototype as unknown as { gpu?: unknown }).gpu;
  });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  await page.goto(siteUrl());
  for (const name of TABS) {
    await page.getByRole('tab', { name, exact: true }).click();
    for (const button of await page.locator('main button:visible:enabled').all()) await button.click();
    await dropFiles(page, 'main', [picture]);
    const words = page.getByRole('alert').getByText('offers no WebGPU, so nothing can be computed here. Use a current');
    expect(await words.count(), name).toBe(1);
    expect(await words.isVisible(), name).toBe(true);
  }
  expect(problems).toEqual([]);
  expect(await looksWrong(page, 'no-webgpu')).toEqual([]);
});

test('where the adapter cannot be had, the page asks again when it is told to', async () => {
  const context = await openContext();
  const page = await context.newPage();
  // The engine's thread is the one that asks.
  await page.route('**/worker-*.js', async (route) => {
    const answer = await route.fetch();
    const refuse = `const ask = GPU.prototype.requestAdapter; let asked = 0;
      GPU.prototype.requestAdapter = function (...args) { return asked++ < 2 ? Promise.resolve(null) : ask.apply(this, args); };`;
    await route.fulfill({ response: answer, body: `${refuse}\n${await answer.text()}` });
  });
  await page.goto(siteUrl());
  const words = page.getByRole('alert').getByText('this browser offers no WebGPU adapter; update the graphics driver');
  await words.waitFor();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.locator('.strip li').first().waitFor();
  expect(await words.count()).toBe(0);
});

test('two tabs work at once, and neither minds that the other empties what is kept', async () => {
  const net = fileOf('net.safetensors', await nodeCheckpoint());
  const context = await openContext();
  const pages = await Promise.all([context.newPage(), context.newPage()]);
  const looks = pages.map(async (page) => {
    await page.goto(`${siteUrl()}#classify`);
    await page.getByText('One net, every size').waitFor();
    await dropFiles(page, 'main', [net, picture]);
    await page.getByTestId('top').waitFor();
    return page.getByTestId('top').innerText();
  });
  const [first, second] = await Promise.all(looks);
  expect(second).toBe(first);
  const [one, two] = pages as [(typeof pages)[0], (typeof pages)[0]];
  await two.evaluate(async () => {
    for (const name of await caches.keys()) await caches.delete(name);
  });
  await two.close();
  await one.getByLabel('Shorter side of the input').fill('60');
  await one.getByText('looked at with 60 × 60').waitFor();
  await one.getByRole('tab', { name: 'Train' }).click();
  await one.reload();
  await one.getByText('Train an SPP-net, live').waitFor();
});
