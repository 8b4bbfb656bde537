/** A net to teach a detector with: by drop, by address, and what may come of an address instead. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fileOf, nodeCheckpoint } from './nets.js';
import { closeContexts, dropFiles, kept, openSite } from './pages.js';
import { serveSite } from './site.js';

afterAll(closeContexts);

/** A site of its own, that can go down: what the browser's own switch cuts off is the page, not its service worker. */
const beside = new Map<string, Buffer>();
const site = await serveSite({ other: beside });
const page = await openSite('teach', site.url);
const looksWith = page.locator('.backbone summary');
const told = page.locator('.notices .notice');
const at = (name: string): string => site.url + name;
let net: Buffer;

beforeAll(async () => {
  net = await nodeCheckpoint();
  beside.set('given.safetensors', net);
  await page.locator('.strip li').first().waitFor();
  await looksWith.click();
});

async function fetchFrom(url: string): Promise<void> {
  await page.getByLabel('Address of weights').fill(url);
  await page.getByRole('button', { name: 'Fetch' }).click();
}

test.each([
  [
    'a wrong address',
    () => 'http://127.0.0.1:9/net.safetensors',
    /nothing can be fetched from there.*download the file/,
  ],
  ['an address with nothing', () => at('none.safetensors'), /answered with 404; check the address/],
  [
    'a web page in place of weights',
    () => at('index.html'),
    /is a web page, not weights; copy the address of the file/,
  ],
  ['a file that is not weights', () => at('service-worker.js'), /service-worker\.js: .*;/],
])('%s is told in words, and the net stays', async (_, address, words) => {
  await fetchFrom(address());
  await expect.poll(() => told.innerText()).toMatch(words);
  expect(await looksWith.innerText()).toContain('a small net of digits');
});

test('a net that is dropped is looked with, and one that is no net is told', async () => {
  await dropFiles(page, '#panel-teach', [fileOf('dropped.safetensors', net)]);
  await expect.poll(() => looksWith.innerText()).toContain('dropped.safetensors');
  await dropFiles(page, '.backbone', [fileOf('picture.png', Buffer.from('no net at all'))]);
  await expect.poll(() => told.innerText()).toContain('picture.png: ');
  expect(await looksWith.innerText()).toContain('dropped.safetensors');
});

test('a net by address teaches a detector, also when the device is lost meanwhile; without a network it comes from the browser', async () => {
  await fetchFrom(at('given.safetensors?download=true'));
  await expect.poll(() => looksWith.innerText()).toBe('Looks with given.safetensors');
  await page.getByRole('button', { name: 'Add a box' }).click();
  const teach = page.getByRole('button', { name: 'Train the detector' });
  await teach.click();
  await page.evaluate(() => (globalThis as unknown as { sppgpuDrill(): Promise<void> }).sppgpuDrill());
  await page.getByRole('alert').getByText('The GPU was lost').waitFor();
  await teach.and(page.locator(':enabled')).waitFor();
  await expect.poll(() => told.innerText()).toContain('do the last step again');
  await teach.click();
  await page.getByTestId('taught').waitFor();
  expect(await page.getByTestId('taught').innerText()).toMatch(/^\d+ windows; a 3: [1-9]\d* boxes against \d+ hard/);

  await kept(page);
  await site.close();
  await page.reload();
  await page.locator('.strip li').first().waitFor();
  await looksWith.click();
  await fetchFrom(at('given.safetensors?download=true'));
  await expect.poll(() => looksWith.innerText()).toBe('Looks with given.safetensors');
  await told.getByText('kept from an earlier visit').waitFor({ timeout: 10_000 });
});
