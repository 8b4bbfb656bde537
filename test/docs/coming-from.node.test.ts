/** Every name of the last column of docs/coming-from.md is one of the library. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as sppgpu from '../../src/index.js';
import { root } from '../tooling/repository.js';

test('what the page says a thing is called is exported under that name', () => {
  const rows = readFileSync(`${root}docs/coming-from.md`, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  const cells = rows.map((row) => row.split('|').at(-2)!);
  const names = cells.flatMap((cell) =>
    [...cell.matchAll(/`(?:await )?((?:nn\.|optim\.)?\w+)(?:`|\()/g)].map(([, name]) => name!),
  );
  expect(names.length).toBeGreaterThan(30);
  const has = (name: string) =>
    name.split('.').reduce<unknown>((face, part) => (face as Record<string, unknown>)?.[part], sppgpu) !== undefined;
  expect(names.filter((name) => !has(name))).toEqual([]);
});

test('members that it names are those of tensors and modules', () => {
  const members = ['data', 'item', 'array', 'backward', 'dispose'];
  expect(members.filter((name) => !(name in sppgpu.Tensor.prototype))).toEqual([]);
  expect(['eval', 'stateDict'].filter((name) => !(name in sppgpu.nn.Module.prototype))).toEqual([]);
});
