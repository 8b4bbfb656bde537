/** Modules: what they compute, how fields become parameters and children, what they refuse. */
import { beforeAll, expect, test } from 'vitest';
import {
  AdaptiveAvgPool2d,
  AdaptiveMaxPool2d,
  AvgPool2d,
  Conv2d,
  Dropout,
  Flatten,
  init,
  LeakyReLU,
  Linear,
  LocalResponseNorm,
  LogSoftmax,
  MaxPool2d,
  Module,
  ModuleList,
  parameter,
  ReLU,
  Sequential,
  Sigmoid,
  Softmax,
  Tanh,
} from '../../src/nn/index.js';
import { add } from '../../src/ops/add.js';
import type { Device } from '../../src/runtime/device.js';
import { tensor, zeros } from '../../src/tensor/create.js';
import { Generator } from '../../src/tensor/generator.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { testDevice } from '../setup/device.js';
import { buildNet } from './build-net.js';

let device: Device;
beforeAll(async () => {
  device = await testDevice();
});

test('one set of weights takes maps of any size: the pyramid makes the length fixed', () => {
  const net = buildNet(device);
  for (const [height, width] of [
    [8, 8],
    [5, 17],
    [2, 3],
  ] as const) {
    expect(net.forward(zeros(device, [2, 1, height, width])).shape).toEqual([2, 3]);
  }
});

test('the same seed gives the same weights, another seed others', async () => {
  const weights = async (seed: number) => (await buildNet(device, seed).stateDict().get('conv1.weight')!.data()).join();
  expect(await weights(5)).toBe(await weights(5));
  expect(await weights(5)).not.toBe(await weights(6));
});

test('a layer of an unknown name and groups that do not divide are named', () => {
  const net = buildNet(device);
  expect(() => net.forwardUntil(zeros(device, [1, 1, 8, 8]), 'typo')).toThrow(
    'forwardUntil: no module is called typo; there are conv1, relu1, pool1, spp, fc',
  );
  const options = { device, generator: new Generator(1) };
  expect(() => new Conv2d(3, 8, 3, { ...options, groups: 2 })).toThrow(
    'Conv2d: 2 groups do not divide 3 input and 8 output channels',
  );
  expect(() => new Conv2d(3, 8, [3] as unknown as [number, number], options)).toThrow('Conv2d: kernelSize [3]');
});

