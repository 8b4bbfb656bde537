/** Samples that come and go: the objective must be that of a solver that sees the final set for the first time. */
import { describe, expect, it } from 'vitest';
import { concatArrays } from '../../src/runtime/concat-arrays.js';
import { type FeatureMatrix, featureMatrix, featureRows, l2Normalise, takeRows } from '../../src/svm/features.js';
import { GrowingSvm } from '../../src/svm/growing-svm.js';
import { trainOneVsRest } from '../../src/svm/one-vs-rest.js';
import { Rng } from '../../src/tensor/rng.js';

const DIMENSION = 24;
const OPTIONS = { c: 0.5, biasFeature: 1, classWeights: { positive: 2, negative: 1 }, tolerance: 1e-7 };

/** Two overlapping clouds, unit rows; every fourth sample is a positive. */
function cloud(count: number, seed: number): { features: FeatureMatrix; targets: Int8Array } {
  const rng = new Rng(seed);
  const targets = Int8Array.from({ length: count }, (_, i) => (i % 4 === 0 ? 1 : -1));
  const data = Float32Array.from(
    { length: count * DIMENSION },
    (_, at) => rng.normal() + 0.35 * targets[Math.floor(at / DIMENSION)]!,
  );
  return { features: l2Normalise(featureMatrix(data, DIMENSION)), targets };
}

const fromScratch = ({ rows, targets }: GrowingSvm['samples'], options = OPTIONS) => {
  const set = { data: targets, classes: 1, count: targets.length };
  return trainOneVsRest(featureMatrix(concatArrays(Float32Array, rows), DIMENSION), set, options).reports[0]!;
};

const rowsOf = ({ features, targets }: ReturnType<typeof cloud>, from: number, to: number) =>
  [featureRows(features).slice(from, to), targets.slice(from, to)] as const;

describe('GrowingSvm', () => {
  it('reaches the optimum of the final set, however the set came about', () => {
    const all = cloud(600, 1);
    const svm = new GrowingSvm(DIMENSION, OPTIONS);
    svm.add(...rowsOf(all, 0, 400));
    svm.solve();
    for (let from = 400; from < 600; from += 40) {
      svm.evict(({ target, score }) => target < 0 && score < -1.1);
      svm.add(...rowsOf(all, from, from + 40));
      const report = svm.solve();
      const direct = fromScratch(svm.samples);
      expect(report.converged && direct.converged).toBe(true);
      expect(Math.abs(report.primal / direct.primal - 1)).toBeLessThan(2e-7);
    }
    expect(svm.count).toBeLessThan(600);
  });

  it('takes fewer passes than from scratch, since it starts from the old solution', () => {
    const all = cloud(600, 4);
    const options = { ...OPTIONS, tolerance: 1e-3 };
    const svm = new GrowingSvm(DIMENSION, options);
    svm.add(...rowsOf(all, 0, 400));
    svm.solve();
    let [warm, cold] = [0, 0];
    for (let from = 400; from < 600; from += 20) {
      svm.add(...rowsOf(all, from, from + 20));
      const report = svm.solve();
      expect(report.converged).toBe(true);
      warm += report.passes;
      cold += fromScratch(svm.samples, options).passes;
    }
    expect(warm).toBeLessThan(cold);
  });

  it('stops early where a coarse solution will do, and goes on from there', () => {
    const all = cloud(400, 5);
    const [coarse, fine] = [new GrowingSvm(DIMENSION, OPTIONS), new GrowingSvm(DIMENSION, OPTIONS)];
    for (const svm of [coarse, fine]) svm.add(...rowsOf(all, 0, 400));
    const [first, direct] = [coarse.solve(0.05), fine.solve()];
    expect(first.passes).toBeLessThan(direct.passes);
    expect(first.relativeGap).toBeLessThanOrEqual(0.05);
    expect(first.relativeGap).toBeGreaterThan(OPTIONS.tolerance);
    expect(coarse.solve().primal / direct.primal).toBeCloseTo(1, 6);
    expect(() => coarse.solve(-1)).toThrow('tolerance is -1');
  });

  it('evicts samples that the solution leans on together with their share', () => {
    const all = cloud(300, 2);
    const svm = new GrowingSvm(DIMENSION, OPTIONS);
    svm.add(...rowsOf(all, 0, 300));
    svm.solve();
    const leaning = svm.alpha.findIndex((alpha, i) => alpha > 0 && all.targets[i]! < 0);
    const stay = svm.evict(({ index, alpha }) => index === leaning || alpha === 0);
    expect([...stay]).not.toContain(leaning);
    expect([...svm.samples.targets]).toEqual([...stay].map((index) => all.targets[index]!));
    expect(svm.samples.rows).toEqual(featureRows(takeRows(all.features, stay)));
    expect(Math.abs(svm.solve().primal / fromScratch(svm.samples).primal - 1)).toBeLessThan(2e-7);
  });

  it('changes nothing where only easy samples come and go, and goes on elsewhere from its dual variables', () => {
    const all = cloud(200, 3);
    const svm = new GrowingSvm(DIMENSION, OPTIONS);
    svm.add(...rowsOf(all, 0, 200));
    const first = svm.solve();
    const again = svm.solve();
    expect(again.passes).toBe(0);
    expect(again.primal).toBeCloseTo(first.primal, 10);
    svm.evict(({ alpha, score, target }) => alpha === 0 && target * score > 1);
    expect(svm.count).toBeLessThan(200);
    expect(svm.solve().primal).toBeCloseTo(first.primal, 6);
    const elsewhere = new GrowingSvm(DIMENSION, OPTIONS);
    const { rows, targets } = svm.samples;
    elsewhere.add(rows, targets, svm.alpha);
    elsewhere.solve();
    expect(elsewhere.model.weights).toEqual(svm.model.weights);
    expect([...elsewhere.scores()]).toEqual([...svm.scores()]);
  });

  it('is zero before it has seen anything, and without samples', () => {
    const svm = new GrowingSvm(2, OPTIONS);
    expect(svm.solve()).toMatchObject({ primal: 0, converged: true });
    expect(svm.model.weights).toEqual(new Float32Array(2));
    svm.add([Float32Array.of(1, 0), Float32Array.of(0, 1)], [1, -1]);
    expect([...svm.scores()]).toEqual([0, 0]);
    svm.solve();
    svm.evict(() => true);
    svm.solve();
    expect(svm.model.weights).toEqual(new Float32Array(2));
  });

  it('refuses what does not fit', () => {
    const svm = new GrowingSvm(2);
    const one = [Float32Array.of(1, 0)];
    expect(() => svm.add([new Float32Array(3)], [1])).toThrow('1 rows of 3 values with 1 targets for');
    expect(() => svm.add(one, [1, 1])).toThrow('1 rows of 2 values with 2 targets');
    expect(() => svm.add(one, [0])).toThrow('target 0 of sample 0 is not 1 or -1');
    expect(() => svm.add(one, [1], [Number.NaN])).toThrow('the dual variable NaN of sample 0');
    expect(() => svm.add([Float32Array.of(1, Number.NaN)], [1])).toThrow('feature 1 of sample 0 is NaN');
    expect(svm.count).toBe(0);
    expect(() => new GrowingSvm(2, { c: -1 })).toThrow('c is -1');
  });
});
