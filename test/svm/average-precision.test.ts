import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { averagePrecision, averagePrecisionOfRanking, meanAveragePrecision } from '../../src/svm/average-precision.js';

/** The definitions, word by word, in whole numbers. */
function literal(hits: readonly boolean[], positives: number, method: '11point' | 'allPoint'): number {
  let found = 0;
  const curve = hits.map((hit, rank) => {
    if (hit) found += 1;
    return { found, precision: found / (rank + 1) };
  });
  const best = (recall: (found: number) => boolean): number =>
    Math.max(0, ...curve.filter((point) => recall(point.found)).map((point) => point.precision));
  if (method === '11point') {
    return Array.from({ length: 11 }, (_, t) => best((n) => n * 10 >= t * positives)).reduce((a, b) => a + b) / 11;
  }
  let area = 0;
  for (let step = 1; step <= positives; step += 1) area += best((n) => n >= step) / positives;
  return area;
}

describe('average precision', () => {
  it('matches hand-made rankings', () => {
    expect(averagePrecision([4, 3, 2, 1], [1, 1, -1, -1])).toBe(1);
    expect(averagePrecision([4, 3, 2, 1], [-1, -1, 1, 1])).toBeCloseTo(0.5);
    // Precision 1 to recall 1/2, then 2/3: six of eleven levels at 1, five at 2/3.
    expect(averagePrecision([4, 3, 2, 1], [1, -1, 1, -1])).toBeCloseTo((6 + 5 * (2 / 3)) / 11);
    expect(averagePrecision([4, 3, 2, 1], [1, -1, 1, -1], 'allPoint')).toBeCloseTo((1 + 2 / 3) / 2);
  });

  it('does not lose the level 0.3 at a recall of three tenths', () => {
    const hits = [true, true, true, false, false];
    expect(averagePrecisionOfRanking(hits, 10)).toBeCloseTo(4 / 11);
  });

  it('leaves difficult items out and ranks NaN last', () => {
    expect(averagePrecision([9, 3, 2], [0, 1, -1])).toBe(1);
    expect(averagePrecision([Number.NaN, 3], [-1, 1])).toBe(1);
    expect(averagePrecision([1, 2], [-1, 0])).toBeNaN();
    expect(meanAveragePrecision([0.5, Number.NaN, 1])).toBe(0.75);
    expect(() => averagePrecision([1], [1, 1])).toThrow('1 scores but 2 targets');
  });

  it('equals the definition for any ranking, with positives that were never found', () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { maxLength: 40 }),
        fc.nat(15),
        fc.constantFrom('11point' as const, 'allPoint' as const),
        (hits, missed, method) => {
          const positives = hits.filter(Boolean).length + missed;
          fc.pre(positives > 0);
          expect(averagePrecisionOfRanking(hits, positives, method)).toBeCloseTo(literal(hits, positives, method), 12);
        },
      ),
    );
  });
});
