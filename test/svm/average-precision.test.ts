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

/**
 * The plain definition, in O(n^2): each score is a threshold that lets in what is not below it; precision at a recall is the
 * best of any threshold with that recall or more. NaN is let in by NaN only, with everything else.
 */
function byThresholds(items: readonly (readonly [number, number])[], method: '11point' | 'allPoint'): number {
  const counted = items.filter(([, target]) => target !== 0);
  const positives = counted.filter(([, target]) => target > 0).length;
  const points = counted.map(([threshold]) => {
    const inside = counted.filter(([score]) => Number.isNaN(threshold) || score >= threshold);
    const found = inside.filter(([, target]) => target > 0).length;
    return { found, precision: found / inside.length };
  });
  const best = (reaches: (found: number) => boolean): number =>
    Math.max(0, ...points.filter(({ found }) => reaches(found)).map(({ precision }) => precision));
  const levels =
    method === '11point'
      ? Array.from({ length: 11 }, (_, tenth) => best((found) => found > 0 && found * 10 >= tenth * positives))
      : Array.from({ length: positives }, (_, i) => best((found) => found > i));
  return positives === 0 ? Number.NaN : levels.reduce((sum, value) => sum + value, 0) / levels.length;
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
    expect(() => averagePrecision([1], [1, 1])).toThrow('1 scores but 2 targets; pass one target for each');
  });

  it('does not depend on the order of equal scores', () => {
    for (const dead of [0, Number.NaN, Number.NEGATIVE_INFINITY]) {
      const scores = [dead, dead, dead, dead];
      for (const targets of [
        [1, -1, -1, -1],
        [-1, -1, -1, 1],
      ]) {
        for (const method of ['11point', 'allPoint'] as const)
          expect(averagePrecision(scores, targets, method)).toBe(0.25);
      }
    }
    // 1 is found alone; the three of 0.5 come together, as numbers two to four.
    expect(averagePrecision([0.5, 1, 0.5, 0.5], [1, 1, -1, 1], 'allPoint')).toBeCloseTo((1 + 0.75 + 0.75) / 3);
    expect(averagePrecision([0, -0], [-1, 1], 'allPoint')).toBe(0.5);
  });

  it('ranks NaN behind -Infinity', () => {
    expect(averagePrecision([Number.NaN, Number.NEGATIVE_INFINITY], [1, -1])).toBe(0.5);
    expect(averagePrecision([Number.NaN, Number.NEGATIVE_INFINITY], [-1, 1])).toBe(1);
  });

  it('equals its definition by thresholds, with ties, NaN, infinities and difficult items, in any order', () => {
    const score = fc.oneof(
      fc.constantFrom(0, 1, 1, 2, 3, Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY),
      fc.double(),
    );
    const items = fc.array(fc.tuple(score, fc.constantFrom(1, -1, -1, 0)), { maxLength: 25 });
    const shuffled = items.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, fc.constantFrom('11point' as const, 'allPoint' as const), ([all, other], method) => {
        const of = (list: readonly (readonly [number, number])[]) =>
          averagePrecision(
            list.map(([own]) => own),
            list.map(([, target]) => target),
            method,
          );
        expect(of(other)).toBe(of(all));
        const expected = byThresholds(all, method);
        if (Number.isNaN(expected)) expect(of(all)).toBeNaN();
        else expect(of(all)).toBeCloseTo(expected, 12);
      }),
      { numRuns: 500 },
    );
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
