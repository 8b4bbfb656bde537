import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FeatureMatrix, featureMatrix, l2Normalise, takeRows } from '../../src/svm/features.js';
import { gramFrom, gramMatrix, gramPays, takeGram } from '../../src/svm/gram.js';
import { svmScores } from '../../src/svm/linear-svm.js';
import { trainOneVsRest } from '../../src/svm/one-vs-rest.js';
import { takeTargets, targetsFromLabels, targetsFromObjects } from '../../src/svm/targets.js';
import { Rng } from '../../src/tensor/rng.js';

interface Golden {
  dimension: number;
  features: number[];
  targets: number[];
  cases: { c: number; positiveWeight: number; biasFeature: number; weights: number[]; primal: number }[];
}

const golden = JSON.parse(readFileSync(new URL('fixtures/liblinear.json', import.meta.url), 'utf8')) as Golden;

/** Clusters of `classes` classes with noise, unit rows. */
function clusters(
  count: number,
  dimension: number,
  classes: number,
  seed: number,
): { features: FeatureMatrix; labels: Int32Array } {
  const rng = new Rng(seed);
  const centres = Array.from({ length: classes * dimension }, () => rng.normal());
  const labels = Int32Array.from({ length: count }, (_, i) => i % classes);
  const data = Float32Array.from({ length: count * dimension }, (_, at) => {
    const [i, k] = [Math.floor(at / dimension), at % dimension];
    return Math.max(0, centres[labels[i]! * dimension + k]! + rng.normal(0, 1.5));
  });
  return { features: l2Normalise(featureMatrix(data, dimension)), labels };
}

describe('against LIBLINEAR', () => {
  const features = featureMatrix(Float32Array.from(golden.features), golden.dimension);
  const targets = { data: Int8Array.from(golden.targets), classes: 1, count: golden.targets.length };

  it.each(golden.cases)('C $c, positive weight $positiveWeight, bias feature $biasFeature', (expected) => {
    const { c, biasFeature, positiveWeight } = expected;
    const options = {
      c,
      biasFeature,
      classWeights: { positive: positiveWeight, negative: 1 },
      tolerance: 1e-7,
      maximumPasses: 100_000,
    };
    for (const gram of [undefined, gramMatrix(features)]) {
      const { model, reports, gap } = trainOneVsRest(features, targets, options, gram);
      expect(gap).toBeLessThan(1e-7);
      expect(Math.abs(reports[0]!.primal / expected.primal - 1)).toBeLessThan(2e-7);
      const found = biasFeature > 0 ? [...model.weights, model.bias[0]! / biasFeature] : [...model.weights];
      found.forEach((weight, k) => {
        expect(weight).toBeCloseTo(expected.weights[k]!, 3);
      });
    }
  });

  it('meets the default tolerance, and then the objective is within it', () => {
    for (const { c, biasFeature, positiveWeight, primal } of golden.cases) {
      const classWeights = { positive: positiveWeight, negative: 1 };
      const { reports } = trainOneVsRest(features, targets, { c, biasFeature, classWeights });
      expect(reports[0]).toMatchObject({ converged: true });
      expect(reports[0]!.relativeGap).toBeLessThan(1e-3);
      expect(reports[0]!.primal / primal - 1).toBeLessThan(1e-3);
      expect(reports[0]!.dual).toBeLessThanOrEqual(primal * (1 + 1e-9));
    }
  });
});

