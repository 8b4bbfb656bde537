import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const WIDTHS = [390, 820, 1440];

/**
 * Looks at the page in three widths, light and dark: what axe finds wrong, whether it is wider than the window, whether plots are drawn
 * for the width they have and keep inside it, whether all tabs and the sentences of tables are in sight. Pictures of it are kept in the folder that `SPPGPU_SHOTS` names.
 */
export async function looksWrong(page: Page, name: string): Promise<string[]> {
  const wrong: string[] = [];
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.addScriptTag({ path: AXE });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 1000 });
      const at = `${name}, ${width} px, ${colorScheme}`;
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      if (wide > width) wrong.push(`${at}: ${wide} pixels wide`);
      const squeezed = await page.evaluate(async () => {
        scrollTo(0, 0);
        for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
        const plots = [...document.querySelectorAll('.plot svg')].filter((plot) => plot.checkVisibility());
        const widths = plots.map((plot) => ({
          drawn: Number(plot.getAttribute('width')),
          shown: plot.getBoundingClientRect().width,
        }));
        return widths.filter(({ drawn, shown }) => Math.abs(drawn - shown) > 1);
      });
      const tabs = await page.evaluate(() => {
        const places = [...document.querySelectorAll('[role=tab]')];
        const list = document.querySelector('[role=tablist]')!.getBoundingClientRect();
        return places.filter((tab) => {
          const { left, right } = tab.getBoundingClientRect();
          return left < list.left - 1 || right > list.right + 1;
        }).length;
      });
      const spilled = await page.evaluate(() => {
        const plots = [...document.querySelectorAll('.plot svg')].filter((plot) => plot.checkVisibility());
        return plots.flatMap((plot) => {
          const room = plot.getBoundingClientRect();
          const parts = [...plot.querySelectorAll('text, rect')].filter((part) => {
            const { left, right, top, bottom } = part.getBoundingClientRect();
            return left < room.left - 1 || right > room.right + 1 || top < room.top - 1 || bottom > room.bottom + 1;
          });
          return parts.map((part) => part.textContent || part.tagName);
        });
      });
      const cut = await page.evaluate(() => {
        const sentences = [...document.querySelectorAll('.words')].filter((each) => each.checkVisibility());
        return sentences.filter((each) => each.getBoundingClientRect().right > innerWidth).length;
      });
      if (cut > 0) wrong.push(`${at}: ${cut} sentences of a table reach out of sight`);
      if (tabs > 0) wrong.push(`${at}: ${tabs} tabs are cut off`);
      if (spilled.length > 0) wrong.push(`${at}: parts of a plot reach out of it: ${spilled.join(', ')}`);
      for (const { drawn, shown } of squeezed) wrong.push(`${at}: a plot of ${drawn} pixels is shown on ${shown}`);
      const folder = process.env.SPPGPU_SHOTS;
      if (folder) {
        mkdirSync(folder, { recursive: true });
        await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
      }
      // Colours do not depend on the width, nor what stands where on the colours: each is looked through once.
      if (width !== (colorScheme === 'light' ? WIDTHS[0] : WIDTHS.at(-1))) continue;
      const found = await page.evaluate(async () => {
        const { axe } = globalThis as unknown as { axe: typeof import('axe-core') };
        const { violations } = await axe.run();
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
      });
      wrong.push(...found.map((line) => `${at}: ${line}`));
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1440, height: 1000 });
  return wrong;
}
