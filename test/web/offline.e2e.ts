/** What the browser keeps of the site: it opens without a network, and beside other copies and versions of itself. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { root } from '../tooling/repository.js';
import { chooseTab, closeContexts, kept, openSite } from './pages.js';
import { serveSite } from './site.js';

afterAll(closeContexts);

const caches = (page: Awaited<ReturnType<typeof openSite>>) => page.evaluate(() => globalThis.caches.keys());

test('the site opens again when its server is gone, and computes', async () => {
  const site = await serveSite();
  const page = await openSite('teach', site.url);
  await kept(page);
  await site.close();
  await expect(fetch(site.url)).rejects.toThrow();
  await page.reload();
  await page.locator('.strip li').first().waitFor();
  await chooseTab(page, 'Kernels');
  await page.getByLabel('Family').locator('option').nth(5).waitFor({ state: 'attached' });
});

test('a new version does not take the files of the old one from a page that is open', async () => {
  const other = new Map<string, Buffer | null>();
  const site = await serveSite({ other });
  const page = await openSite('classify', site.url);
  await kept(page);
  const [first] = await caches(page);
  // As when a new build replaces the old one: other names, and the old ones are gone from the server.
  const folder = join(root, '.cache/web');
  const worker = readFileSync(join(folder, 'service-worker.js'), 'utf8');
  for (const name of readdirSync(join(folder, 'assets'))) other.set(`assets/${name}`, null);
  const version = /const version = \[\s*"(\w+)"/.exec(worker)![1]!;
  const files = worker.replace(/const files = \[[^;]*;/, "const files = ['./'];");
  other.set('service-worker.js', Buffer.from(files.replace(version, 'later')));
  await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    await registration.update();
  });
  await expect.poll(() => caches(page)).toHaveLength(2);
  expect(await caches(page)).toContain(first);
  expect(first).toContain(site.url); // another copy at another path has its own
  const lazy = readdirSync(join(folder, 'assets')).find((name) => name.startsWith('_virtual_digits'))!;
  const status = await page.evaluate(async (url) => (await fetch(url)).status, `assets/${lazy}`);
  expect(status).toBe(200);
  await site.close();
});
