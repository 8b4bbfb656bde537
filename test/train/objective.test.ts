import { describe, expect, test } from 'vitest';
import { tensor } from '../../src/tensor/create.js';
import { scope } from '../../src/tensor/scope.js';
import { addBatch, means, NO_EXAMPLES } from '../../src/train/epoch-metrics.js';
import { multiLabel, type Objective, singleLabel, smoothedLabel, type Target } from '../../src/train/objective.js';
import { testDevice } from '../setup/device.js';

const LOGITS = [2, -1, 0.5, -3, -0.25, 4];

async function lossAndGradient<Scores extends object>(objective: Objective<Scores>, targets: Target[]) {
  const device = await testDevice();
  const logits = tensor(device, LOGITS, { shape: [2, 3], requiresGrad: true });
  const loss = scope(() => {
    const value = objective.loss(logits, targets);
    value.backward();
    return value.detach();
  });
  return { loss: await loss.item(), gradient: [...(await logits.grad!.data())] };
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

test('one class per picture: NaN is never right, equal scores go by class', () => {
  const score = (logits: number[], label: number) => singleLabel.score(Float32Array.from(logits), { id: '0', label });
  expect(score([Number.NaN, Number.NaN], 0)).toEqual({ top1: 0, top5: 0 });
  expect(score([Number.NaN, Number.NEGATIVE_INFINITY], 1)).toEqual({ top1: 1, top5: 1 });
  expect(score([0, 0, 0], 0)).toEqual({ top1: 1, top5: 1 });
  expect(score([0, 0, 0], 1)).toEqual({ top1: 0, top5: 1 });
});

test('one class per picture, smoothed: a share of the target lies on all classes', async () => {
  const targets: Target[] = [
    { id: '0', label: 0 },
    { id: '1', label: 2 },
  ];
  const { loss } = await lossAndGradient(smoothedLabel(0.3), targets);
  const expected = targets.map(({ label }, i) => {
    const row = LOGITS.slice(3 * i, 3 * i + 3);
    const total = Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0));
    return row.reduce((sum, x, c) => sum + (total - x) * (0.1 + (c === label ? 0.7 : 0)), 0);
  });
  expect(loss).toBeCloseTo((expected[0]! + expected[1]!) / 2, 5);
});

describe('several classes per picture', () => {
  const presence = [1, -1, 0, -1, 1, 1];
  const targets: Target[] = [0, 1].map((i) => ({ id: `${i}`, label: i, labels: presence.slice(3 * i, 3 * i + 3) }));

  test('loss: binary cross-entropy summed over classes, mean over pictures; difficult classes do not train', async () => {
    const { loss, gradient } = await lossAndGradient(multiLabel, targets);
    const expected = presence.map((value, i) => (value === 0 ? 0 : -Math.log(sigmoid(value * LOGITS[i]!))));
    expect(loss).toBeCloseTo(expected.reduce((a, b) => a + b) / 2, 5);
    for (const [i, value] of presence.entries()) {
      expect(gradient[i]).toBeCloseTo(value === 0 ? 0 : (sigmoid(LOGITS[i]!) - Number(value > 0)) / 2, 5);
    }
    expect(gradient[2]).toBe(0);
  });

  test('score: share of right answers among the classes that count', () => {
    const [first, second] = targets as [Target, Target];
    expect(multiLabel.score(Float32Array.from([2, -1, 0.5]), first)).toEqual({ labelAccuracy: 1 });
    expect(multiLabel.score(Float32Array.from([2, 0, 0.5]), second)).toEqual({ labelAccuracy: 1 / 3 });
    const difficult = { id: 'd', label: -1, labels: [0, 0] };
    expect(multiLabel.score(Float32Array.from([1, -1]), difficult)).toEqual({ labelAccuracy: 1 });
  });

  test('a picture without a list of classes is named', () => {
    const lacking = { id: 'x.png', label: 1 };
    expect(() => multiLabel.score(Float32Array.from([1]), lacking)).toThrow('x.png: has no list of classes');
  });

  test('an epoch adds up its batches', () => {
    const logits = Float32Array.from(LOGITS);
    const sums = addBatch(multiLabel, addBatch(multiLabel, NO_EXAMPLES, 2, logits, targets), 1, logits, targets);
    expect(sums).toEqual({ examples: 4, loss: 6, labelAccuracy: expect.closeTo(2 * (1 + 2 / 3), 12) });
    expect(means(multiLabel, JSON.parse(JSON.stringify(sums)))).toEqual({
      loss: 1.5,
      labelAccuracy: sums.labelAccuracy! / 4,
    });
  });
});

describe('one class per picture', () => {
  const targets: Target[] = [
    { id: 'a', label: 0 },
    { id: 'b', label: 1 },
  ];

  test('loss: cross-entropy', async () => {
    const { loss } = await lossAndGradient(singleLabel, targets);
    const rowLoss = (row: number, label: number) =>
      Math.log([0, 1, 2].reduce((sum, c) => sum + Math.exp(LOGITS[3 * row + c]!), 0)) - LOGITS[3 * row + label]!;
    expect(loss).toBeCloseTo((rowLoss(0, 0) + rowLoss(1, 1)) / 2, 5);
  });

  test('an epoch counts first and first five', () => {
    const sums = addBatch(singleLabel, NO_EXAMPLES, 0.5, Float32Array.from(LOGITS), targets);
    expect(sums).toEqual({ examples: 2, loss: 1, top1: 1, top5: 2 });
    expect(means(singleLabel, sums)).toEqual({ loss: 0.5, top1: 0.5, top5: 1 });
    expect(means(singleLabel, NO_EXAMPLES).top1).toBeNaN();
  });
});
