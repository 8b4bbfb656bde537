import { beforeAll, expect, test } from 'vitest';
import {
  Conv2d,
  Dropout,
  Flatten,
  init,
  Linear,
  MaxPool2d,
  Module,
  parameter,
  ReLU,
  Sequential,
  SpatialPyramidPool2d,
} from '../../src/nn/index.js';
import { add } from '../../src/ops/add.js';
import { slice } from '../../src/ops/slice.js';
import { sum } from '../../src/ops/sum.js';
import { transpose } from '../../src/ops/transpose.js';
import type { Device } from '../../src/runtime/device.js';
import { DTypeError, ShapeError } from '../../src/runtime/errors.js';
import { tensor, zeros } from '../../src/tensor/create.js';
import { Generator } from '../../src/tensor/generator.js';
import { scope } from '../../src/tensor/scope.js';
import { liveTensorCount, type Tensor } from '../../src/tensor/tensor.js';
import { openTestDevice, testDevice } from '../setup/device.js';

let device: Device;
beforeAll(async () => {
  device = await testDevice();
});

const build = (on: Device, seed = 1) => {
  const options = { device: on, generator: new Generator(seed) };
  return new Sequential({
    conv1: new Conv2d(1, 2, 3, { ...options, padding: 1 }),
    relu1: new ReLU(),
    pool1: new MaxPool2d({ kernelSize: 2 }),
    spp: new SpatialPyramidPool2d([1, 2]),
    fc: new Linear(10, 3, options),
  });
};

test('state dicts carry dotted PyTorch names, in order of definition', () => {
  const net = build(device);
  const shapes = [...net.stateDict()].map(([name, { shape }]) => [name, shape]);
  expect(shapes).toEqual([
    ['conv1.weight', [2, 1, 3, 3]],
    ['conv1.bias', [2]],
    ['fc.weight', [3, 10]],
    ['fc.bias', [3]],
  ]);
  expect([
    ...new Sequential([new Flatten(), new Linear(4, 2, { device, generator: new Generator(1) })]).stateDict().keys(),
  ]).toEqual(['1.weight', '1.bias']);
});

test('one set of weights takes maps of any size: the pyramid makes the length fixed', () => {
  const net = build(device);
  for (const [height, width] of [
    [8, 8],
    [5, 17],
    [2, 3],
  ] as const) {
    expect(net.forward(zeros(device, [2, 1, height, width])).shape).toEqual([2, 3]);
  }
});

test('the same seed gives the same weights, another seed others', async () => {
  const weights = async (seed: number) => (await build(device, seed).stateDict().get('conv1.weight')!.data()).join();
  expect(await weights(5)).toBe(await weights(5));
  expect(await weights(5)).not.toBe(await weights(6));
});

test('loading is strict about names and shapes, or says what it left', async () => {
  const net = build(device);
  const state = new Map([
    ['conv1.bias', { shape: [2], data: Float32Array.of(7, 8) }],
    ['other', { shape: [1], data: Float32Array.of(1) }],
  ]);
  expect(() => net.loadStateDict(state)).toThrow(
    '3 parameters missing (conv1.weight, fc.weight, fc.bias), 1 unexpected (other)',
  );
  const report = net.loadStateDict(state, { strict: false });
  expect(report).toEqual({ missing: ['conv1.weight', 'fc.weight', 'fc.bias'], unexpected: ['other'] });
  expect(await net.stateDict().get('conv1.bias')!.array()).toEqual([7, 8]);
  const wrong = new Map([['fc.bias', { shape: [4], data: new Float32Array(4) }]]);
  expect(() => net.loadStateDict(wrong, { strict: false })).toThrow(ShapeError);
  expect(() => net.loadStateDict(wrong, { strict: false })).toThrow('fc.bias has shape [3], the state has [4]');
});

test('short data is refused, not half loaded', async () => {
  const net = build(device);
  const before = await net.stateDict().get('fc.bias')!.data();
  const short = new Map([['fc.bias', { shape: [3], data: new Float32Array(2) }]]);
  expect(() => net.loadStateDict(short, { strict: false })).toThrow('fc.bias has 2 values for the shape [3] of 3');
  expect(await net.stateDict().get('fc.bias')!.data()).toEqual(before);
});

test('a parameter owns its memory: views are copied, into rows of their own', async () => {
  const base = tensor(device, [
    [1, 2, 3],
    [4, 5, 6],
  ]);
  const turned = parameter(transpose(base, 0, 1));
  expect([turned.contiguous, turned.offset, turned.requiresGrad]).toEqual([true, 0, true]);
  expect(await turned.array()).toEqual([
    [1, 4],
    [2, 5],
    [3, 6],
  ]);
  const tail = parameter(slice(base, [1]));
  expect([tail.offset, await tail.array()]).toEqual([0, [4, 5, 6]]);
  const own = tensor(device, [1, 2]);
  expect(parameter(own)).toBe(own);
  expect(() => parameter(zeros(device, [2], { dtype: 'i32' }))).toThrow(DTypeError);
});

test('values are loaded where a view stands; a strided one is refused', async () => {
  class Part extends Module {
    constructor(readonly part: Tensor) {
      super();
    }
    override forward(x: Tensor): Tensor {
      return x;
    }
  }
  const base = zeros(device, [3, 2]);
  const state = new Map([['part', { shape: [2], data: Float32Array.of(7, 8) }]]);
  new Part(slice(base, [1])).loadStateDict(state);
  expect(await base.array()).toEqual([
    [0, 0],
    [7, 8],
    [0, 0],
  ]);
  const column = new Part(slice(base, [[0, 2], 0]));
  expect(() => column.loadStateDict(state)).toThrow('part is a strided view, which cannot be loaded');
});

test('tied weights are one parameter', () => {
  const options = { device, generator: new Generator(1), bias: false };
  const [first, second] = [new Linear(3, 3, options), new Linear(3, 3, options)];
  Object.assign(second, { weight: first.weight });
  const net = new Sequential([first, second]);
  expect([...net.stateDict().keys()]).toEqual(['0.weight', '1.weight']);
  expect(net.parameters()).toEqual([first.weight]);
});

test('a layer of an unknown name and groups that do not divide are named', () => {
  const net = build(device);
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
});

test('activations are freed on the way, with and without gradients', async () => {
  const own = await openTestDevice();
  const net = build(own);
  const x = zeros(own, [2, 1, 8, 8]);
  const before = liveTensorCount(own);
  scope(() => void net.eval().forward(x));
  expect(liveTensorCount(own)).toBe(before);
  scope(() => sum(net.train().forward(x)).backward());
  expect(liveTensorCount(own)).toBe(before + net.parameters().length); // the gradients
  net.zeroGrad();
  expect(liveTensorCount(own)).toBe(before);
  net.dispose();
  x.dispose();
  expect(liveTensorCount(own)).toBe(0);
  own.dispose();
});

test('a module of one’s own: fields are parameters and children', () => {
  class Shift extends Module {
    readonly inner = build(device);
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
