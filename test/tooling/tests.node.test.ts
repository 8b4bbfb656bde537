import { expect, test } from 'vitest';
import { readSources } from './imports.js';
import { filesBelow, root } from './repository.js';

/** What keeps a test from running; a test that needs a file of the system, such as /dev/full, may ask for it. */
const avoidance =
  /\b(?:test|it|describe|suite)(?:\.\w+(?:\([^()]*\))?)*\.(?:skip|skipIf|runIf(?!\(existsSync\()|todo|only|fails)\(|\bcontext\.skip\(|\bx(?:it|test|describe)\(/;

test('no test is skipped, left to do, or singled out', () => {
  const tests = readSources(root, filesBelow('test', /\.ts$/));
  expect(tests.size).toBeGreaterThan(10);
  const found = [...tests].filter(([, source]) => avoidance.test(source)).map(([path]) => path);
  expect(found).toEqual([]);
});

// In pieces, so that this file does not find itself.
test.each([
  ['test', '.skip', "('a')"],
  ['describe', '.skipIf', '(noAdapter)'],
  ['it', '.each([1, 2])', '.only', "('a')"],
  ['test', '.runIf', '(adapter)'],
  ['it', '.todo', "('a')"],
])('the search finds %s%s', (...pieces) => {
  expect(pieces.join('')).toMatch(avoidance);
});