describe('the solver', () => {
  it('finds the hand-made optimum of two points', () => {
    // x = +-2 without intercept: the hinge is met with equality at w = 1/2.
    const features = featureMatrix(Float32Array.of(2, -2), 1);
    const { model, reports } = trainOneVsRest(features, targetsFromLabels([0, 1], 2), {
      biasFeature: 0,
      c: 10,
      tolerance: 1e-9,
    });
    expect([...model.weights]).toEqual([0.5, -0.5]);
    expect([...model.bias]).toEqual([0, 0]);
    expect(reports[0]).toMatchObject({ primal: 0.125, dual: 0.125 });
  });

  it('bounds the true gap: strong duality for any problem, with and without shrinking and Gram matrix', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 30 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 2, max: 4 }),
        fc.constantFrom(0.01, 1, 30),
        fc.constantFrom(0, 0.3, 1),
        fc.boolean(),
        fc.nat(1000),
        (count, dimension, classes, c, biasFeature, shrinking, seed) => {
          const { features, labels } = clusters(count, dimension, classes, seed);
          const targets = targetsFromLabels(labels, classes);
          const options = { c, biasFeature, shrinking, tolerance: 1e-4, maximumPasses: 50_000 };
          const direct = trainOneVsRest(
            features,
            targets,
            options,
            gramPays(features) ? gramMatrix(features) : undefined,
          );
          expect(direct.gap).toBeLessThanOrEqual(1e-4);
          direct.reports.forEach((report, index) => {
            // Recompute the primal from the returned model alone.
            const scores = svmScores(direct.model, features);
            const w = direct.model.weights.subarray(index * dimension, (index + 1) * dimension);
            const bias = biasFeature > 0 ? direct.model.bias[index]! / biasFeature : 0;
            let primal = (w.reduce((sum, v) => sum + v * v, 0) + bias * bias) / 2;
            labels.forEach((label, i) => {
              primal += c * Math.max(0, 1 - (label === index ? 1 : -1) * scores[i * classes + index]!);
            });
            // The model is float32: each hinge may be off by a rounding, times C.
            expect(Math.abs(report.primal - primal)).toBeLessThan(1e-5 * (1 + c * count));
            expect(report.dual).toBeLessThanOrEqual(report.primal * (1 + 1e-9));
          });
        },
      ),
      { numRuns: 40 },
    );
  });

  it('gives the same bits for the same seed, whichever classes stand beside', () => {
    const { features, labels } = clusters(60, 40, 3, 7);
    const targets = targetsFromLabels(labels, 3);
    const first = trainOneVsRest(features, targets, { seed: 5 });
    expect(trainOneVsRest(features, targets, { seed: 5 })).toEqual(first);
    const alone = trainOneVsRest(features, { data: targets.data.slice(0, 60), classes: 1, count: 60 }, { seed: 5 });
    expect(alone.model.weights).toEqual(first.model.weights.slice(0, 40));
    expect(trainOneVsRest(features, targets, { seed: 6 }).model.weights).not.toEqual(first.model.weights);
  });

  it('leaves samples with target 0 out altogether', () => {
    const { features, labels } = clusters(40, 30, 2, 3);
    const targets = targetsFromLabels(labels, 2);
    for (let i = 30; i < 40; i += 1) targets.data[i] = targets.data[40 + i] = 0;
    const kept = Int32Array.from({ length: 30 }, (_, i) => i);
    const options = { tolerance: 1e-9, maximumPasses: 100_000 };
    const partial = trainOneVsRest(features, targets, options);
    const small = trainOneVsRest(takeRows(features, kept), takeTargets(targets, kept), options);
    partial.model.weights.forEach((weight, k) => {
      expect(weight).toBeCloseTo(small.model.weights[k]!, 4);
    });
  });

  it('balances classes: the smaller side weighs as much as the larger', () => {
    const features = featureMatrix(Float32Array.of(1, 1, 1, 1, 1), 1);
    const targets = { data: Int8Array.of(1, -1, -1, -1, -1), classes: 1, count: 5 };
    const plain = trainOneVsRest(features, targets, { tolerance: 1e-9 });
    expect(plain.model.weights[0]! + plain.model.bias[0]!).toBeCloseTo(-1, 3);
    const balanced = trainOneVsRest(features, targets, { classWeights: 'balanced', tolerance: 1e-6 });
    expect(balanced.model.weights[0]! + balanced.model.bias[0]!).toBeCloseTo(0, 3);
  });

  it('survives samples of zeros, a class without positives, and identical samples', () => {
    const zeros = trainOneVsRest(featureMatrix(new Float32Array(12), 3), targetsFromLabels([0, 1, 0, 1], 3), {
      biasFeature: 0,
    });
    expect(zeros.gap).toBe(0);
    expect(zeros.model.weights.every((weight) => weight === 0)).toBe(true);
    const { features } = clusters(10, 5, 2, 1);
    expect(trainOneVsRest(features, targetsFromLabels(new Int32Array(10), 2)).gap).toBeLessThan(1e-3);
  });

  it('reports a class that did not converge instead of hiding it', () => {
    const { features, labels } = clusters(200, 10, 4, 2);
    const { reports, gap } = trainOneVsRest(features, targetsFromLabels(labels, 4), {
      c: 1000,
      maximumPasses: 2,
      tolerance: 1e-6,
    });
    expect(reports.every((report) => !report.converged && report.passes === 2)).toBe(true);
    expect(gap).toBeGreaterThan(1e-6);
  });

  it('polishes over the features when a coarse Gram matrix misses the tolerance', () => {
    const { features, labels } = clusters(60, 80, 2, 4);
    const coarse = gramFrom(
      gramMatrix(features).data.map((value) => Math.round(value * 256) / 256),
      60,
    );
    const options = { c: 100, tolerance: 1e-5, maximumPasses: 10_000 };
    const { gap } = trainOneVsRest(features, targetsFromLabels(labels, 2), options, coarse);
    expect(gap).toBeLessThan(1e-5);
  });
});

