/** Whatever the command line says goes through one place, which survives readers that go away and knows of the bar. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { filesBelow, root } from './repository.js';

test('commands write through output.ts only', () => {
  const direct = filesBelow('src/cli', /\.ts$/).filter(
    (file) =>
      !file.endsWith('/output.ts') &&
      /process\.(stdout|stderr)\.write|console\./.test(readFileSync(root + file, 'utf8')),
  );
  expect(direct).toEqual([]);
});
