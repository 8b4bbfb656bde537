/** Matching of boundaries and what is counted, against exhaustive search and by hand. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { votesOf } from '../../../src/detect/edges/annotators.js';
import { BoundaryMatcher } from '../../../src/detect/edges/boundary-matcher.js';
import {
  bestThreshold,
  boundaryScores,
  countBoundaries,
  noCounts,
  THRESHOLDS,
} from '../../../src/detect/edges/boundary-score.js';
import type { Picture } from '../../../src/picture/picture.js';

const [WIDTH, HEIGHT] = [6, 5];
const image: Picture = { width: WIDTH, height: HEIGHT, data: new Uint8Array(WIDTH * HEIGHT * 3) };

/** The most places that can be taken: each unit of a predicted pixel tries all places, one after the other. */
function mostMatches(predicted: readonly number[], times: number, capacity: Uint16Array, tolerance: number): number {
  const places = [...capacity.entries()].flatMap(([i, count]) => Array.from({ length: count }, () => i));
  const near = (a: number, b: number) =>
    Math.hypot((a % WIDTH) - (b % WIDTH), Math.floor(a / WIDTH) - Math.floor(b / WIDTH)) <= tolerance;
  const units = predicted.flatMap((i) => Array.from({ length: times }, () => i));
  const holder = new Map<number, number>();
  const take = (unit: number, tried: Set<number>): boolean =>
    places.some((place, at) => {
      if (tried.has(at) || !near(units[unit]!, place)) return false;
      tried.add(at);
      const other = holder.get(at);
      if (other !== undefined && !take(other, tried)) return false;
      holder.set(at, unit);
      return true;
    });
  return units.filter((_, unit) => take(unit, new Set())).length;
}

