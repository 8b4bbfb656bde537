import { expect, test, vi } from 'vitest';
import { Pace } from '../../src/runtime/pace.js';

/** A pace whose pieces each take so long, by a clock of its own. */
function paceAt(ms: number, most: number, seconds?: number): Pace {
  let now = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
  const pace = new Pace(most, seconds);
  expect(pace.depth).toBe(1); // nothing is known yet
  now += 60_000;
  pace.begin();
  now += 4 * ms;
  pace.finished(4);
  clock.mockRestore();
  return pace;
}

test.each([
  { ms: 10, depth: 8 },
  { ms: 100, depth: 5 },
  { ms: 300, depth: 1 },
  { ms: 20_000, depth: 1 },
])('pieces of $ms ms: $depth in flight', ({ ms, depth }) => {
  expect(paceAt(ms, 8).depth).toBe(depth);
});

test('the time can be chosen', () => {
  expect(paceAt(300, 8, 2).depth).toBe(6);
});
