import { expect, test } from 'vitest';
import { isBelow } from '../../src/io/is-below.node.js';

test('a folder holds itself and what is in it, not what only begins with its name', () => {
  for (const path of [
    'runs/a',
    'runs/a/',
    'runs/a/b.json',
    './runs/../runs/a/b/c',
    `${process.cwd()}/runs/a/b`,
    'runs/a/..b',
  ]) {
    expect(isBelow(path, 'runs/a'), path).toBe(true);
  }
  for (const path of ['runs/ab', 'runs/a2/b.jpg', 'runs', 'runs/a/../b', '/', '..']) {
    expect(isBelow(path, 'runs/a'), path).toBe(false);
  }
});
