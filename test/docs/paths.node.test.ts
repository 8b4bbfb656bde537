/** Files that the documentation speaks of are there; those that a recipe has its reader make are not there yet. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { filesBelow, root } from '../tooling/repository.js';

/** What the recipes of CONTRIBUTING.md make. */
const TO_BE_MADE: Readonly<Record<string, readonly string[]>> = {
  'CONTRIBUTING.md': [
    'shaders/elementwise/unary/softsign.wgsl',
    'shaders/tile/engines/small.wgsl',
    'src/data/flat-folder.node.ts',
    'src/models/layers/adaptive-max-pool.ts',
    'src/ops/softsign.ts',
  ],
};

test.each(['README.md', 'CONTRIBUTING.md', ...filesBelow('docs', /\.md$/)])('%s', (page) => {
  const named = readFileSync(root + page, 'utf8').matchAll(/`((?:bench|docs|shaders|src|test|tools)\/[\w./-]+\.\w+)`/g);
  const missing = new Set(
    [...named].map(([, path]) => path!).filter((path) => !/\/[A-Z]+\./.test(path) && !existsSync(root + path)),
  );
  expect([...missing].sort()).toEqual(TO_BE_MADE[page] ?? []);
});
