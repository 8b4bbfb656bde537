import { describe, expect, test } from 'vitest';
import { parameter } from '../../src/nn/module.js';
import { expand } from '../../src/ops/expand.js';
import { mul } from '../../src/ops/mul.js';
import { slice } from '../../src/ops/slice.js';
import { sum } from '../../src/ops/sum.js';
import { transpose } from '../../src/ops/transpose.js';
import { Adam, AdamW, Optimizer, paperGroups, RMSprop, SGD } from '../../src/optim/index.js';
import { DisposedError, ShapeError } from '../../src/runtime/errors.js';
import { tensor, zeros } from '../../src/tensor/create.js';
import { scope } from '../../src/tensor/scope.js';
import { liveTensorCount, type Tensor } from '../../src/tensor/tensor.js';
import { adamRuns, type OptimizerRun, rmspropRuns, sgdRuns } from '../reference/fixtures.js';
import { openTestDevice, testDevice } from '../setup/device.js';

interface Attrs {
  learningRate: number;
  momentum?: number;
  nesterov?: boolean;
  weightDecay?: number;
  betas?: [number, number];
  epsilon?: number;
  decoupled?: boolean;
  alpha?: number;
  centered?: boolean;
}

function build(op: string, weight: Tensor, attrs: Attrs): Optimizer {
  const { learningRate: lr, momentum, nesterov, weightDecay = 0, betas, epsilon, decoupled, alpha, centered } = attrs;
  if (op === 'sgd') return new SGD([weight], { lr, momentum, nesterov, weightDecay });
  if (op === 'rmsprop') return new RMSprop([weight], { lr, momentum, weightDecay, alpha, centered });
  const options = { lr, weightDecay, ...(betas ? { betas } : {}), ...(epsilon ? { eps: epsilon } : {}) };
  return decoupled ? new AdamW([weight], options) : new Adam([weight], options);
}

const runs: (readonly [string, string, OptimizerRun])[] = [
  ...sgdRuns.map((golden) => [`sgd ${golden.name}`, 'sgd', golden] as const),
  ...adamRuns.map((golden) => [`adam ${golden.name}`, 'adam', golden] as const),
  ...rmspropRuns.map((golden) => [`rmsprop ${golden.name}`, 'rmsprop', golden] as const),
];

describe.each(runs)('%s', (_, op, golden) => {
  test('follows PyTorch step by step, also over a stop and a resume', async () => {
    const device = await testDevice();
    const weight = parameter(tensor(device, golden.start.data));
    let optimizer = build(op, weight, golden.attrs as unknown as Attrs);
    for (const [step, gradient] of golden.gradients.entries()) {
      weight.grad = tensor(device, gradient.data);
      optimizer.step();
      optimizer.zeroGrad();
      expect(weight.grad).toBeNull();
      const values = await weight.data();
      for (const [i, expected] of golden.values[step]!.data.entries()) expect(values[i]).toBeCloseTo(expected, 5);
      if (step === 1) optimizer = await resumed(optimizer, build(op, weight, golden.attrs as unknown as Attrs));
    }
    optimizer.dispose();
  });
});

async function resumed(old: Optimizer, fresh: Optimizer): Promise<Optimizer> {
  const { tensors, numbers } = old.stateDict();
  const entries = await Promise.all(
    [...tensors].map(
      async ([name, buffer]) => [name, { shape: buffer.shape, data: (await buffer.data()) as Float32Array }] as const,
    ),
  );
  fresh.loadStateDict({ tensors: new Map(entries), numbers });
  old.dispose();
  return fresh;
}

test('biases learn at twice the rate and do not decay', async () => {
  const device = await testDevice();
  const weight = parameter(tensor(device, [1]));
  const bias = parameter(tensor(device, [1]));
  const groups = paperGroups(
    new Map([
      ['fc.weight', weight],
      ['fc.bias', bias],
    ]),
  );
  const optimizer = new SGD(groups, { lr: 0.1, weightDecay: 0.5 });
  weight.grad = tensor(device, [1]);
  bias.grad = tensor(device, [1]);
  optimizer.step();
  expect(await weight.item()).toBeCloseTo(1 - 0.1 * 1.5, 6);
  expect(await bias.item()).toBeCloseTo(1 - 0.2, 6);
});