describe('BoundaryMatcher', () => {
  test('matches as many as can be, after every pixel that joins', () => {
    const capacities = fc.array(fc.constantFrom(0, 0, 1, 1, 2, 3), { minLength: 30, maxLength: 30 });
    const pixels = fc.uniqueArray(fc.nat(29), { maxLength: 15 });
    fc.assert(
      fc.property(
        capacities,
        pixels,
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom(0, 1, 1.5, 2.3),
        (list, joining, times, tolerance) => {
          const capacity = Uint16Array.from(list);
          const matcher = new BoundaryMatcher({ width: WIDTH, height: HEIGHT, capacity }, tolerance);
          let matched = 0;
          for (const [n, i] of joining.entries()) {
            matched += matcher.add(i % WIDTH, Math.floor(i / WIDTH), times);
            expect(matched).toBe(mostMatches(joining.slice(0, n + 1), times, capacity, tolerance));
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('votesOf', () => {
  test('finds how many marked each pixel', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 50 }),
        fc.constantFrom(Math.round, Math.floor),
        (people, shares, cut) => {
          const counts = shares.map((share) => Math.round(share * people));
          const { annotators, votes } = votesOf(Uint8Array.from(counts, (count) => cut((255 * count) / people)));
          // The same shares, perhaps of fewer people.
          for (const [i, count] of counts.entries()) expect(votes[i]! / annotators).toBeCloseTo(count / people, 10);
        },
      ),
    );
  });

  test('bytes of no mean keep a vote each', () => {
    const { votes } = votesOf(Uint8Array.from({ length: 256 }, (_, i) => i));
    expect(votes[0]).toBe(0);
    expect(votes.slice(1).every((count) => count >= 1)).toBe(true);
  });
});

describe('countBoundaries', () => {
  const column = (x: number, value = 1) =>
    Float32Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i % WIDTH === x ? value : 0));
  const count = (strength: Float32Array, marked: Uint8Array, width = WIDTH, height = HEIGHT) =>
    countBoundaries({ width, height, strength }, { image: { ...image, width, height }, marked });
  const marks = (strength: Float32Array) => Uint8Array.from(strength, (value) => 255 * value);

  test('the boundaries themselves score 1, nothing scores 0', () => {
    expect(bestThreshold(count(column(3), marks(column(3)))).f).toBe(1);
    expect(bestThreshold(count(new Float32Array(30), marks(column(3)))).f).toBe(0);
  });

  test('what lies within 0.0075 of the diagonal is right, what lies beyond is not', () => {
    // The diagonal of 300 x 400 is 500: 3.75 pixels.
    const line = (x: number) => Float32Array.from({ length: 120_000 }, (_, i) => (i % 300 === x ? 1 : 0));
    expect(bestThreshold(count(line(103), marks(line(100)), 300, 400)).f).toBe(1);
    expect(bestThreshold(count(line(104), marks(line(100)), 300, 400)).f).toBe(0);
  });

  test('of two lines where people have drawn one, half is right', () => {
    const two = (i: number) => ([100, 102].includes(i % 300) ? 1 : 0);
    const one = (i: number) => (i % 300 === 101 ? 255 : 0);
    const double = Float32Array.from({ length: 120_000 }, (_, i) => two(i));
    const { precision, recall } = bestThreshold(
      count(
        double,
        Uint8Array.from(double, (_, i) => one(i)),
        300,
        400,
      ),
    );
    expect(precision).toBe(0.5);
    expect(recall).toBe(1);
  });

  test('recall goes by votes: a line of two in three people counts twice as much as that of one', () => {
    const far = (a: number, b: number) =>
      Uint8Array.from({ length: 120_000 }, (_, i) => (i % 300 === 50 ? a : i % 300 === 200 ? b : 0));
    const strong = Float32Array.from({ length: 120_000 }, (_, i) => (i % 300 === 50 ? 0.9 : i % 300 === 200 ? 0.2 : 0));
    const counts = count(strong, far(170, 85), 300, 400);
    const at = (threshold: number) => Math.round(threshold * 100) - 1;
    expect(counts.found[at(0.5)]! / counts.votes[at(0.5)]!).toBeCloseTo(2 / 3, 10);
    expect(counts.found[at(0.1)]! / counts.votes[at(0.1)]!).toBe(1);
    expect(counts.right[at(0.5)]).toBe(400);
    expect(counts.predicted[at(0.5)]).toBe(400);
  });

  test('counts only fall as the threshold rises', () => {
    const numbers = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 30, maxLength: 30 });
    const bytes = fc.array(fc.constantFrom(0, 0, 85, 170, 255), { minLength: 30, maxLength: 30 });
    fc.assert(
      fc.property(numbers, bytes, (values, marked) => {
        const counts = count(Float32Array.from(values), Uint8Array.from(marked));
        for (let t = 0; t < THRESHOLDS; t++) {
          const threshold = (t + 1) / 100;
          const predicted = values.filter((value) => Math.floor(Math.fround(value) * 100) >= t + 1).length;
          expect(counts.predicted[t], `${threshold}`).toBe(predicted);
          expect(counts.right[t]).toBeLessThanOrEqual(counts.predicted[t]!);
          expect(counts.found[t]).toBeLessThanOrEqual(counts.votes[t]!);
          if (t > 0) expect(counts.right[t]).toBeLessThanOrEqual(counts.right[t - 1]!);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('boundaryScores', () => {
  /** Right and predicted counts that have their best at one threshold. */
  function picture(best: number, right: number, votes = 10) {
    const counts = noCounts();
    counts.votes.fill(votes);
    for (let t = 0; t < THRESHOLDS; t++) {
      counts.predicted[t] = t <= best ? 10 + (best - t) : 0;
      counts.right[t] = t <= best ? right : 0;
      counts.found[t] = counts.right[t]!;
    }
    return counts;
  }

  test('one threshold for all, or one for each picture, by hand', () => {
    const { ods, ois } = boundaryScores([picture(49, 10), picture(29, 10)]);
    // Each picture alone: all right, all found.
    expect(ois).toBe(1);
    // At 0.30 both: 20 right of 30 + 10 predicted. Above it one of the two is lost.
    expect(ods.threshold).toBe(0.3);
    expect(ods.f).toBeCloseTo((2 * 0.5) / 1.5, 10);
  });

  test('average precision of a perfect map is 1, and of none 0.01 at most', () => {
    const perfect = noCounts();
    for (const name of ['predicted', 'right', 'votes', 'found'] as const) perfect[name].fill(7);
    expect(boundaryScores([perfect]).ap).toBe(1);
    const none = noCounts();
    none.votes.fill(7);
    expect(boundaryScores([none]).ap).toBeLessThan(0.01);
  });
});
