/** The pages of the documentation's site: all that they take from the sources is there, and nothing that they name is gone. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ladderRows } from '../../src/ops/ladders.js';
import { opTable } from '../../src/ops/table.js';
import { pages } from '../../tools/docs/assemble.js';
import { relinked } from '../../tools/docs/links.js';
import { families, familyPage, slugOf } from '../../tools/docs/rungs.js';
import type { Times } from '../../tools/docs/times.js';
import { root } from '../tooling/repository.js';

const site = pages();
const rows = ladderRows();
const times = JSON.parse(readFileSync(`${root}docs/kernels/times.json`, 'utf8')) as Times;

test.each(families())('the page of %s: a picture, every rung, and its shader there or on an earlier page', (family) => {
  const file = `docs/kernels/${slugOf(family)}.md`;
  expect(existsSync(root + file), `${file} is to be written: see docs/kernels/matmul.md`).toBe(true);
  const [, picture] = /!\[[^\]]+\]\((\w[\w-]*\.svg)\)/.exec(readFileSync(root + file, 'utf8'))!;
  expect(existsSync(`${root}docs/kernels/${picture}`)).toBe(true);
  const page = site.get(`kernels/${slugOf(family)}.md`)!;
  expect(page).not.toContain('<!--');
  for (const { rung, file, why, lost } of rows.filter((row) => row.family === family)) {
    expect(page).toContain(`\n### ${rung}\n`);
    expect(page).toContain(why.slice(1));
    if (lost) expect(page).toContain(lost);
    const text = readFileSync(`${root}shaders/${file}`, 'utf8').trimEnd();
    if (page.includes(text)) continue;
    const [, elsewhere] = new RegExp(`shaders/${file}\`: \\[([\\w-]+), \\w+\\]`).exec(page)!;
    expect(site.get(`kernels/${elsewhere}.md`)).toContain(text);
  }
});

test('every page of docs/ has a place in the sidebar', () => {
  const sidebar = readFileSync(`${root}tools/docs/site/.vitepress/config.ts`, 'utf8');
  const own = [...site.keys()].filter((name) => !/\/|^index/.test(name)).map((name) => name.replace(/\.md$/, ''));
  expect(own.filter((name) => !sidebar.includes(`link: '/${name}'`))).toEqual([]);
});

test('a page that places a rung which is gone is refused', () => {
  const page = { family: 'matmul', rows: [], times: [], shader: () => '', shownBefore: new Map() };
  expect(() => familyPage('<!-- rung: lost -->', page)).toThrow('docs/kernels/matmul.md: matmul has no rung lost');
});

test('what was measured is of families and rungs that exist, on two adapters', () => {
  const known = new Set(rows.map(({ family, rung }) => `${family}/${rung}`));
  const measured = times.flatMap(({ family, rungs }) => rungs.map(({ rung }) => `${family}/${rung}`));
  expect(measured.filter((name) => !known.has(name))).toEqual([]);
  for (const family of new Set(times.map((row) => row.family))) {
    const adapters = new Set(times.filter((row) => row.family === family).map(({ adapter }) => adapter));
    expect(adapters.size, family).toBeGreaterThan(1);
  }
});

test('the op table has every op, and a shader or another op behind each that computes', () => {
  const lines = site.get('op-table.md')!.split('\n');
  for (const { name, family } of opTable) {
    const line = lines.find((text) => text.includes(`[\`${name}\`](./api/ops.md#${name.toLowerCase()})`))!;
    expect(line, name).toBeDefined();
    if (family !== 'view') expect(line.split('|').at(-2), name).toMatch(/\]\(/);
  }
  expect(lines.find((text) => text.includes('[`maxPool2d`]'))).toContain(
    './shaders/pooling.md#pooling-max_pool2d-wgsl',
  );
});

test('links are turned to the place on the site, but not inside code; what is not there is refused', () => {
  expect(relinked('[a](../CONTRIBUTING.md#set-up) [b](https://x.test/)', 'docs/design.md')).toBe(
    '[a](./contributing.md#set-up) [b](https://x.test/)',
  );
  expect(relinked('[a](docs/kernels.md)', 'README.md')).toBe('[a](./kernels.md)');
  expect(relinked('[a](../spp.md)', 'docs/kernels/matmul.md')).toBe('[a](../spp.md)');
  expect(relinked('```md\n[a](../src/nn.ts)\n```', 'docs/guide.md')).toBe('```md\n[a](../src/nn.ts)\n```');
  expect(() => relinked('[a](../src/index.ts)', 'docs/guide.md')).toThrow('docs/guide.md links to ../src/index.ts');
});
