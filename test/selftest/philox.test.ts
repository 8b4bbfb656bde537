/** Two Philox generators, written apart, give the same words. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { philoxBlock } from '../../src/selftest/reference/philox.js';
import { philox } from '../../src/tensor/philox.js';

const word = fc.integer({ min: 0, max: 0xffffffff });

test('the reference gives the known answer of Random123', () => {
  expect(philoxBlock([0, 0, 0, 0], [0, 0])).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
});

test('the generator equals the reference', () => {
  fc.assert(
    fc.property(fc.tuple(word, word, word, word), fc.tuple(word, word), (counter, key) => {
      expect([...philox(counter, key)]).toEqual(philoxBlock(counter, key));
    }),
  );
});