test('dropout acts in training only, drops its share and keeps the mean', async () => {
  const dropout = new Dropout(0.25, new Generator(3));
  const x = tensor(device, new Float32Array(20_000).fill(1));
  const first = await dropout.forward(x).data();
  const second = await dropout.forward(x).data();
  const dropped = first.filter((value) => value === 0).length / first.length;
  expect(dropped).toBeCloseTo(0.25, 1);
  expect(new Set(first)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
  expect(second.join()).not.toBe(first.join());
  expect(dropout.eval().forward(x)).toBe(x);
});

test('initialisers have the spread that they promise', async () => {
  const generator = new Generator(9);
  const moments = async (weights: Tensor) => {
    const values = (await weights.data()) as Float32Array;
    const mean = values.reduce((total: number, value: number) => total + value, 0) / values.length;
    return [
      mean,
      Math.sqrt(values.reduce((total: number, value: number) => total + (value - mean) ** 2, 0) / values.length),
    ];
  };
  const [mean, deviation] = (await moments(init.normal(0.01)(device, [200, 100], generator))) as [number, number];
  expect(Math.abs(mean)).toBeLessThan(3e-4);
  expect(deviation).toBeCloseTo(0.01, 3);
  const [, he] = (await moments(init.kaimingNormal(device, [100, 8, 5, 5], generator))) as [number, number];
  expect(he).toBeCloseTo(Math.sqrt(2 / 200), 2);
  expect(init.fanIn([100, 8, 5, 5])).toBe(200);
  const [centre, even] = (await moments(init.uniformFanIn(200)(device, [100, 200], generator))) as [number, number];
  expect(Math.abs(centre)).toBeLessThan(2e-3);
  expect(even).toBeCloseTo(1 / Math.sqrt(3 * 200), 3);
  const [middle] = (await moments(init.uniform(2, 4)(device, [100, 200], generator))) as [number];
  expect(middle).toBeCloseTo(3, 1);
  expect(await moments(init.constant(0.25)(device, [3, 4], generator))).toEqual([0.25, 0]);
});

test('a module of one’s own: fields are parameters and children', () => {
  class Shift extends Module {
    readonly inner = buildNet(device);
    readonly amount = tensor(device, [1, 2, 3]);
    override forward(x: Tensor): Tensor {
      return add(this.inner.forward(x), this.amount);
    }
  }
  const net = new Shift();
  expect([...net.stateDict().keys()]).toEqual([
    'amount',
    'inner.conv1.weight',
    'inner.conv1.bias',
    'inner.fc.weight',
    'inner.fc.bias',
  ]);
  net.eval();
  expect(net.inner.training).toBe(false);
});

test('modules and parameters in lists, maps and records are registered, and train', () => {
  const options = { device, generator: new Generator(1), bias: false };
  class Blocks extends Module {
    readonly blocks = [new Linear(2, 2, options), new Linear(2, 2, options)];
    readonly heads = { left: new Linear(2, 1, options), list: [new Linear(2, 1, options)] };
    readonly named = new Map([['deep', new Linear(2, 2, options)]]);
    readonly scales = [parameter(tensor(device, [1])), tensor(device, [2])]; // the second is nobody's parameter
    readonly list = new ModuleList([new Linear(2, 2, options)]).append(new Linear(2, 2, options));
    override forward(x: Tensor): Tensor {
      return [...this.list].reduce((y, layer) => layer.forward(y), x);
    }
  }
  const net = new Blocks();
  expect([...net.stateDict().keys()]).toEqual([
    'scales.0',
    'blocks.0.weight',
    'blocks.1.weight',
    'heads.left.weight',
    'heads.list.0.weight',
    'named.deep.weight',
    'list.0.weight',
    'list.1.weight',
  ]);
  expect(net.parameters()).toHaveLength(8);
  net.eval();
  expect([net.blocks[1]!.training, net.list.at(-1)!.training, net.list.length]).toEqual([false, false, 2]);
  expect(net.forward(zeros(device, [1, 2])).shape).toEqual([1, 2]);
  expect(() => new ModuleList().forward()).toThrow('ModuleList: a list has no forward; call its modules');
  expect(() => new ModuleList([{} as Module])).toThrow('ModuleList: item 0 is object; give modules only');
  expect(() => new Sequential({ f: (() => 0) as unknown as Module })).toThrow(
    'Sequential: f is function, not a module',
  );
});

test('layers without a device or generator, and options that no layer has, are one-line errors', () => {
  const options = { device, generator: new Generator(1) };
  const wrong: [() => unknown, string][] = [
    [
      () => new Linear(4, 2, undefined as never),
      'Linear: its options have no device; give { device: await createDevice()',
    ],
    [() => new Conv2d(1, 2, 3, {} as never), 'Conv2d: its options have no device'],
    [
      () => new Linear(4, 2, { device } as never),
      'Linear: there is no generator to draw from; give new Generator(seed)',
    ],
    [() => new Dropout(0.5, undefined as never), 'Dropout: there is no generator to draw from'],
    [() => new Dropout(1.5, options.generator), 'Dropout: p 1.5 is not usable; give a finite number from 0 up to 1'],
    [
      () => new Linear(4, 2, { ...options, biass: true } as never),
      'Linear: there is no option biass; the nearest is bias',
    ],
    [() => new Linear(4, Number.NaN, options), 'Linear: outFeatures NaN is not usable'],
    [() => new Linear(4, 2, { ...options, activation: 'gelu' as never }), 'Linear: activation "gelu" is not known'],
    [() => new Conv2d(1, 2, 3, { ...options, strides: 2 } as never), 'the nearest is stride'],
    [() => new MaxPool2d(0), 'MaxPool2d: kernelSize [0, 0] is not usable'],
    [() => new MaxPool2d({} as never), 'MaxPool2d: kernelSize'],
    [
      () => new AvgPool2d(2, { ceil_mode: true } as never),
      'AvgPool2d: there is no option ceil_mode; the nearest is ceilMode',
    ],
    [() => new LocalResponseNorm(undefined as never), 'LocalResponseNorm: the options are missing'],
    [() => new Flatten(1 as never), 'Flatten: the options are 1; give an object with any of start, end'],
  ];
  for (const [make, message] of wrong) expect(make, message).toThrow(message);
});

test.each<[string, () => Module, number[], number[][]]>([
  ['MaxPool2d(2)', () => new MaxPool2d(2), [1, 1, 1, 2], [[4, 8]]],
  ['MaxPool2d(2, { stride: 1 })', () => new MaxPool2d(2, { stride: 1 }), [1, 1, 1, 3], [[4, 7, 8]]],
  ['AvgPool2d(2)', () => new AvgPool2d(2), [1, 1, 1, 2], [[2.5, 6.5]]],
  ['AdaptiveAvgPool2d(1)', () => new AdaptiveAvgPool2d(1), [1, 1, 1, 1], [[4.5]]],
  ['AdaptiveMaxPool2d([1, 2])', () => new AdaptiveMaxPool2d([1, 2]), [1, 1, 1, 2], [[4, 8]]],
])('%s pools', async (_, make, shape, values) => {
  const y = make().forward(tensor(device, Float32Array.of(1, 2, 5, 6, 3, 4, 7, 8), { shape: [1, 1, 2, 4] }));
  expect(y.shape).toEqual(shape);
  expect([...(await y.data())]).toEqual(values.flat());
});

test('activation modules run the ops of their names', async () => {
  const x = tensor(device, [[-1, 0, 2]]);
  const values = async (module: Module) => [...(await module.forward(x).data())];
  const close = (numbers: number[]) => numbers.map((value) => expect.closeTo(value, 5) as number);
  expect(await values(new ReLU())).toEqual([0, 0, 2]);
  expect(await values(new LeakyReLU({ negativeSlope: 0.5 }))).toEqual([-0.5, 0, 2]);
  expect(await values(new Sigmoid())).toEqual(close([0.268941, 0.5, 0.880797]));
  expect(await values(new Tanh())).toEqual(close([-0.761594, 0, 0.964028]));
  expect(await values(new Softmax())).toEqual(close([0.04201, 0.114195, 0.843795]));
  expect(await values(new Softmax({ axis: 0 }))).toEqual([1, 1, 1]);
  expect(await values(new LogSoftmax())).toEqual(close([-3.169846, -2.169846, -0.169846]));
});