describe('features and products', () => {
  it('are multiplied right for every shape of tile and block', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 70 }),
        fc.constantFrom(1, 5, 1030),
        fc.nat(99),
        (count, dimension, seed) => {
          const { features } = clusters(count, dimension, 2, seed);
          const gram = gramMatrix(features);
          for (const [i, j] of [
            [0, 0],
            [count - 1, 0],
            [count >> 1, count - 1],
            [count - 1, count - 1],
          ] as const) {
            let dot = 0;
            for (let k = 0; k < dimension; k += 1)
              dot += features.data[i * dimension + k]! * features.data[j * dimension + k]!;
            expect(gram.data[i * count + j]).toBeCloseTo(dot, 6);
          }
          const rows = [count - 1, 0];
          expect(takeGram(gram, rows).data).toEqual(gramMatrix(takeRows(features, rows)).data);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('are refused when they are not finite or not whole rows', () => {
    expect(() => featureMatrix(Float32Array.of(1, 2, 3, Number.NaN), 2)).toThrow('feature 1 of sample 1 is NaN');
    expect(() => featureMatrix(new Float32Array(5), 2)).toThrow(
      '5 values are not a whole number of rows of 2 features',
    );
    expect(() => gramFrom(new Float32Array(5), 2)).toThrow('a Gram matrix of 2 samples has 4 values, not 5');
  });

  it('must fit the model, the targets and the options', () => {
    const { features, labels } = clusters(10, 4, 2, 1);
    const targets = targetsFromLabels(labels, 2);
    const { model } = trainOneVsRest(features, targets);
    expect(() => svmScores(model, featureMatrix(new Float32Array(6), 3))).toThrow(
      'the model takes 4 features, these have 3',
    );
    expect(() => trainOneVsRest(features, targetsFromLabels([0], 1))).toThrow('10 samples, targets of 1');
    expect(() => targetsFromLabels([0, 2], 2)).toThrow('label 2 of sample 1 is not a class; labels go from 0 to 1');
    expect(() => trainOneVsRest(features, targets, { c: 0 })).toThrow('c is 0; it must be a finite number above 0');
    expect(() => trainOneVsRest(features, targets, { tolerance: Number.NaN })).toThrow('tolerance is NaN');
    expect(() => trainOneVsRest(features, targets, { classWeights: { positive: -1, negative: 1 } })).toThrow(
      'classWeights.positive is -1',
    );
  });

  it('get targets from objects: difficult ones alone leave an image out', () => {
    const images = [
      [
        { label: 0, difficult: false },
        { label: 0, difficult: true },
      ],
      [
        { label: 0, difficult: true },
        { label: 1, difficult: false },
      ],
      [],
    ];
    expect([...targetsFromObjects(images, 2).data]).toEqual([1, 0, -1, -1, 1, -1]);
    expect(() => targetsFromObjects([[{ label: 2, difficult: false }]], 2)).toThrow('object label 2 of image 0');
  });
});
