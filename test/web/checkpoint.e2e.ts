/** A checkpoint of Node, in the page: its training goes on there. */
import { afterAll, expect, test } from 'vitest';
import { fileOf, nodeCheckpoint } from './nets.js';
import { closeContexts, openSite } from './pages.js';

afterAll(closeContexts);

test('a checkpoint of Node goes on here, to another epoch', async () => {
  const page = await openSite('train');
  const slide = (label: string, value: number) => page.getByLabel(label, { exact: true }).fill(String(value));
  await slide('Digits', 200);
  await page.getByLabel('Open checkpoint').setInputFiles(fileOf('node.safetensors', await nodeCheckpoint()));
  await page.getByRole('status').getByText('node.safetensors: 1 epoch is done.').waitFor();
  await page.getByText('right after 1 epoch').waitFor();
  const resume = page.getByRole('button', { name: 'Resume' });
  await resume.waitFor();
  await slide('Epochs', 1);
  await resume.waitFor({ state: 'detached' });
  await slide('Epochs', 2);
  await resume.click();
  await page.getByText('right after 2 epochs').waitFor();
  expect(await page.getByRole('alert').locator('.notice').count()).toBe(0);
});
