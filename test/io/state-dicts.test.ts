import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { readTensors } from '../../src/io/read-tensors.js';
import { parseSafetensors, serializeSafetensors } from '../../src/io/safetensors.js';
import { loadSafetensors, saveSafetensors } from '../../src/io/safetensors.node.js';
import { Module, parameter } from '../../src/nn/index.js';
import { mul } from '../../src/ops/mul.js';
import { sum } from '../../src/ops/sum.js';
import { transpose } from '../../src/ops/transpose.js';
import { AdamW, type Optimizer, SGD } from '../../src/optim/index.js';
import type { Device } from '../../src/runtime/device.js';
import { tensor } from '../../src/tensor/create.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { openTestDevice, testDevice } from '../setup/device.js';
import { tempFolder } from './temp-folder.js';

let device: Device;
beforeAll(async () => {
  device = await testDevice();
});

class Scale extends Module {
  readonly weight: Tensor;
  readonly count: Tensor;
  constructor(on: Device, values: number[]) {
    super();
    this.weight = parameter(tensor(on, values));
    this.count = this.registerBuffer('count', tensor(on, Int32Array.of(values.length)));
  }
  override forward(x: Tensor): Tensor {
    return mul(x, this.weight);
  }
}

test('a module of one’s own is saved and loaded in one line each, buffers and all', async () => {
  const file = join(tempFolder(), 'net.safetensors');
  const [net, fresh] = [new Scale(device, [1, 0.1, -3]), new Scale(device, [0, 0, 0])];
  const saving = saveSafetensors(file, net.stateDict());
  net.loadStateDict({ tensors: fresh.stateDict() }); // what is stored is what was there at the call
  await saving;
  fresh.loadStateDict(await loadSafetensors(file));
  expect(await fresh.weight.data()).toEqual(Float32Array.of(1, 0.1, -3));
  expect(await fresh.count.data()).toEqual(Int32Array.of(3));
  expect(fresh.weight.requiresGrad).toBe(true);
});

test('strided tensors and half types are stored by their values', async () => {
  const file = join(tempFolder(), 'views.safetensors');
  const base = tensor(device, [
    [1, 2, 3],
    [4, 5, 6],
  ]);
  await saveSafetensors(
    file,
    { tensors: [['turned', transpose(base, 0, 1)]], metadata: { note: 'text' } },
    { more: 'x' },
  );
  const { tensors, metadata } = await loadSafetensors(file);
  expect(tensors.get('turned')).toEqual({ dtype: 'F32', shape: [3, 2], data: Float32Array.of(1, 4, 2, 5, 3, 6) });
  expect(metadata).toEqual({ note: 'text', more: 'x' });
});

test.each<[string, (params: Tensor[]) => Optimizer]>([
  ['SGD', (params) => new SGD(params, { lr: 0.1, momentum: 0.9 })],
  ['AdamW', (params) => new AdamW(params, { lr: 0.1 / 3 })],
])('%s goes on from a file as if it had never stopped, to the bit', async (_, make) => {
  const file = join(tempFolder(), 'optimizer.safetensors');
  const step = (net: Scale, optimizer: Optimizer) => {
    sum(net.forward(net.forward(tensor(device, [1, 2, 3])))).backward();
    optimizer.step();
    optimizer.zeroGrad();
  };
  const net = new Scale(device, [1, 2, 3]);
  const optimizer = make(net.parameters());
  for (let i = 0; i < 3; i++) step(net, optimizer);
  await saveSafetensors(file, optimizer.stateDict());
  const other = new Scale(device, [0, 0, 0]);
  other.loadStateDict(net.stateDict());
  const resumed = make(other.parameters());
  resumed.loadStateDict(await loadSafetensors(file));
  expect(resumed.stateDict().numbers).toEqual(optimizer.stateDict().numbers);
  for (let i = 0; i < 3; i++) {
    step(net, optimizer);
    step(other, resumed);
  }
  expect(await other.weight.data()).toEqual(await net.weight.data());
  // The file of a network is not taken for one of an optimizer.
  await saveSafetensors(file, net.stateDict(), { format: 'pt' });
  const stranger = await loadSafetensors(file);
  expect(() => resumed.loadStateDict(stranger)).toThrow(
    'optimizer state: format is "pt", not a number; give a file that',
  );
});

test('a state dict goes to another device by way of the host', async () => {
  const other = await openTestDevice();
  const [net, copy] = [new Scale(device, [4, 5]), new Scale(other, [0, 0])];
  expect(() => copy.loadStateDict(net.stateDict())).toThrow('weight lives on another device; read the state first');
  const bytes = serializeSafetensors(await readTensors(net.stateDict()));
  copy.loadStateDict(parseSafetensors(bytes));
  expect(await copy.weight.array()).toEqual([4, 5]);
  copy.dispose();
  other.dispose();
});
