/** Brings together the pages of the documentation's site, all but the API reference: `tools/docs/site/pages`, which VitePress reads. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ladderRows } from '../../src/ops/ladders.js';
import { filesBelow, root } from '../../test/tooling/repository.js';
import { OUTSIDE, placeOf, relinked } from './links.js';
import { opUses } from './op-shaders.js';
import { families, familyPage, slugOf, unwritten } from './rungs.js';
import { opTablePage, shaderFolder, shaderPage } from './tables.js';
import type { Times } from './times.js';

const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** Every page, by its place on the site. */
export function pages(): Map<string, string> {
  const made = new Map<string, string>();
  for (const file of [...filesBelow('docs', /\.md$/), ...Object.keys(OUTSIDE)])
    made.set(placeOf(file)!, relinked(read(file), file));
  for (const [name, text] of familyPages()) made.set(name, text);
  made.set('op-table.md', opTablePage(opUses()));
  const shaders = filesBelow('shaders', /\.wgsl$/).map((file) => file.slice('shaders/'.length));
  for (const folder of new Set(shaders.map(shaderFolder))) {
    const own = shaders.filter((file) => shaderFolder(file) === folder);
    made.set(`shaders/${folder}.md`, shaderPage(folder, new Map(own.map((file) => [file, read(`shaders/${file}`)]))));
  }
  made.set('index.md', read('tools/docs/index.md'));
  return made;
}

/** docs/kernels/FAMILY.md with what the registry, the shaders and the measurements say. */
function familyPages(): [string, string][] {
  const times = JSON.parse(read('docs/kernels/times.json')) as Times;
  return families().map((family) => {
    const file = `docs/kernels/${slugOf(family)}.md`;
    const written = existsSync(join(root, file)) ? read(file) : unwritten(family);
    const page = {
      family,
      rows: ladderRows().filter((row) => row.family === family),
      times: times.filter((row) => row.family === family),
      shader: (path: string) => read(`shaders/${path}`),
      shownBefore: shownBefore(family),
    };
    return [placeOf(file)!, relinked(familyPage(written, page), file)];
  });
}

/** Shaders that an earlier family's page shows, and where: the tile engines serve four families. */
function shownBefore(family: string): Map<string, string> {
  const shown = new Map<string, string>();
  for (const row of ladderRows()) {
    if (row.family === family) break;
    if (!shown.has(row.file)) shown.set(row.file, `${slugOf(row.family)}.md#${row.rung.toLowerCase()}`);
  }
  return shown;
}

export function assemble(): void {
  const folder = join(root, 'tools/docs/site/pages');
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  for (const [name, text] of pages()) write(name, text);
  for (const picture of filesBelow('docs', /\.(svg|png|jpe?g)$/)) {
    const place = join(folder, placeOf(picture)!);
    mkdirSync(dirname(place), { recursive: true });
    copyFileSync(join(root, picture), place);
  }
  write('families.json', JSON.stringify(families().map((family) => ({ family, slug: slugOf(family) }))));
}
