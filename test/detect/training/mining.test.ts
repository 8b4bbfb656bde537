import { beforeAll, describe, expect, it } from 'vitest';
import { boxCount, boxesOf, iou } from '../../../src/detect/boxes.js';
import { distinctWindows } from '../../../src/detect/features/distinct-windows.js';
import { slidingWindows } from '../../../src/detect/proposals/sliding-windows.js';
import { withoutNearCopies } from '../../../src/detect/training/distinct.js';
import type { TrainingPicture, TrainingSet } from '../../../src/detect/training/examples.js';
import { truthOf } from '../../../src/detect/training/examples.js';
import { meanNorms } from '../../../src/detect/training/feature-norm.js';
import type { MiningOptions } from '../../../src/detect/training/mining.js';
import { overlapsOf } from '../../../src/detect/training/overlaps.js';
import { type SvmProgress, trainSvms } from '../../../src/detect/training/train-svms.js';
import { concatArrays } from '../../../src/runtime/concat-arrays.js';
import type { Device } from '../../../src/runtime/device.js';
import type { LinearSvm } from '../../../src/svm/linear-svm.js';
import { Rng } from '../../../src/tensor/rng.js';
import { testDevice } from '../../setup/device.js';
import { fakeSource } from '../fake-source.js';

const CLASSES = 3;
const DIMENSION = 8;
const C = 0.01;
/** The third class has no object. */
const OBJECTS = [
  { label: 0, box: { x0: 10, y0: 10, x1: 60, y1: 60 } },
  { label: 1, box: { x0: 60, y0: 20, x1: 95, y1: 75 } },
];

/** A window's vector says how far it overlaps the object of each class, under noise of its own. */
function vectorOf(picture: { readonly data: Uint8Array }, box: Float32Array): Float32Array {
  const rng = new Rng(picture.data[0]!, [
    Math.round(box[0]! * 8),
    Math.round(box[1]! * 8),
    Math.round((box[2]! + box[3]!) * 8),
  ]);
  const vector = Float32Array.from({ length: DIMENSION }, () => Math.abs(rng.normal()));
  for (const { label, box: own } of OBJECTS) vector[label]! += 3 * iou(box, 0, boxesOf([own]), 0);
  return vector;
}

const set: TrainingSet = {
  classes: ['ring', 'star', 'nothing'],
  length: 6,
  at: async (index) => {
    // One picture cannot be used, one has no windows.
    if (index === 1) return null;
    const picture = { width: 100, height: 80, data: Uint8Array.of(index) };
    const objects = OBJECTS.map((object) => ({ ...object, difficult: false, truncated: false }));
    const proposals = index === 0 ? boxesOf([]) : slidingWindows(picture, { sizes: [0.8, 0.5], step: 0.4 });
    return { id: `${index}`, picture, proposals, ...truthOf(objects, picture, CLASSES) };
  },
};

let device: Device;
beforeAll(async () => {
  device = await testDevice();
});
const source = () => fakeSource(device, DIMENSION, vectorOf);
const OPTIONS: MiningOptions = { c: C, tolerance: 1e-6, nearCopies: 1, retrainAfter: 40 };

interface Examples {
  readonly rows: Float32Array[];
  readonly targets: number[];
}

/** Every example of a class, as the definition has it. */
async function examplesOf(label: number, scale: number): Promise<Examples> {
  const examples: Examples = { rows: [], targets: [] };
  for (let index = 0; index < set.length; index++) {
    const picture = await set.at(index);
    if (!picture) continue;
    const add = (box: Float32Array, target: number) => {
      examples.rows.push(vectorOf(picture.picture, box).map((value) => value * scale));
      examples.targets.push(target);
    };
    const windows = concatArrays(Float32Array, [picture.truth, picture.proposals]);
    for (let i = 0; i < boxCount(windows); i++) {
      const box = windows.subarray(i * 4, i * 4 + 4);
      const own = OBJECTS.filter((object) => object.label === label).map((object) => boxesOf([object.box]));
      if (i < picture.labels.length && picture.labels[i] === label) add(box, 1);
      else if (own.every((truth) => iou(box, 0, truth, 0) < 0.3)) add(box, -1);
    }
  }
  return examples;
}

