import { expect, test } from 'vitest';
import { storedWindows } from '../../src/cli/detect/window-options.js';

test("a detector's windows are found again as its file says, with the sides of the smallest", () => {
  const settings = { method: 'selective-search', minSide: 6, maxBoxes: 300, seed: 4 };
  expect(storedWindows(settings, {}, 'd')).toEqual({
    flags: { method: 'selective-search', minSide: 6, maxBoxes: 300 },
    seed: 4,
  });
  expect(storedWindows({ ...settings, minSide: 'x' }, { maxBoxes: 5 }, 'd').flags).toEqual({
    method: 'selective-search',
    maxBoxes: 5,
  });
});
