/** Every TypeScript example of the documentation runs, and prints what it says it prints. */
import { readFileSync } from 'node:fs';
import * as fsPromises from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { inspect } from 'node:util';
import { transformWithOxc } from 'vite';
import { describe, expect, test } from 'vitest';
import * as both from '../../src/index.js';
import * as methods from '../../src/methods.js';
import * as node from '../../src/node.js';
import { filesBelow, root } from '../tooling/repository.js';
import { codeBlocks, promises, runExample } from './examples.js';

const pages = ['README.md', 'CONTRIBUTING.md', ...filesBelow('docs', /\.md$/)];

/** On the adapter that the tests were told to use. */
const createDevice: typeof node.createDevice = (options = {}) =>
  node.createDevice({ adapter: process.env.SPPGPU_TEST_ADAPTER ?? 'auto', ...options });
const modules = {
  sppgpu: both,
  'sppgpu/methods': methods,
  'sppgpu/node': { ...node, createDevice },
  'node:fs/promises': fsPromises,
  'node:os': os,
  'node:path': path,
};

describe.each(pages)('%s', (page) => {
  const blocks = codeBlocks(readFileSync(root + page, 'utf8'));

  for (const { language, code, line } of blocks) {
    if (language !== 'ts' || !code.includes("from 'sppgpu/node'")) continue;
    test(`the example at line ${line}`, { timeout: 300_000 }, async () => {
      const { code: script } = await transformWithOxc(code, `${page}.ts`);
      const printed = (await runExample(script, modules)).map((values) => values.map(shown).join(' '));
      const promised = promises(code);
      expect(printed.length).toBeGreaterThan(0);
      const losses = printed.flatMap((text) => /loss ([\d.]+)/.exec(text)?.[1] ?? []);
      if (losses.length > 0) expect(Number(losses.at(-1))).toBeLessThan(Number(losses[0]) / 2);
      if (promised.length > 0) expect(printed).toEqual(promised.map(({ text }) => text));
    });
  }

  test('links to files of the repository', () => {
    const text = readFileSync(root + page, 'utf8');
    const folder = page.includes('/') ? `${page.slice(0, page.lastIndexOf('/'))}/` : '';
    for (const [, target] of text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)) {
      expect(() => readFileSync(`${root}${folder}${target}`), `${page}: ${target}`).not.toThrow();
    }
  });
});

function shown(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value, { breakLength: Number.POSITIVE_INFINITY });
}