/** |w|^2 / 2 + (b / 10)^2 / 2 + C * (2 * hinge of positives + hinge of negatives). */
function objective({ rows, targets }: Examples, weights: ArrayLike<number>, bias: number): number {
  let sum = (bias / 10) ** 2 / 2;
  for (let k = 0; k < DIMENSION; k++) sum += weights[k]! ** 2 / 2;
  for (const [i, row] of rows.entries()) {
    const score = row.reduce((total, value, k) => total + value * weights[k]!, bias);
    sum += C * (targets[i]! > 0 ? 2 : 1) * Math.max(0, 1 - targets[i]! * score);
  }
  return sum;
}

/** The optimum over all examples, by plain coordinate ascent on the dual until nothing moves. */
function exactOptimum(examples: Examples): number {
  const rows = examples.rows.map((row) => [...row, 10]);
  const alpha = rows.map(() => 0);
  const w = new Array<number>(DIMENSION + 1).fill(0);
  for (let moved = 1, pass = 0; moved > 1e-12 && pass < 50_000; pass++) {
    moved = 0;
    for (const [i, row] of rows.entries()) {
      const target = examples.targets[i]!;
      const margin = row.reduce((sum, value, k) => sum + value * w[k]!, 0);
      const square = row.reduce((sum, value) => sum + value * value, 0);
      const cost = C * (target > 0 ? 2 : 1);
      const next = Math.min(Math.max(alpha[i]! + (1 - target * margin) / square, 0), cost);
      const change = next - alpha[i]!;
      moved = Math.max(moved, Math.abs(change));
      alpha[i] = next;
      for (const [k, value] of row.entries()) w[k]! += change * target * value;
    }
  }
  return objective(examples, w, w[DIMENSION]! * 10);
}

const ofClass = ({ weights, bias, dimension }: LinearSvm, label: number) =>
  [weights.subarray(label * dimension, (label + 1) * dimension), bias[label]!] as const;

describe('hard-negative mining', () => {
  const SCALE = 5;

  it('comes to the optimum over all negatives, though it holds a part of them', async () => {
    const { model, classes } = await trainSvms(source(), set, SCALE, OPTIONS);
    for (const label of [0, 1]) {
      const examples = await examplesOf(label, SCALE);
      const optimum = exactOptimum(examples);
      const found = objective(examples, ...ofClass(model, label));
      expect(found / optimum).toBeGreaterThan(1 - 1e-6);
      expect(found / optimum).toBeLessThan(1.02);
      const negatives = examples.targets.filter((target) => target < 0).length;
      expect(classes[label]!.positives).toBe(5);
      expect(classes[label]!.negatives).toBeGreaterThan(0);
      expect(classes[label]!.negatives).toBeLessThan(negatives / 2);
    }
  });

  it('is exact where every negative enters and none leaves', async () => {
    const { model } = await trainSvms(source(), set, SCALE, { ...OPTIONS, enter: -1e9, evict: -1e9 });
    for (const label of [0, 1]) {
      const examples = await examplesOf(label, SCALE);
      expect(objective(examples, ...ofClass(model, label)) / exactOptimum(examples)).toBeLessThan(1 + 1e-5);
    }
  });

  it('leaves a class without objects untrained', async () => {
    const { model, classes } = await trainSvms(source(), set, SCALE, OPTIONS);
    expect(classes[2]).toEqual({ positives: 0, negatives: 0, report: null, threshold: 0 });
    expect([...ofClass(model, 2)[0], ofClass(model, 2)[1]].every((value) => value === 0)).toBe(true);
  });

  it('stopped after any picture and taken up again ends with the same bits', async () => {
    const whole = await trainSvms(source(), set, SCALE, OPTIONS);
    for (const stop of [1, 6, 8, 11]) {
      let kept: SvmProgress | undefined;
      let pictures = 0;
      const onPicture = async (progress: () => SvmProgress) => {
        if (++pictures === stop) kept = structuredClone(progress());
      };
      const controller = new AbortController();
      const onProgress = () => pictures + 1 === stop && controller.abort(new Error('stop'));
      await expect(
        trainSvms(source(), set, SCALE, OPTIONS, { onPicture, onProgress, signal: controller.signal }),
      ).rejects.toThrow('stop');
      expect(await trainSvms(source(), set, SCALE, OPTIONS, { from: kept! })).toEqual(whole);
    }
  });

  it('keeps within its room', async () => {
    const held = 96;
    const maxBytes = held * DIMENSION * 4;
    const { model, classes } = await trainSvms(source(), set, SCALE, {
      ...OPTIONS,
      maxBytes,
      enter: -1e9,
      evict: -1e9,
    });
    for (const label of [0, 1]) {
      expect(classes[label]!.positives + classes[label]!.negatives).toBeLessThanOrEqual(held);
      const examples = await examplesOf(label, SCALE);
      expect(objective(examples, ...ofClass(model, label)) / exactOptimum(examples)).toBeLessThan(1.3);
    }
  });

  it('takes windows of the same key once, and of near copies the better one', () => {
    const { first, like } = distinctWindows(['a', 'b', 'a', 'c', 'b']);
    expect([...first]).toEqual([0, 1, 3]);
    expect([...like]).toEqual([0, 1, 0, 2, 1]);
    const boxes = boxesOf([
      { x0: 0, y0: 0, x1: 10, y1: 10 },
      { x0: 1, y0: 0, x1: 11, y1: 10 },
      { x0: 5, y0: 0, x1: 15, y1: 10 },
    ]);
    expect(withoutNearCopies(boxes, [1, 0, 2])).toEqual([1, 2]);
    expect(withoutNearCopies(boxes, [1, 0, 2], 1)).toEqual([1, 0, 2]);
  });
});

