/** What modules save and load: names, shapes, buffers, refusals. */
import { beforeAll, expect, test } from 'vitest';
import { noGrad } from '../../src/autograd/mode.js';
import { readTensors } from '../../src/io/read-tensors.js';
import { parseSafetensors, serializeSafetensors } from '../../src/io/safetensors.js';
import { Flatten, Linear, Module, parameter, Sequential } from '../../src/nn/index.js';
import { add } from '../../src/ops/add.js';
import { mul } from '../../src/ops/mul.js';
import { slice } from '../../src/ops/slice.js';
import { AdamW, GradScaler, ReduceLROnPlateau, SGD, StepLR } from '../../src/optim/index.js';
import type { Device } from '../../src/runtime/device.js';
import { ShapeError } from '../../src/runtime/errors.js';
import { tensor, zeros } from '../../src/tensor/create.js';
import { Generator } from '../../src/tensor/generator.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { testDevice } from '../setup/device.js';
import { buildNet } from './build-net.js';

let device: Device;
beforeAll(async () => {
  device = await testDevice();
});

test('state dicts carry dotted PyTorch names, in order of definition', () => {
  const net = buildNet(device);
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

test('a state dict that was read goes into a file, and out of it into another net', async () => {
  const [net, other] = [buildNet(device, 1), buildNet(device, 2)];
  const file = serializeSafetensors(await readTensors(net.stateDict()), { note: 'of a test' });
  const { tensors, metadata } = parseSafetensors(file, 'net.safetensors');
  expect(metadata).toEqual({ note: 'of a test' });
  other.loadStateDict(tensors as never);
  for (const [name, weights] of net.stateDict()) {
    expect(await other.stateDict().get(name)!.data(), name).toEqual(await weights.data());
  }
});

test('loading is strict about names and shapes, or says what it left', async () => {
  const net = buildNet(device);
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
  const net = buildNet(device);
  const before = await net.stateDict().get('fc.bias')!.data();
  const short = new Map([['fc.bias', { shape: [3], data: new Float32Array(2) }]]);
  expect(() => net.loadStateDict(short, { strict: false })).toThrow('fc.bias has 2 values for the shape [3] of 3');
  expect(await net.stateDict().get('fc.bias')!.data()).toEqual(before);
});

test('what is no state is refused by everything that loads one, before anything changes', () => {
  const weight = parameter(tensor(device, [1]));
  const net = new Linear(2, 2, { device, generator: new Generator(1) });
  const sgd = new SGD([weight], { lr: 0.1 });
  const loaders: Record<string, { loadStateDict(state: never): unknown }> = {
    net,
    sgd,
    adam: new AdamW([weight], { lr: 0.1 }),
    step: new StepLR(sgd, 2),
    plateau: new ReduceLROnPlateau(sgd),
    scaler: new GradScaler(),
    generator: new Generator(1),
  };
  const mistakes: unknown[] = [undefined, null, 3, 'net.safetensors', [1], Promise.resolve(net.stateDict()), net];
  for (const [name, loader] of Object.entries(loaders)) {
    for (const mistake of mistakes) {
      expect(() => loader.loadStateDict(mistake as never), name).toThrow(
        / is no state; give the awaited result of stateDict\(\) or/,
      );
    }
  }
  for (const mistake of [{}, new Map(), { tensors: [] }])
    expect(() => loaders.adam!.loadStateDict(mistake as never)).toThrow(/is no state/);
  expect(() => net.loadStateDict({} as never)).toThrow(/Object is no state/);
  const junk = new Map<string, unknown>([
    ['weight', 5],
    ['bias', null],
  ]);
  expect(() => net.loadStateDict(junk as never)).toThrow(/weight has shape \[2, 2\], the state has \[\]/);
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

test('buffers are saved, loaded and freed, but not trained; a name that is taken is refused', async () => {
  class Norm extends Module {
    readonly weight = parameter(tensor(device, [1, 1]));
    mean = this.registerBuffer('mean', tensor(device, [3, 4]));
    count = this.registerBuffer('count', tensor(device, Int32Array.of(5)));
    last: Tensor | null = this.registerBuffer<Tensor | null>('last', null, { persistent: false });
    override forward(x: Tensor, factor: Tensor): Tensor {
      this.last?.dispose();
      this.last = mul(add(x, this.mean), factor);
      return this.last;
    }
  }
  const [net, copy] = [new Norm(), new Norm()];
  const x = tensor(device, [1, 2]);
  noGrad(() => net.forward(x, net.weight));
  expect(await net.last!.array()).toEqual([4, 6]);
  expect([...net.stateDict().keys()]).toEqual(['weight', 'mean', 'count']);
  expect([...net.namedBuffers().keys()]).toEqual(['mean', 'count', 'last']);
  expect(net.parameters()).toEqual([net.weight]);
  net.mean = tensor(device, [7, 8]); // the name is what is registered
  copy.loadStateDict(net.stateDict());
  expect(await copy.mean.array()).toEqual([7, 8]);
  const state = new Map([['count', { shape: [1], data: Int32Array.of(9) }]]);
  copy.loadStateDict(state, { strict: false });
  expect(await copy.count.item()).toBe(9);
  const floats = new Map([['count', { shape: [1], data: Float32Array.of(9) }]]);
  expect(() => copy.loadStateDict(floats, { strict: false })).toThrow(
    'count is i32, the state has Float32Array; give a Int32Array',
  );
  for (const name of ['weight', 'forward', 'a.b']) {
    expect(() => net.registerBuffer(name, x)).toThrow(`registerBuffer: "${name}" cannot name a buffer`);
  }
  const { mean, last } = net;
  net.dispose();
  expect([mean.disposed, last!.disposed, x.disposed]).toEqual([true, true, false]);
});
