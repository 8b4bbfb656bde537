import { expect, test } from 'vitest';
import { importGraph, importsOf, readSources } from './imports.js';
import { importCircles, layerViolations } from './layers.js';
import { filesBelow, root } from './repository.js';

const graph = importGraph(readSources(root, filesBelow('src', /\.tsx?$/)));
const planted = (file: string, code: string) => layerViolations(new Map([...graph, [file, importsOf(file, code)]]));

test('imports of src/ point down', () => {
  expect(graph.size).toBeGreaterThan(50);
  expect(layerViolations(graph)).toEqual([]);
});

test('benchmarks and tools do not reach the package through its command line', () => {
  const outside = importGraph(readSources(root, [...filesBelow('bench', /\.ts$/), ...filesBelow('tools', /\.ts$/)]));
  expect(outside.size).toBeGreaterThan(10);
  const through = [...outside].filter(([, imports]) => imports.some(({ target }) => target.startsWith('src/cli/')));
  expect(through.map(([file]) => file)).toEqual([]);
});

test('no files of src/ import each other round a circle', () => {
  expect(importCircles(graph)).toEqual([]);
  const planted = "import type { Op } from './b.js';";
  const circle = new Map([
    ['src/ops/a.ts', importsOf('src/ops/a.ts', planted)],
    ['src/ops/b.ts', importsOf('src/ops/b.ts', "export { f } from './a.js';")],
  ]);
  expect(importCircles(circle)).toEqual(['src/ops/a.ts -> src/ops/b.ts -> src/ops/a.ts']);
});

test.each([
  ['an op in the runtime', 'src/runtime/planted.ts', "import { add } from '../ops/add.js';"],
  ['only a type of a higher layer', 'src/tensor/planted.ts', "import type { Op } from '../ops/op.js';"],
  ['a re-export from above', 'src/nn/planted.ts', "export { zf5 } from '../models/zf5.js';"],
  ['a sibling layer', 'src/optim/planted.ts', "export * from '../nn/module.js';"],
  ['the data in io/', 'src/io/planted.ts', "import { subset } from '../data/subset.js';"],
  ['reports in the ops', 'src/ops/planted.ts', "import { html } from '../report/html.js';"],
  ['a dynamic import from above', 'src/data/planted.ts', "export const net = import('../models/zf5.js');"],
  ['the public face', 'src/models/planted.ts', "import '../index.js';"],
  ['a builtin in a file for both worlds', 'src/io/planted.ts', "import { readFileSync } from 'node:fs';"],
  ['a Node file in a file for both worlds', 'src/io/planted.ts', "import '../io/atomic.node.js';"],
  ['Dawn in a file for both worlds', 'src/runtime/planted.ts', "export const dawn = import('webgpu');"],
  ['a folder that no layer names', 'src/misc/planted.ts', "import '../runtime/errors.js';"],
])('a planted violation is found: %s', (_, file, code) => {
  expect(planted(file, code)).toEqual([expect.stringContaining(`${file} imports `)]);
});

test('the face for both worlds cannot reach Node through other files', () => {
  const found = planted('src/index.ts', "export { findAdapter } from './runtime/adapter.node.js';");
  expect(found).toContainEqual(expect.stringMatching(/^src\/index\.ts reaches node:/));
  expect(planted('src/index.ts', "export type { Device } from './runtime/device.js';")).toEqual([]);
});