describe('examples', () => {
  it('overlap with each class, and with the nearest object', () => {
    const truth = boxesOf([
      { x0: 0, y0: 0, x1: 10, y1: 10 },
      { x0: 0, y0: 0, x1: 10, y1: 20 },
    ]);
    const windows = boxesOf([
      { x0: 0, y0: 0, x1: 10, y1: 12 },
      { x0: 50, y0: 50, x1: 60, y1: 60 },
    ]);
    const example: Pick<TrainingPicture, 'truth' | 'labels'> = { truth, labels: Int32Array.of(1, 0) };
    const { byClass, best, bestIou } = overlapsOf(windows, example, 2);
    expect([...byClass].map((value) => Math.round(value * 1000))).toEqual([600, 833, 0, 0]);
    expect([...best]).toEqual([0, -1]);
    expect(bestIou[0]).toBeCloseTo(10 / 12, 6);
  });

  it('are cut to the picture; what is empty then, or of another class, is left out', () => {
    const objects = [
      { label: 1, box: { x0: -5, y0: 0, x1: 10, y1: 10 }, difficult: false, truncated: true },
      { label: 0, box: { x0: 90, y0: 0, x1: 95, y1: 10 }, difficult: false, truncated: false },
      { label: 0, box: { x0: 9, y0: 5, x1: 4, y1: 10 }, difficult: false, truncated: false },
      { label: 7, box: { x0: 0, y0: 0, x1: 9, y1: 9 }, difficult: true, truncated: false },
    ];
    const { truth, labels } = truthOf(objects, { width: 50, height: 40 }, 2);
    expect([...labels]).toEqual([1]);
    expect([...truth]).toEqual([0, 0, 10, 10]);
  });

  it('have the mean length that is measured', async () => {
    const flat = fakeSource(device, 4, ({ data }) => new Float32Array(4).fill(data[0]! + 1));
    const { features, pooled } = await meanNorms(flat, set, { pictures: 200 });
    // Pictures 2 to 5 have windows: lengths 6, 8, 10, 12.
    expect(features).toBeCloseTo(9, 5);
    expect(pooled).toBe(features);
  });
});
