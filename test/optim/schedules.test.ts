import { beforeAll, expect, test } from 'vitest';
import {
  CosineAnnealingLR,
  CosineAnnealingWarmRestarts,
  type EpochSchedule,
  ExponentialLR,
  LambdaLR,
  LinearLR,
  MultiStepLR,
  OneCycleLR,
  ReduceLROnPlateau,
  type Schedule,
  SequentialLR,
  SGD,
  StepLR,
} from '../../src/optim/index.js';
import type { Device } from '../../src/runtime/device.js';
import { zeros } from '../../src/tensor/create.js';
import { scheduleRuns } from '../reference/fixtures.js';
import { testDevice } from '../setup/device.js';

let device: Device;
beforeAll(async () => {
  device = await testDevice();
});

const optimizer = (lr = 1) => new SGD([zeros(device, [1])], { lr });

function rates(schedule: Schedule, of: SGD, epochs: number): number[] {
  return Array.from({ length: epochs }, () => {
    schedule.step();
    return Number(of.lr.toFixed(6));
  });
}

test('step, multi-step and cosine follow their formulas', () => {
  const [a, b, c] = [optimizer(), optimizer(), optimizer()];
  expect(rates(new StepLR(a, 2, 0.5), a, 5)).toEqual([1, 0.5, 0.5, 0.25, 0.25]);
  expect(rates(new MultiStepLR(b, [2, 4]), b, 5)).toEqual([1, 0.1, 0.1, 0.01, 0.01]);
  expect(rates(new CosineAnnealingLR(c, 4), c, 5)).toEqual([0.853553, 0.5, 0.146447, 0, 0]);
});

test('plateau waits for its patience, then divides', () => {
  const of = optimizer();
  const schedule = new ReduceLROnPlateau(of, { patience: 1, factor: 0.1 });
  const seen = [3, 2, 2, 2, 2, 1.9, 1.9].map((loss) => {
    schedule.step(loss);
    return Number(of.lr.toFixed(6));
  });
  expect(seen).toEqual([1, 1, 1, 0.1, 0.1, 0.1, 0.1]);
});

const likePyTorch: Readonly<Record<string, (of: SGD) => EpochSchedule>> = {
  LinearLR: (of) => new LinearLR(of, { startFactor: 0.25 }),
  ExponentialLR: (of) => new ExponentialLR(of, 0.8),
  OneCycleLR: (of) => new OneCycleLR(of, { maxLr: 0.8, steps: 12 }),
  CosineAnnealingWarmRestarts: (of) => new CosineAnnealingWarmRestarts(of, { first: 3, factor: 2, minLr: 0.01 }),
  LambdaLR: (of) => new LambdaLR(of, (count) => 1 / (1 + count)),
  SequentialLR: (of) =>
    new SequentialLR(of, [new LinearLR(of, { startFactor: 0.1, steps: 4 }), new CosineAnnealingLR(of, 8)], [4]),
};

test.each(scheduleRuns)(
  '$name gives the rates of PyTorch, also over a stop and a resume',
  ({ name, rates: expected }) => {
    let of = optimizer(0.5);
    let schedule = likePyTorch[name]!(of);
    for (const [count, rate] of expected.entries()) {
      expect(of.lr, `after ${count} steps`).toBeCloseTo(rate, 10);
      schedule.step();
      if (count !== 4) continue;
      const state = JSON.parse(JSON.stringify(schedule.stateDict()));
      of = optimizer(0.5);
      schedule = likePyTorch[name]!(of);
      schedule.loadStateDict(state);
    }
  },
);

test('a sequence needs a milestone between any two schedules, ascending', () => {
  const of = optimizer();
  const two = [new ExponentialLR(of, 0.5), new ExponentialLR(of, 0.9)];
  expect(() => new SequentialLR(of, two, [])).toThrow('0 milestones for 2 schedules');
  expect(() => new SequentialLR(of, [...two, two[0]!], [3, 2])).toThrow('milestone 2 is not usable');
});

test('a schedule restored from JSON goes on as if it had never stopped', () => {
  const makes: ((of: SGD) => Schedule)[] = [
    (of) => new StepLR(of, 2),
    (of) => new MultiStepLR(of, [3]),
    (of) => new CosineAnnealingLR(of, 6),
    (of) => new ReduceLROnPlateau(of, { patience: 1 }),
  ];
  for (const make of makes) {
    const [whole, first, second] = [optimizer(), optimizer(), optimizer()];
    const [a, b, c] = [make(whole), make(first), make(second)];
    for (let i = 0; i < 6; i++) a.step(1);
    for (let i = 0; i < 3; i++) b.step(1);
    c.loadStateDict(JSON.parse(JSON.stringify(b.stateDict())));
    for (let i = 0; i < 3; i++) c.step(1);
    expect(second.lr).toBeCloseTo(whole.lr, 12);
  }
});

test('a schedule built after the optimizer was restored does not compound the decay', () => {
  const [first, second] = [optimizer(), optimizer()];
  const a = new StepLR(first, 2);
  first.step();
  for (let i = 0; i < 3; i++) a.step();
  second.loadStateDict({ tensors: new Map(), numbers: first.stateDict().numbers });
  const b = new StepLR(second, 2);
  b.loadStateDict(JSON.parse(JSON.stringify(a.stateDict())));
  expect(second.lr).toBeCloseTo(0.1, 12);
  b.step();
  expect(second.lr).toBeCloseTo(0.01, 12);
});

test('a resumed run may be given another rate', () => {
  const [first, second] = [optimizer(), optimizer(2)];
  const a = new StepLR(first, 2);
  first.step();
  const b = new StepLR(second, 2);
  second.loadStateDict({ tensors: new Map(), numbers: first.stateDict().numbers });
  b.loadStateDict(a.stateDict());
  expect(second.lr).toBe(2);
});

test('settings that never make a rate are refused, as PyTorch refuses them, and a state of such numbers changes nothing', () => {
  const of = optimizer();
  const wrong: [() => unknown, string][] = [
    [() => new StepLR(of, 0), 'StepLR: stepSize 0 is not usable; give a whole number from 1'],
    [() => new StepLR(of, 2, Number.NaN), 'StepLR: gamma NaN is not usable'],
    [() => new StepLR(of, { stepSize: 2 } as unknown as number), 'StepLR: stepSize a Object is not usable'],
    [() => new MultiStepLR(of, [2, 3.5]), 'MultiStepLR: milestone 3.5'],
    [() => new MultiStepLR(of, [2], -1), 'MultiStepLR: gamma -1'],
    [() => new CosineAnnealingLR(of, 0), 'CosineAnnealingLR: epochs 0 is not usable; give a finite number above 0'],
    [() => new CosineAnnealingLR(of, 5, Number.NaN), 'CosineAnnealingLR: minLr NaN'],
    [() => new ReduceLROnPlateau(of, { factor: 1 }), 'factor 1 is not usable; give a finite number from 0 below 1'],
    [() => new ReduceLROnPlateau(of, { patience: 1.5 }), 'patience 1.5'],
    [() => new ReduceLROnPlateau(of, { threshold: Number.NaN }), 'threshold NaN'],
    [() => new ReduceLROnPlateau(of, { min_lr: 0 } as never), 'there is no option min_lr; the nearest is minLr'],
    [() => new StepLR(of, 2).loadStateDict({ epoch: 1.5, baseLr: 1 }), 'schedule state: epoch 1.5'],
    [() => new ReduceLROnPlateau(of).loadStateDict({ lr: -1 }), 'learning rate -1'],
  ];
  for (const [make, message] of wrong) expect(make, message).toThrow(message);
  expect(of.lr).toBe(1);
});
