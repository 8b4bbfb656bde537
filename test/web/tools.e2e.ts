/** Kernels and pooling on the reader's device, and what goes wrong: told in words, with a way on. */
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { looksWrong } from './looks.js';
import { launch, type Site, serveSite } from './site.js';

let site: Site;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  [site, browser] = await Promise.all([serveSite(), launch()]);
  page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
  page.setDefaultTimeout(120_000); // shaders run on the CPU
  await page.goto(`${site.url}#kernels`);
});

afterAll(async () => {
  await browser?.close();
  await site?.close();
});

test('every rung is checked; a link carries the result', async () => {
  await page.getByLabel('Family').selectOption('spatialPyramidPool');
  await page.getByLabel('Size (').fill('4');
  await page.getByRole('button', { name: 'Run all rungs' }).click();
  await page.locator('[data-testid=rung][data-ok]').first().waitFor();
  await page.getByRole('button', { name: 'Run all rungs' }).and(page.locator(':enabled')).waitFor();
  const rungs = page.locator('[data-testid=rung][data-ok]');
  expect(await rungs.count()).toBeGreaterThan(1);
  expect(await page.locator('[data-testid=rung][data-ok=false]').count()).toBe(0);
  await page.getByRole('button', { name: 'Link with the result' }).click();
  await page.waitForFunction(() => location.hash.startsWith('#kernels/'));
  const other = await browser.newPage();
  await other.goto(page.url());
  await other.getByText('ms on google swiftshader').waitFor({ timeout: 60_000 });
  await other.close();
});

test('an edited kernel is compiled and checked: an error stands at its line', async () => {
  const editor = page.getByRole('textbox', { name: 'WGSL' });
  const code = await editor.evaluate((element) => (element as HTMLElement).innerText);
  expect(code).toContain('fn ');
  await editor.click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('nonsense ');
  await page.getByRole('button', { name: 'Run it against the check' }).click();
  await page.getByTestId('outcome').getByText('Line 1:').waitFor();
  for (let i = 0; i < 9; i++) await page.keyboard.press('Control+z');
  expect(await looksWrong(page, 'kernels')).toEqual([]);
});

test('a sweep of pooling is checked and can be downloaded', async () => {
  await page.getByRole('tab', { name: 'Bench' }).click();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.locator('[data-testid=point]').nth(1).waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('button', { name: 'Run', exact: true }).waitFor();
  expect(await page.locator('[data-testid=point][data-ok=true]').count()).toBeGreaterThan(1);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download JSON' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('pooling.jsonl');
  expect(await looksWrong(page, 'bench')).toEqual([]);
});

test('after the device is lost the next step opens another one', async () => {
  await page.evaluate(() => (globalThis as unknown as { sppgpuDrill(): Promise<void> }).sppgpuDrill());
  await page.getByRole('alert').getByText('The GPU was lost').waitFor();
  await page.getByRole('tab', { name: 'Train' }).click();
  await page.getByLabel('Digits', { exact: true }).fill('200');
  await page.getByLabel('Epochs', { exact: true }).fill('1');
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await page.getByTestId('accuracy').waitFor();
});

test('a broken picture is told by its name, and the others come', async () => {
  await page.getByRole('tab', { name: 'Teach' }).click();
  const before = await page.locator('.strip li').count();
  const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  await page
    .locator('#panel-teach')
    .getByLabel('Open pictures')
    .first()
    .setInputFiles([
      { name: 'broken.png', mimeType: 'image/png', buffer: Buffer.from('no picture') },
      { name: 'sound.png', mimeType: 'image/png', buffer: Buffer.from(pixel, 'base64') },
    ]);
  await page.getByRole('alert').getByText('broken.png').waitFor();
  await expect.poll(() => page.locator('.strip li').count()).toBe(before + 1);
});

test('the site opens again without a network', async () => {
  const context = await browser.newContext();
  const second = await context.newPage();
  await second.goto(site.url);
  await second.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  await context.setOffline(true);
  await second.reload();
  await second.locator('.strip li').first().waitFor({ timeout: 60_000 });
  await context.close();
});

test('without WebGPU the page says what to do', async () => {
  const context = await browser.newContext();
  await context.addInitScript(() => {
    delete (Navigator.prototype as unknown as { gpu?: unknown }).gpu;
  });
  const without = await context.newPage();
  await without.goto(site.url);
  await without.getByRole('alert').getByText('offers no WebGPU').waitFor();
  await context.close();
});
