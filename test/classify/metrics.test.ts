import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  classificationReport,
  confusionMatrix,
  meanAndDeviation,
  meanPerClassAccuracy,
  perClassAccuracy,
  predictions,
  rankOf,
  topClasses,
  topKAccuracy,
} from '../../src/classify/metrics.js';

describe('top-k', () => {
  const scores = [0.1, 0.7, 0.2, 0.5, 0.3, 0.2, 0.3, 0.3, 0.4];

  it('counts labels among the k best', () => {
    expect(topKAccuracy(scores, [1, 0, 0], 3, 1)).toBeCloseTo(2 / 3);
    expect(topKAccuracy(scores, [2, 2, 0], 3, 2)).toBeCloseTo(2 / 3);
    expect(topKAccuracy(scores, [2, 2, 0], 3, 5)).toBe(1);
    expect(topKAccuracy([], [], 3, 1)).toBe(0);
  });

  it('never credits NaN and breaks ties by class index', () => {
    expect(topKAccuracy([Number.NaN, Number.NaN], [0], 2, 2)).toBe(0);
    expect(topKAccuracy([Number.NaN, 0.4, 0.6], [0], 3, 5)).toBe(0);
    expect(topKAccuracy([Number.NaN, 0.4, 0.6], [1], 3, 5)).toBe(1);
    const diverged = classificationReport([Number.NaN, Number.NaN, Number.NaN], [2], 3);
    expect(diverged).toMatchObject({ top1: 0, top5: 0 });
    // A row of NaN names no class: not the first one either.
    const first = classificationReport([Number.NaN, Number.NaN, 1, 0], [0, 0], 2);
    expect(first).toMatchObject({ top1: 0.5, top5: 0.5, perClass: [0.5, null], meanPerClass: 0.5 });
    expect([...first.confusion]).toEqual([1, 0, 0, 0]);
    expect(topKAccuracy([0.5, 0.5], [1], 2, 1)).toBe(0);
    expect(topClasses([Number.NaN, Number.NEGATIVE_INFINITY, 0], 3)).toEqual([2, 1, 0]);
    expect(topClasses([0.2, Number.NaN, 0.9, 0.2, Number.NEGATIVE_INFINITY], 5)).toEqual([2, 0, 3, 4, 1]);
    expect([...predictions([Number.NaN, Number.NEGATIVE_INFINITY, Number.NaN, Number.NaN], 2)]).toEqual([1, -1]);
    expect([...predictions([Number.NaN, 0.1, 0.1, 0.3, 0.3, 0.2], 3)]).toEqual([1, 0]);
  });

  it('ranks a class by what is surer than it', () => {
    expect([0, 1, 2].map((label) => rankOf(scores, 3, 3, label))).toEqual([0, 1, 2]);
    expect([0, 1, 2].map((label) => rankOf(scores, 6, 3, label))).toEqual([1, 2, 0]);
  });

  it('agrees with predictions for k = 1 and never falls with k', () => {
    const rows = fc.array(fc.tuple(fc.nat(3), fc.array(fc.nat(3), { minLength: 4, maxLength: 4 })), { minLength: 1 });
    fc.assert(
      fc.property(rows, (drawn) => {
        const labels = drawn.map(([label]) => label);
        const flat = drawn.flatMap(([, row]) => row);
        const hits = [...predictions(flat, 4)].filter((best, row) => best === labels[row]).length;
        expect(topKAccuracy(flat, labels, 4, 1)).toBe(hits / labels.length);
        const byK = [1, 2, 3, 4].map((k) => topKAccuracy(flat, labels, 4, k));
        expect(byK).toEqual(byK.toSorted((a, b) => a - b));
        expect(byK[3]).toBe(1);
      }),
    );
  });

  it('refuses labels that are not a class, and rows that do not fit', () => {
    expect(() => topKAccuracy(scores, [0, 3, 1], 3, 1)).toThrow(
      'label 3 of row 1 is not a class; labels go from 0 to 2',
    );
    expect(() => topKAccuracy(scores, [0], 3, 1)).toThrow('3 rows of scores but 1 labels');
    expect(() => topKAccuracy(scores, [0], 2, 1)).toThrow('9 values are not a whole number of rows of 2');
  });
});

describe('confusion', () => {
  it('has true classes in rows and weighs classes equally in the mean', () => {
    const confusion = confusionMatrix([0, 0, 1, 0], [0, 0, 1, 1], 3);
    expect([...confusion]).toEqual([2, 0, 0, 1, 1, 0, 0, 0, 0]);
    expect(perClassAccuracy([0, 0, 1, 0], [0, 0, 1, 1], 3)).toEqual([1, 0.5, null]);
    expect(meanPerClassAccuracy([0, 0, 1, 0], [0, 0, 1, 1], 3)).toBe(0.75);
  });

  it('comes with every other number in one report', () => {
    const report = classificationReport([0.9, 0.1, 0.8, 0.2], [0, 1], 2);
    expect(report).toMatchObject({ images: 2, top1: 0.5, top5: 1, perClass: [1, 0], meanPerClass: 0.5 });
  });
});

describe('mean and deviation', () => {
  it('uses n - 1', () => {
    expect(meanAndDeviation([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ mean: 5, deviation: Math.sqrt(32 / 7) });
    expect(meanAndDeviation([3])).toEqual({ mean: 3, deviation: 0 });
    expect(meanAndDeviation([])).toEqual({ mean: 0, deviation: 0 });
  });
});