test('parameters beyond one binding are updated in pieces; buffers are freed', async () => {
  const device = await openTestDevice({ maxBindingBytes: 4096 });
  const weight = parameter(
    tensor(
      device,
      Float32Array.from({ length: 3001 }, (_, i) => i),
    ),
  );
  const optimizer = new SGD([weight], { lr: 0.5, momentum: 0.9 });
  weight.grad = tensor(device, new Float32Array(3001).fill(2));
  optimizer.step();
  expect((await weight.data()).every((value, i) => value === i - 1)).toBe(true);
  optimizer.zeroGrad();
  optimizer.dispose();
  expect(liveTensorCount(device)).toBe(1);
  device.dispose();
});

test('views and shared weights listed twice are refused', async () => {
  const device = await testDevice();
  const base = tensor(device, [
    [1, 2, 3],
    [4, 5, 6],
  ]);
  for (const view of [transpose(base, 0, 1), slice(base, [[0, 1]]), slice(base, [1])]) {
    expect(() => new SGD([view], { lr: 1 })).toThrow(
      /^optimizer: parameter 0 \[.*\] is a view of other memory; make it/,
    );
  }
  const weight = parameter(tensor(device, [1]));
  expect(() => new SGD([weight, weight], { lr: 1 })).toThrow('parameter 1 [1] is listed twice');
  const tied = new Map([
    ['a.weight', weight],
    ['b.weight', weight],
  ]);
  expect(paperGroups(tied).flatMap(({ params }) => params)).toEqual([weight]);
});

test('Adam corrects the bias of each parameter by its own steps, also after a resume', async () => {
  const device = await testDevice();
  const [early, late] = [parameter(tensor(device, [1])), parameter(tensor(device, [1]))];
  let adam = new Adam([early, late], { lr: 0.1 });
  const step = (both: boolean) => {
    early.grad = tensor(device, [1]);
    if (both) late.grad = tensor(device, [0.5]);
    adam.step();
    adam.zeroGrad();
  };
  for (let i = 0; i < 50; i++) step(false);
  step(true);
  // The first step of a parameter moves it by the rate, whatever the gradient.
  expect(await late.item()).toBeCloseTo(0.9, 5);
  expect(adam.stateDict().numbers).toMatchObject({ steps: 51, '0.steps': 51, '1.steps': 1 });
  adam = (await resumed(adam, new Adam([early, late], { lr: 0.1 }))) as Adam;
  step(true);
  expect(await late.item()).toBeCloseTo(0.8, 5);
  // A state of old, with the common count only.
  const { tensors, numbers } = adam.stateDict();
  const host = await Promise.all(
    [...tensors].map(async ([name, t]) => [name, { shape: t.shape, data: (await t.data()) as Float32Array }] as const),
  );
  adam.loadStateDict({ tensors: new Map(host), numbers: { steps: numbers.steps!, lr: numbers.lr! } });
  expect(adam.stateDict().numbers).toMatchObject({ '0.steps': 52, '1.steps': 52 });
});

test("Adam's square grows by 1 - beta2 of the gradient's, not by what f32 makes of it", async () => {
  const device = await testDevice();
  const weight = parameter(tensor(device, [0]));
  const adam = new Adam([weight], { betas: [0.9, 0.999] });
  weight.grad = tensor(device, [1]);
  adam.step();
  expect(Math.abs((await adam.stateDict().tensors.get('0.square')!.item()) / 1e-3 - 1)).toBeLessThan(1e-6);
});

test('restoring drops what was gathered since, and refuses short data without a change', async () => {
  const device = await testDevice();
  const weight = parameter(tensor(device, [0]));
  const optimizer = new SGD([weight], { lr: 1, momentum: 0.5 });
  const fresh = { tensors: new Map(), numbers: optimizer.stateDict().numbers };
  const step = () => {
    weight.grad = tensor(device, [1]);
    optimizer.step();
  };
  step();
  const short = new Map([['0.momentum', { shape: [1], data: new Float32Array(0) }]]);
  expect(() => optimizer.loadStateDict({ tensors: short, numbers: {} })).toThrow(
    '0.momentum has 0 values for the shape [1]',
  );
  expect(await optimizer.stateDict().tensors.get('0.momentum')!.item()).toBe(1);
  optimizer.loadStateDict(fresh);
  expect([optimizer.steps, optimizer.stateDict().tensors.size]).toEqual([0, 0]);
  step(); // without momentum: another 1
  expect(await weight.item()).toBe(-2);
});

