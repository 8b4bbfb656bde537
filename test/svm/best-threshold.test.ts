import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestThreshold } from '../../src/svm/best-threshold.js';

const f1 = (scores: readonly number[], targets: readonly number[], threshold: number): number => {
  const taken = scores.map((score) => score > threshold);
  const right = taken.filter((take, i) => take && targets[i]! > 0).length;
  const both = taken.filter(Boolean).length + targets.filter((target) => target > 0).length;
  return both === 0 ? 0 : (2 * right) / both;
};

describe('the best threshold', () => {
  it('lies halfway between the last that is taken and the first that is not', () => {
    expect(bestThreshold([3, -1, 2, -3], [1, 1, -1, -1])).toBe(-2);
    expect(bestThreshold([3, 2, -1, -3], [1, 1, -1, -1])).toBe(0.5);
  });

  it('takes equal scores together', () => {
    expect(bestThreshold([1, 1, 0], [1, -1, -1])).toBe(0.5);
  });

  it('is below a positive that is the last of all, also where it is 0 or below', () => {
    for (const score of [2, 0, -2]) expect(bestThreshold([score], [1])).toBe(score - 0.5);
  });

  it('is 0 without a positive', () => {
    expect(bestThreshold([5, -5], [-1, -1])).toBe(0);
    expect(bestThreshold([], [])).toBe(0);
  });

  it('has the best F1 of all thresholds', () => {
    const score = fc.integer({ min: -6, max: 6 }).map((n) => n / 2);
    const examples = fc.array(fc.tuple(score, fc.constantFrom(-1, 1)), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(examples, (all) => {
        const [scores, targets] = [all.map(([value]) => value), all.map(([, target]) => target)];
        const reached = f1(scores, targets, bestThreshold(scores, targets));
        for (const other of scores) expect(reached).toBeGreaterThanOrEqual(f1(scores, targets, other - 0.25));
      }),
    );
  });
});
