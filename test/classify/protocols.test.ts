import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanAndDeviation } from '../../src/classify/metrics.js';
import { runCaltech101, runVoc07 } from '../../src/classify/protocols.js';
import { caltechSplit, stratifiedHoldout } from '../../src/classify/splits.js';
import { averagePrecisions } from '../../src/svm/average-precision.js';
import { solveDual } from '../../src/svm/dual.js';
import { type FeatureMatrix, featureMatrix, l2Normalise, takeRows } from '../../src/svm/features.js';
import { gramMatrix, gramPays } from '../../src/svm/gram.js';
import { type LinearSvm, svmScores } from '../../src/svm/linear-svm.js';
import { trainOneVsRest } from '../../src/svm/one-vs-rest.js';
import { selectC } from '../../src/svm/select-c.js';
import { targetsFromLabels } from '../../src/svm/targets.js';
import { Rng } from '../../src/tensor/rng.js';

const CLASSES = 4;
const DIMENSION = 24;

/** Noisy clusters of unequal sizes: class c has 12 + 5c samples. */
function samples(noise: number): { features: FeatureMatrix; labels: Int32Array } {
  const rng = new Rng(11);
  const centres = Array.from({ length: CLASSES * DIMENSION }, () => rng.normal());
  const labels = Int32Array.from(
    Array.from({ length: CLASSES }, (_, c) => new Array<number>(12 + 5 * c).fill(c)).flat(),
  );
  const data = Float32Array.from({ length: labels.length * DIMENSION }, (_, at) => {
    const label = labels[Math.floor(at / DIMENSION)]!;
    return centres[label * DIMENSION + (at % DIMENSION)]! + rng.normal(0, noise);
  });
  return { features: l2Normalise(featureMatrix(data, DIMENSION)), labels };
}

describe('splits', () => {
  it('take 30 and up to 50 of every class, disjoint, by seed and number', () => {
    const labels = Array.from({ length: 300 }, (_, i) => (i < 200 ? 0 : i < 240 ? 1 : 2));
    const split = caltechSplit(labels, 3, { seed: 1 });
    const counts = (part: Int32Array): number[] => [0, 1, 2].map((c) => part.filter((i) => labels[i] === c).length);
    expect(counts(split.train)).toEqual([30, 30, 30]);
    expect(counts(split.test)).toEqual([50, 10, 30]);
    expect(new Set([...split.train, ...split.test]).size).toBe(180);
    expect(caltechSplit(labels, 3, { seed: 1 })).toEqual(split);
    expect(caltechSplit(labels, 3, { seed: 1, index: 1 })).not.toEqual(split);
    expect(caltechSplit(labels, 3, { seed: 2 })).not.toEqual(split);
  });

  it('name the class that is too small', () => {
    expect(() => caltechSplit([0, 0, 1], 2, { train: 1 })).toThrow(
      'class 1 has 1 samples; 1 to train and one to test need 2',
    );
    expect(() => caltechSplit([0, 5], 2)).toThrow('label 5 of sample 1 is not a class');
  });

  it('hold a share of every class out and keep one of each to train', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(4), { minLength: 1, maxLength: 60 }), fc.nat(9), (labels, seed) => {
        const { train, test } = stratifiedHoldout(labels, 5, { seed });
        expect([...train, ...test].sort((a, b) => a - b)).toEqual([...labels.keys()]);
        const trained = new Set([...train].map((i) => labels[i]));
        expect(trained.size).toBe(new Set(labels).size);
        for (const c of new Set(labels)) {
          const size = labels.filter((label) => label === c).length;
          const held = test.filter((i) => labels[i] === c).length;
          expect(held).toBe(size < 2 ? 0 : Math.max(1, Math.round(size / 3)));
        }
      }),
    );
  });
});

