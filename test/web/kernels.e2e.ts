/** Kernels and pooling on the reader's device: checked, changed, passed on in a link, and refused where they are too large. */
import { readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { inProcess } from '../cli/in-process.js';
import { looksWrong } from './looks.js';
import { chooseTab, closeContexts, downloaded, dropFiles, openSite, siteUrl } from './pages.js';

afterAll(closeContexts);

/** Few rungs that compile fast. */
const FAMILY = 'avgPool2d';
const page = await openSite('kernels');
const size = page.getByLabel('Size (');
const runAll = page.getByRole('button', { name: 'Run all rungs' });
const checked = page.locator('[data-testid=rung][data-ok]');
const milliseconds = (): Promise<string[]> => page.locator('[data-testid=rung] td:nth-child(2)').allInnerTexts();
let link: string;
let measured: string[];

test('every rung is checked; a size that is too large is told in words, and a smaller one works after it', async () => {
  await page.getByLabel('Family').selectOption(FAMILY);
  await size.fill('4096');
  await runAll.click();
  await page
    .getByRole('alert')
    .getByText(/size 4096 needs [\d,]+ MB, .*; choose a smaller size/)
    .waitFor();
  expect(await checked.count()).toBe(0);
  await size.fill('1');
  await runAll.click();
  await page.getByRole('alert').getByText('nothing comes out of size 1; choose a larger one').waitFor();
  await size.fill('6');
  await runAll.click();
  await checked.first().waitFor();
  await runAll.and(page.locator(':enabled')).waitFor();
  expect(await checked.count()).toBeGreaterThan(1);
  expect(await page.locator('[data-testid=rung][data-ok=false]').count()).toBe(0);
});

test('the fastest rung is taken, also after a reload, until the family is left to its rules', async () => {
  const taken = page.locator('[data-testid=rung]', { hasText: 'taken here' }).getByRole('button');
  const rule = await taken.innerText();
  const names = await page.locator('[data-testid=rung] button').allInnerTexts();
  const times = (await milliseconds()).map(Number);
  const fastest = names[times.indexOf(Math.min(...times.filter((ms) => ms > 0)))]!;
  await page.getByRole('button', { name: 'Take the fastest' }).click();
  await page.getByRole('status').getByText(`${FAMILY} takes ${fastest} for work of about this size`).waitFor();
  await expect.poll(() => taken.innerText()).toBe(fastest);
  await page.reload();
  const family = page.getByLabel('Family');
  await family.locator('option').nth(5).waitFor({ state: 'attached' });
  await family.selectOption(FAMILY);
  const back = page.getByRole('button', { name: 'Back to the rules' });
  await back.waitFor();
  await family.selectOption('softmax');
  await back.waitFor({ state: 'detached' });
  await family.selectOption(FAMILY);
  await size.fill('6');
  await back.click();
  await page.getByRole('status').getByText(`${FAMILY} is left to the rules again`).waitFor();
  await expect.poll(() => taken.innerText()).toBe(rule);
  await back.waitFor({ state: 'detached' });
});

test('a device that is lost while rungs are timed makes none of them wrong, and they run again on another', async () => {
  await runAll.click();
  await page.evaluate(() => (globalThis as unknown as { sppgpuDrill(): Promise<void> }).sppgpuDrill());
  await page.getByRole('alert').getByText('The GPU was lost').waitFor();
  await runAll.and(page.locator(':enabled')).waitFor();
  expect(await page.locator('[data-testid=rung][data-ok=false]').count()).toBe(0);
  await runAll.click();
  await checked.nth(1).waitFor();
  await runAll.and(page.locator(':enabled')).waitFor();
  expect(await page.locator('[data-testid=rung][data-ok=false]').count()).toBe(0);
});

test('a link carries the result to another page, and to one that is open', async () => {
  measured = await milliseconds();
  await page.getByRole('button', { name: 'Link with the result' }).click();
  await page.waitForFunction(() => location.hash.startsWith('#kernels/'));
  link = page.url();
  const other = await openSite();
  await other.locator('.strip li').first().waitFor(); // its device is there
  await other.evaluate((hash) => {
    location.hash = hash;
  }, new URL(link).hash);
  await other.getByText('ms on google swiftshader').waitFor();
  expect(await other.getByLabel('Family').locator('option:checked').innerText()).toBe(FAMILY);
  expect(await other.getByLabel('Size (').inputValue()).toBe('6');
  expect(await other.locator('[data-testid=rung] td:nth-child(4)').allInnerTexts()).toEqual(measured);

  for (const [hash, words] of [
    [new URL(link).hash.slice(0, -30), 'is damaged'],
    [new URL(link).hash.replace(FAMILY, 'noPool'), 'not known here (noPool)'],
    [new URL(link).hash.replace('size%22%3A6', 'size%22%3A-6'), 'is damaged'],
  ] as const) {
    await other.evaluate((to) => {
      location.hash = to;
    }, hash);
    await other.getByRole('alert').getByText(words).waitFor();
  }
});

test('an edited kernel is compiled and checked: an error stands at its line', async () => {
  const editor = page.getByRole('textbox', { name: 'WGSL' });
  const code = await editor.evaluate((element) => (element as HTMLElement).innerText);
  expect(code).toContain('fn ');
  await editor.click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('nonsense ');
  const outcome = page.getByTestId('outcome');
  await page.getByRole('button', { name: 'Run it against the check' }).click();
  await outcome.getByText('Line 1:').waitFor();
  for (let i = 0; i < 9; i++) await page.keyboard.press('Control+z');
  await page.getByRole('button', { name: 'Run it against the check' }).click();
  await outcome.getByText(/^Right; /).waitFor();
  expect(await looksWrong(page, 'kernels')).toEqual([]);
});

test('a sweep of pooling is checked, and the command line reads what is downloaded', async () => {
  const news = page.getByRole('status').getByText('carries');
  await news.waitFor();
  await chooseTab(page, 'Bench');
  await news.waitFor({ state: 'detached' }); // it was said of the address of the other tab
  await page.getByLabel('Over').selectOption('side of the map, sliding'); // few rungs
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.locator('[data-testid=point]').nth(1).waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('button', { name: 'Run', exact: true }).waitFor();
  expect(await page.locator('[data-testid=point][data-ok=true]').count()).toBeGreaterThan(1);
  const sides = await page.locator('[data-testid=point] td:first-child').allInnerTexts();
  const ticks = page.locator('#panel-bench .plot [aria-label="x-axis tick label"] text');
  await expect.poll(() => ticks.allTextContents()).toEqual([...new Set(sides)]);
  const file = await downloaded(page, () => page.getByRole('button', { name: 'Download JSON' }).click());
  expect(file).toMatch(/pooling\.jsonl$/);
  const here = readFileSync(file, 'utf8').trim().split('\n');
  const { case: point, adapter } = JSON.parse(here[0]!) as { case: string; adapter: string };
  expect(adapter).toBe('google swiftshader');
  const only = ['--cases', `^${point}$`, '--budget', '0.02'];
  const read = await inProcess(['bench', 'pooling', ...only, '--with', file, '--json']);
  expect(read.code).toBe(0);
  // Whole, with the share of its own adapter's limits.
  const there = read.stdout.split('\n').filter((line) => line.includes(adapter));
  expect(there.map((line) => JSON.parse(line) as unknown)).toContainEqual(JSON.parse(here[0]!));
  expect(await looksWrong(page, 'bench')).toEqual([]);
});

test('a tab that takes no files says where they go, and the page stays', async () => {
  await dropFiles(page, 'main', [{ name: 'cat.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('') }]);
  await page.getByRole('alert').getByText('Bench takes no files; go to Teach a detector or Classify').waitFor();
  expect(page.url().startsWith(siteUrl())).toBe(true);
});
