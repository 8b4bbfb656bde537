/** What may be amiss before anything is done: no WebGPU, no adapter; and two tabs of the site at once. */
import { afterAll, expect, test } from 'vitest';
import { pngBytes } from '../data/pictures.js';
import { looksWrong } from './looks.js';
import { fileOf, nodeCheckpoint } from './nets.js';
import { chooseTab, closeContexts, dropFiles, openContext, siteUrl } from './pages.js';

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
    await chooseTab(page, name);
    // All at once, in the page: what one of them changes must not move the next away from under the mouse.
    await page.locator('main button:visible:enabled').evaluateAll((buttons) => {
      for (const button of buttons) (button as HTMLElement).click();
    });
    await dropFiles(page, 'main', [picture]);
    const words = page.getByRole('alert').getByText('offers no WebGPU, so nothing can be computed here. Use a current');
    await words.waitFor(); // and there is one only
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
  await words.waitFor({ state: 'detached' });
});

test('what does not fit into the memory of the device is told in words, and what is smaller works after it', async () => {
  const context = await openContext();
  const page = await context.newPage();
  // The driver of the tests has the memory of this machine: past a limit, this one says that it has none, as drivers do.
  await page.route('**/worker-*.js', async (route) => {
    const answer = await route.fetch();
    const limited = `let most = Infinity, short = 0;
      new BroadcastChannel('drill').onmessage = ({ data, target }) => { most = data; target.postMessage('done'); };
      const { createBuffer, popErrorScope } = GPUDevice.prototype;
      GPUDevice.prototype.createBuffer = function (asked) { short += asked.size > most; return createBuffer.call(this, asked); };
      GPUDevice.prototype.popErrorScope = async function () {
        const refused = short;
        short = 0;
        return (await popErrorScope.call(this)) ?? (refused > 0 ? new GPUOutOfMemoryError('no memory') : null);
      };`;
    await route.fulfill({ response: answer, body: `${limited}\n${await answer.text()}` });
  });
  await page.goto(`${siteUrl()}#classify`);
  await page.getByText('One net, every size').waitFor();
  await dropFiles(page, 'main', [fileOf('net.safetensors', await nodeCheckpoint()), picture]);
  await page.getByText('looked at with 40 × 40').waitFor();
  await page.evaluate(
    () =>
      new Promise((done) => {
        const channel = new BroadcastChannel('drill');
        channel.onmessage = done;
        channel.postMessage(70_000);
      }),
  );
  await page.getByLabel('Shorter side of the input').fill('96');
  await page
    .getByRole('alert')
    .getByText(/out of memory allocating \d+ bytes .*; use a smaller batch or input/)
    .waitFor();
  // Of a picture that could not be looked at nothing is said, least of all what was seen in the one before.
  const large = pngBytes(72, 72, (x, y) => [x, y, 0]);
  await dropFiles(page, 'main', [fileOf('large.png', large, 'image/png')]);
  await page.getByRole('img', { name: 'large.png' }).waitFor();
  await page.getByTestId('top').waitFor({ state: 'detached' });
  await page.getByLabel('Shorter side of the input').fill('32');
  await page.getByText('looked at with 32 × 32').waitFor();
});

test('tabs are reached by the keyboard', async () => {
  const context = await openContext();
  const page = await context.newPage();
  await page.goto(siteUrl());
  await page.getByRole('tab', { name: TABS[0]! }).focus();
  for (const name of [...TABS.slice(1), TABS[0]!]) {
    await page.keyboard.press('ArrowRight');
    await page.locator('[role=tab][aria-selected=true]', { hasText: name }).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe(name);
    await page.getByRole('tabpanel', { name }).waitFor();
  }
});

test('two tabs work at once, and neither minds that the other empties what is kept', async () => {
  const net = fileOf('net.safetensors', await nodeCheckpoint());
  const context = await openContext();
  const pages = await Promise.all([context.newPage(), context.newPage()]);
  const looks = pages.map(async (page) => {
    await page.goto(`${siteUrl()}#classify`);
    await page.getByText('One net, every size').waitFor();
    await dropFiles(page, 'main', [net, picture]);
    await page.getByText('looked at with 40 × 40').waitFor();
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
  await chooseTab(one, 'Train');
  await one.reload();
  await one.getByText('Train an SPP-net, live').waitFor();
});
