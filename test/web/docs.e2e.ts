/** The documentation's site, as a reader opens it: pages, search, nothing amiss in the console. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../tooling/repository.js';
import { closeContexts, openContext } from './pages.js';
import { type Site, serveSite } from './site.js';

let site: Site;
const problems: string[] = [];

const context = await openContext();
const page = await context.newPage();
page.on('pageerror', (error) => problems.push(error.message));
page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
page.on('response', (answer) => answer.ok() || problems.push(`${answer.status()} ${answer.url()}`));

beforeAll(async () => {
  site = await serveSite({ folder: join(root, 'dist/docs'), prefix: '/' });
});

afterAll(async () => {
  await closeContexts();
  await site?.close();
});

test('the first page opens, and leads to the guide', async () => {
  await page.goto(site.url);
  await page.getByRole('link', { name: 'Guide' }).first().click();
  await page.getByRole('heading', { level: 1 }).waitFor();
  expect(page.url()).toContain('guide');
});

test('search finds a word, and opens the page that has it', async () => {
  await page.getByRole('button', { name: 'Search' }).first().click();
  await page.getByRole('searchbox').or(page.locator('#localsearch-input')).first().fill('winograd');
  const found = page.locator('.VPLocalSearchBox .result');
  await found.first().waitFor();
  expect((await found.first().innerText()).toLowerCase()).toContain('winograd');
  await found.first().click();
  await expect.poll(() => page.locator('main').innerText()).toMatch(/winograd/i);
});

test('nothing is amiss in the console, and nothing is asked for that is not there', () => expect(problems).toEqual([]));