test('wrong settings and foreign states are one-line errors', async () => {
  const device = await testDevice();
  const weight = parameter(tensor(device, [1, 2]));
  expect(() => new SGD([weight], { lr: Number.NaN })).toThrow('learning rate NaN is not usable');
  expect(() => new SGD([weight], { lr: 1, nesterov: true })).toThrow('nesterov needs a momentum');
  const optimizer = new SGD([weight], { lr: 1, momentum: 0.9 });
  const state = (name: string, shape: number[]) => ({
    tensors: new Map([[name, { shape, data: new Float32Array(2) }]]),
    numbers: {},
  });
  expect(() => optimizer.loadStateDict(state('7.momentum', [2]))).toThrow(
    /has 7\.momentum, this optimizer keeps .*momentum for each of \d+ parameters; restore it into an optimizer of/,
  );
  expect(() => optimizer.loadStateDict(state('0.momentum', [3]))).toThrow('has shape [3], its parameter has [2]');
});

const makers: readonly (readonly [string, (params: Tensor[]) => Optimizer])[] = [
  ['SGD', (params) => new SGD(params, { lr: 1 })],
  ['SGD with momentum', (params) => new SGD(params, { lr: 1, momentum: 0.9 })],
  ['Adam', (params) => new Adam(params, { lr: 1, eps: 10 })],
  ['AdamW', (params) => new AdamW(params, { lr: 1, eps: 10 })],
];

test.each(makers)(
  '%s reads an assigned gradient by its shape and strides, not as it lies in memory',
  async (_, make) => {
    const device = await testDevice();
    const after = async (gradient: (weight: Tensor) => Tensor) => {
      const weight = parameter(zeros(device, [2, 3]));
      weight.grad = gradient(weight);
      const optimizer = make([weight]);
      optimizer.step();
      // What a later backward() adds to it is added by shape, too.
      sum(mul(weight, tensor(device, [1, 2, 3]))).backward();
      return [await weight.data(), await weight.grad!.data()];
    };
    const rows = (...values: number[][]) => tensor(device, values);
    const dense = await after(() => rows([1, 2, 3], [4, 5, 6]));
    expect(await after(() => transpose(rows([1, 4], [2, 5], [3, 6]), 0, 1))).toEqual(dense);
    expect(await after(() => slice(rows([0, 0, 0], [1, 2, 3], [4, 5, 6]), [[1, 3]]))).toEqual(dense);
    const even = await after(() => rows([1, 2, 3], [1, 2, 3]));
    expect(await after(() => expand(tensor(device, [1, 2, 3]), [2, 3]))).toEqual(even);
    const own = await after((weight) => weight.detach());
    expect([...own[0]!]).toEqual([0, 0, 0, 0, 0, 0]);
  },
);

test('a gradient of another shape, type or device is refused where it is assigned', async () => {
  const device = await testDevice();
  const weight = parameter(zeros(device, [2, 3]));
  const assign = (gradient: unknown) => () => {
    weight.grad = gradient as Tensor;
  };
  expect(assign(zeros(device, [3, 2]))).toThrow('grad: the gradient [3, 2] does not have the shape [2, 3]');
  expect(assign(zeros(device, [6]))).toThrow(ShapeError);
  expect(assign(zeros(device, [2, 3], { dtype: 'i32' }))).toThrow('grad: the gradient is i32; cast() it to f32');
  expect(assign([1, 2, 3])).toThrow('grad: a gradient is a tensor, not object');
  const other = await openTestDevice();
  expect(assign(zeros(other, [2, 3]))).toThrow('lives on another device');
  other.dispose();
  const freed = zeros(device, [2, 3]);
  freed.dispose();
  expect(assign(freed)).toThrow(DisposedError);
  expect(weight.grad).toBeNull();
  scope(() => assign(zeros(device, [2, 3]))());
  expect(weight.grad!.disposed).toBe(false); // a gradient lives as long as its leaf wants it
  const freedLater = weight.grad!;
  freedLater.dispose();
  expect(() => new SGD([weight], { lr: 1 }).step()).toThrow(DisposedError);
});