describe('choice of C', () => {
  it('takes the smallest of equally good values, and the same with and without inner products', () => {
    const { features, labels } = samples(0.8);
    const targets = targetsFromLabels(labels, CLASSES);
    const split = stratifiedHoldout(labels, CLASSES);
    const criterion = (scores: Float64Array, own: Int32Array): number =>
      scores.length === own.length * CLASSES ? 1 : Number.NaN;
    expect(selectC(features, targets, split, criterion, { grid: [10, 0.1, 1] })).toEqual({
      c: 0.1,
      tried: [0.1, 1, 10].map((c) => ({ c, score: 1 })),
    });
    const scores: Float64Array[] = [];
    const keep = (own: Float64Array): number => scores.push(own);
    const options = { grid: [1], tolerance: 1e-9, maximumPasses: 100_000 };
    selectC(features, targets, split, keep, options);
    selectC(features, targets, split, keep, options, gramMatrix(features));
    scores[0]!.forEach((score, i) => {
      expect(score).toBeCloseTo(scores[1]![i]!, 3);
    });
  });

  it('passes over values that cannot be judged, and refuses to choose from nothing', () => {
    const { features, labels } = samples(0.8);
    const targets = targetsFromLabels(labels, CLASSES);
    const split = stratifiedHoldout(labels, CLASSES);
    let call = 0;
    const { c } = selectC(features, targets, split, () => (call++ === 0 ? Number.NaN : 0.5), { grid: [1, 2, 3] });
    expect(c).toBe(2);
    expect(() => selectC(features, targets, split, () => 0, { grid: [] })).toThrow('the grid of C is empty');
    expect(() => selectC(features, targets, { ...split, test: new Int32Array() }, () => 0)).toThrow('0 to judge');
    expect(() => selectC(features, targets, split, () => 0, { grid: [0] })).toThrow('c is 0');
  });
});

describe('Caltech-101', () => {
  it('learns clusters, and reports mean and deviation over splits', async () => {
    const { features, labels } = samples(1);
    const options = { splits: 4, train: 8, maximumTest: 10, seed: 3 };
    const result = await runCaltech101(features, labels, CLASSES, options);
    expect(result.accuracies).toHaveLength(4);
    expect(result.accuracy).toBeGreaterThan(0.8);
    expect(result.accuracy).toBeCloseTo(result.accuracies.reduce((a, b) => a + b) / 4, 12);
    expect(result.perClass.reduce((a, b) => a + b) / CLASSES).toBeCloseTo(result.accuracy, 12);
    expect(result.gap).toBeLessThan(1e-2);
    expect(await runCaltech101(features, labels, CLASSES, options)).toEqual(result);
    expect(result.deviation).toBe(meanAndDeviation(result.accuracies).deviation);
    expect((await runCaltech101(features, labels, CLASSES, { ...options, c: 1 })).c).toEqual([1, 1, 1, 1]);
  });

  it('has no deviation over one split', async () => {
    const { features, labels } = samples(1);
    const { accuracies, accuracy, deviation } = await runCaltech101(features, labels, CLASSES, { splits: 1, train: 8 });
    expect([accuracies, deviation]).toEqual([[accuracy], null]);
  });

  it('asks for the inner products of each training part alone, and scores test samples alone', async () => {
    const { features, labels } = samples(1);
    const options = { splits: 3, train: 8, maximumTest: 3, c: 1 };
    const asked: number[] = [];
    const scored: number[] = [];
    const result = await runCaltech101(features, labels, CLASSES, {
      ...options,
      products: (train) => {
        asked.push(train.count);
        return gramMatrix(train);
      },
      score: (model, all, rows) => {
        scored.push(rows.length);
        return svmScores(model, takeRows(all, rows));
      },
    });
    expect([asked, scored]).toEqual([
      [32, 32, 32],
      [12, 12, 12],
    ]);
    expect(result).toEqual(await runCaltech101(features, labels, CLASSES, options));
  });

  it('guesses at chance where features say nothing', async () => {
    const rng = new Rng(4);
    const labels = Int32Array.from({ length: 400 }, (_, i) => i % CLASSES);
    const features = featureMatrix(
      Float32Array.from({ length: 400 * 8 }, () => rng.normal()),
      8,
    );
    const { accuracy } = await runCaltech101(features, labels, CLASSES, { splits: 2, train: 30, c: 0.1 });
    expect(Math.abs(accuracy - 1 / CLASSES)).toBeLessThan(0.12);
  });

  it('needs one label per sample', async () => {
    await expect(runCaltech101(samples(1).features, [0], CLASSES)).rejects.toThrow('78 samples but 1 labels');
  });
});

