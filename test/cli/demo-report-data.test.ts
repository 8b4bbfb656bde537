import { expect, test } from 'vitest';
import { leadsOf } from '../../src/cli/demo/report-data.js';
import { shapeBuckets, sizeBuckets } from '../../src/demo/buckets.js';
import type { Verdict } from '../../src/demo/evaluate-digits.js';

/** What a net said of digits of class 1, each by its size and whether it is right. */
function verdicts(given: readonly [width: number, height: number, right: boolean][]): Verdict[] {
  return given.map(([width, height, right], i) => ({
    item: { id: String(i), label: 1, image: { width, height, data: new Uint8Array(0) } },
    predicted: right ? 1 : 7,
    probability: 0.5,
  }));
}

const spp = verdicts([
  [16, 23, true],
  [23, 24, false],
  [96, 40, true],
  [80, 40, true],
  [30, 90, false],
]);
const fixed = verdicts([
  [16, 23, true],
  [23, 24, true],
  [96, 40, false],
  [80, 40, false],
  [30, 90, false],
]);

test('buckets of sizes go by the longer side, of shapes by width over height; their lower edge belongs to them', () => {
  expect(sizeBuckets(spp)).toEqual([
    { label: '< 24 px', correct: 1, total: 1 },
    { label: '24–32 px', correct: 0, total: 1 },
    { label: '≥ 80 px', correct: 2, total: 3 },
  ]);
  expect(shapeBuckets(spp)).toEqual([
    { label: '< 0.5', correct: 0, total: 1 },
    { label: '0.5–0.8', correct: 1, total: 1 },
    { label: '0.8–1.25', correct: 0, total: 1 },
    { label: '≥ 2', correct: 2, total: 2 },
  ]);
});

test('leads count what only one net was right on, in whatever order the other answered', () => {
  const { all, bySize, byAspect } = leadsOf(spp, fixed.toReversed());
  expect(all).toEqual({ label: 'all', onlySpp: 2, onlyFixed: 1, total: 5 });
  expect(bySize.map(({ label, onlySpp, onlyFixed }) => [label, onlySpp, onlyFixed])).toEqual([
    ['< 24 px', 0, 0],
    ['24–32 px', 0, 1],
    ['≥ 80 px', 2, 0],
  ]);
  expect(byAspect.at(-1)).toEqual({ label: '≥ 2', onlySpp: 2, onlyFixed: 0, total: 2 });
});
