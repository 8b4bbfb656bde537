import { beforeAll, expect, test } from 'vitest';
import {
  CosineAnnealingLR,
  MultiStepLR,
  ReduceLROnPlateau,
  type Schedule,
  SGD,
  StepLR,
} from '../../src/optim/index.js';
import type { Device } from '../../src/runtime/device.js';
import { zeros } from '../../src/tensor/create.js';
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
