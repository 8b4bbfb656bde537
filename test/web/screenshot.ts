/**
 * The picture of the page in the README: a detector is taught, then looks at a scene that it has not seen.
 * `node bench/run.mjs test/web/screenshot.ts docs/teach.jpg`
 */
import { buildSite, launch, serveSite } from './site.js';

const file = process.argv[2];
if (!file) throw new Error('name the file to write, .jpg or .png');

await buildSite();
const [site, browser] = await Promise.all([serveSite(), launch()]);
try {
  const page = await browser.newPage({ viewport: { width: 1120, height: 1600 } });
  page.setDefaultTimeout(300_000); // shaders run on the CPU
  await page.goto(site.url);
  await page.getByRole('button', { name: 'Draw them for me' }).click();
  await page.getByRole('button', { name: 'Train the detector' }).click();
  await page.getByTestId('taught').waitFor();
  await page.getByTestId('detection').first().waitFor();
  const last = (await page.getByText('Score above').boundingBox())!;
  const clip = { x: 0, y: 0, width: 1120, height: Math.ceil(last.y + last.height + 36) };
  await page.screenshot({ path: file, clip, ...(file.endsWith('.jpg') && { type: 'jpeg', quality: 85 }) });
} finally {
  await browser.close();
  await site.close();
}