describe('VOC 2007', () => {
  it('chooses C on val, trains on both parts and tests by mean average precision without difficult images', async () => {
    const { features, labels } = samples(1);
    const targets = targetsFromLabels(labels, CLASSES);
    const order = new Rng(8).shuffle(Int32Array.from(labels.keys()));
    const parts = { train: order.slice(0, 26), val: order.slice(26, 52), test: order.slice(52) };
    const result = await runVoc07(features, targets, parts);
    expect(result.map).toBeGreaterThan(0.8);
    expect(result.gap).toBeLessThan(1e-2);
    expect(result.selection!.tried.map(({ c }) => c)).toEqual([0.01, 0.1, 1, 10, 100]);
  });

  it('leaves difficult images out of the ranking', async () => {
    const { features, labels } = samples(2.5);
    const targets = targetsFromLabels(labels, CLASSES);
    const order = new Rng(8).shuffle(Int32Array.from(labels.keys()));
    const parts = { train: order.slice(0, 20), val: order.slice(20, 40), test: order.slice(40) };
    let scores = new Float64Array();
    const score = (model: LinearSvm, all: FeatureMatrix, rows: Int32Array): Float64Array => {
      scores = svmScores(model, takeRows(all, rows)).slice();
      return scores;
    };
    const strict = await runVoc07(features, targets, parts, { c: 1, score });
    expect(strict.map).toBeLessThan(0.95);

    // Only what ranks above the last positive becomes difficult: the negatives below it still count, and now rank last.
    const lenient = { ...targets, data: targets.data.slice() };
    let kept = 0;
    for (let c = 0; c < CLASSES; c += 1) {
      const target = (place: number): number => targets.data[c * 78 + parts.test[place]!]!;
      const places = [...parts.test.keys()];
      const lowest = Math.min(...places.filter((p) => target(p) > 0).map((p) => scores[p * CLASSES + c]!));
      for (const place of places.filter((p) => target(p) < 0)) {
        if (scores[place * CLASSES + c]! >= lowest) lenient.data[c * 78 + parts.test[place]!] = 0;
        else kept += 1;
      }
    }
    expect(kept).toBeGreaterThan(20);
    expect((await runVoc07(features, lenient, parts, { c: 1 })).perClass).toEqual([1, 1, 1, 1]);
  });

  it('takes inner products of train and val where the test part makes the whole too large for them', async () => {
    const { features, labels } = samples(1);
    const count = 9000;
    const place = (i: number): number => (i < 60 ? i : 60 + (i % 18));
    const all = takeRows(
      features,
      Int32Array.from({ length: count }, (_, i) => place(i)),
    );
    expect(gramPays(all)).toBe(false);
    const targets = targetsFromLabels(
      Int32Array.from({ length: count }, (_, i) => labels[place(i)]!),
      CLASSES,
    );
    const parts = {
      train: Int32Array.from({ length: 24 }, (_, i) => i),
      val: Int32Array.from({ length: 24 }, (_, i) => 24 + i),
      test: Int32Array.from({ length: count - 48 }, (_, i) => 48 + i),
    };
    const asked: FeatureMatrix[] = [];
    await runVoc07(all, targets, parts, {
      products: (train) => {
        asked.push(train);
        return gramMatrix(train);
      },
    });
    expect(asked.map((train) => train.count)).toEqual([48]);
    // Parts that follow one another are not copied.
    expect(asked[0]!.data.buffer).toBe(all.data.buffer);
  });

  it('has average precisions by class for multi-label targets', () => {
    const targets = { data: Int8Array.of(1, -1, 1, -1, 1, 0), classes: 2, count: 3 };
    const scores = [0.9, 0.1, 0.5, 0.8, 0.7, 0.9];
    expect(averagePrecisions(scores, targets, 'allPoint')).toEqual([1, 1]);
  });

  it('refuses features that are not finite, also such that only test, in every public function', async () => {
    const { features, labels } = samples(1);
    const targets = targetsFromLabels(labels, CLASSES);
    const order = new Rng(8).shuffle(Int32Array.from(labels.keys()));
    const parts = { train: order.slice(0, 26), val: order.slice(26, 52), test: order.slice(52) };
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      for (const sample of [order[0]!, order[77]!]) {
        // Not through featureMatrix, which checks as well: any object of that shape is taken.
        const odd = { ...features, data: features.data.slice() };
        odd.data[sample * DIMENSION + 3] = value;
        const message = `svm: feature 3 of sample ${sample} is ${value}; leave that sample out`;
        await expect(runVoc07(odd, targets, parts, { c: 1 })).rejects.toThrow(message);
        await expect(runCaltech101(odd, labels, CLASSES, { train: 5, splits: 1 })).rejects.toThrow(message);
        expect(() => trainOneVsRest(odd, targets)).toThrow(message);
        expect(() => selectC(odd, targets, { train: parts.train, test: parts.val }, () => 0)).toThrow(message);
      }
    }
  });

  it('does not call a problem solved whose numbers overflow', () => {
    const targets = targetsFromLabels([0, 1], 2);
    const huge = featureMatrix(Float32Array.of(1e30, 0, 0, 1e30), 2);
    expect(() => trainOneVsRest(huge, targets)).toThrow(
      'svm: the inner product of samples 0 and 0 is Infinity; normalise the features',
    );
    const objective = solveDual({
      space: { margin: () => Number.NaN, add: () => {}, passesPerMeasurement: 1 },
      ...{ squaredNorms: Float64Array.of(1, 1), targets: [1, -1], costs: Float64Array.of(1, 1) },
      ...{ alpha: new Float64Array(2), tolerance: 1e-3, maximumPasses: 5, shrinking: true, rng: new Rng(1) },
    });
    expect(objective).toMatchObject({ relativeGap: Number.NaN, converged: false });
  });

  it('counts test samples with NaN scores as wrong', async () => {
    const { features, labels } = samples(1);
    const order = new Rng(8).shuffle(Int32Array.from(labels.keys()));
    const parts = { train: order.slice(0, 26), val: order.slice(26, 52), test: order.slice(52) };
    const score = (_: LinearSvm, __: FeatureMatrix, rows: Int32Array) =>
      new Float64Array(rows.length * CLASSES).fill(Number.NaN);
    const voc = await runVoc07(features, targetsFromLabels(labels, CLASSES), parts, { c: 1, score });
    const share = (c: number) => parts.test.filter((sample) => labels[sample] === c).length / parts.test.length;
    expect(voc.perClass.map((ap, c) => Math.abs(ap - share(c)) < 1e-12)).toEqual([true, true, true, true]);
    const caltech = await runCaltech101(features, labels, CLASSES, { train: 5, splits: 2, c: 1, score });
    expect(caltech).toMatchObject({ accuracy: 0, perClass: [0, 0, 0, 0] });
  });

  it('needs targets of the same samples', async () => {
    const { features } = samples(1);
    const parts = { train: Int32Array.of(0), val: Int32Array.of(1), test: Int32Array.of(2) };
    await expect(runVoc07(features, targetsFromLabels([0], 1), parts)).rejects.toThrow('78 samples but targets of 1');
  });
});