test('what PyTorch refuses is refused: settings at construction, the rate on assignment too', async () => {
  const device = await testDevice();
  const weight = parameter(zeros(device, [2]));
  const one = [weight];
  const wrong: [() => unknown, string][] = [
    [() => new SGD(one, { lr: -1 }), 'optimizer: learning rate -1 is not usable; give a finite number from 0'],
    [() => new SGD(one, {} as never), 'learning rate undefined is not usable'],
    [() => new SGD(one, undefined as never), 'learning rate undefined is not usable'],
    [() => new SGD(one, 0.1 as never), 'SGD: the options are 0.1; give an object with any of lr, momentum'],
    [() => new SGD(one, { lr: 1, momentum: -1 }), 'SGD: momentum -1 is not usable'],
    [() => new SGD(one, { lr: 1, momentum: Number.NaN }), 'SGD: momentum NaN is not usable'],
    [() => new SGD(one, { lr: 1, dampening: Number.NaN }), 'SGD: dampening NaN is not usable'],
    [() => new SGD(one, { lr: 1, weightDecay: -1 }), 'SGD: weightDecay -1 is not usable'],
    [() => new SGD(one, { lr: 1, weight_decay: 1 } as never), 'no option weight_decay; the nearest is weightDecay (of'],
    [() => new Adam(one, { betas: [0.9, 2] }), 'Adam: a beta of 2 is not usable; give a finite number from 0 below 1'],
    [() => new Adam(one, { betas: [Number.NaN, 0.9] }), 'Adam: a beta of NaN is not usable'],
    [() => new Adam(one, { betas: [0.9] as never }), 'Adam: betas 0.9 is not usable'],
    [() => new Adam(one, { betas: 0.9 as never }), 'Adam: betas 0.9 is not usable'],
    [() => new Adam(one, { eps: -1 }), 'Adam: eps -1 is not usable'],
    [() => new AdamW(one, { weightDecay: Number.NaN }), 'Adam: weightDecay NaN is not usable'],
    [() => new AdamW(one, { lr: Number.POSITIVE_INFINITY }), 'learning rate Infinity is not usable'],
    [() => new SGD([], { lr: 1 }), 'optimizer: there are no parameters'],
    [() => new SGD([{ params: [] }], { lr: 1 }), 'optimizer: there are no parameters'],
    [() => new SGD(weight as never, { lr: 1 }), 'optimizer: there are no parameters'],
    [() => new SGD([null as never], { lr: 1 }), 'optimizer: parameter 0 is null, not a tensor'],
    [() => new SGD([{ params: one, lr: 2 } as never], { lr: 1 }), 'parameter group: there is no option lr'],
    [() => new SGD([{ params: one, lrMultiplier: Number.NaN }], { lr: 1 }), 'parameter group: lrMultiplier NaN'],
    [() => new SGD([{ params: one }, { params: one }], { lr: 1 }), 'is listed twice'],
    [() => new SGD([zeros(device, [1], { dtype: 'i32' })], { lr: 1 }), 'parameter 0 [1] is i32'],
    [() => new SGD([mul(weight, 2)], { lr: 1 }), 'parameter 0 [2] is a result of mul'],
  ];
  for (const [make, message] of wrong) expect(make, message).toThrow(message);
  const other = await openTestDevice();
  expect(() => new SGD([weight, parameter(zeros(other, [1]))], { lr: 1 })).toThrow(
    'is on another device than the first',
  );
  other.dispose();
  const options = { lr: 1, momentum: 0.5 };
  const sgd = new SGD(one, options);
  for (const rate of [Number.NaN, -1, Number.POSITIVE_INFINITY]) {
    expect(() => {
      sgd.lr = rate;
    }).toThrow(`learning rate ${rate} is not usable`);
  }
  expect(sgd.lr).toBe(1);
  options.momentum = -1; // a record of the caller's is not looked at again
  weight.grad = tensor(device, [1, 1]);
  sgd.step();
  sgd.step();
  expect(await weight.array()).toEqual([-2.5, -2.5]);
  expect(() => sgd.loadStateDict({ tensors: new Map(), numbers: { lr: Number.NaN } })).toThrow('learning rate NaN');
  expect(() => sgd.loadStateDict({ tensors: new Map(), numbers: { steps: 1.5 } })).toThrow('steps 1.5');
});

test('an optimizer of one’s own extends `Optimizer`, and is told of each parameter with a gradient', async () => {
  const device = await testDevice();
  const [one, two] = [parameter(zeros(device, [2])), parameter(zeros(device, [2]))];
  class Told extends Optimizer {
    readonly of: [number, number][] = [];
    protected override update(_: Tensor, __: Tensor, { lrMultiplier }: { lrMultiplier: number }, index: number): void {
      this.of.push([index, this.lr * lrMultiplier]);
    }
  }
  const told = new Told([{ params: [one] }, { params: [two], lrMultiplier: 3 }], 0.5, []);
  scope(() => sum(mul(two, two)).backward());
  told.step();
  expect([told.of, told.steps]).toEqual([[[1, 1.5]], 1]);
  told.zeroGrad();
  expect(two.grad).toBe(null);
  expect(new SGD([one], { lr: 1 })).toBeInstanceOf(Optimizer);
  one.dispose();
  two.dispose();
});
