/** Who owns the memory of parameters, buffers and activations, and when it is freed. */
import { beforeAll, expect, test } from 'vitest';
import { noGrad } from '../../src/autograd/mode.js';
import { Identity, Module, parameter, ReLU, Sequential } from '../../src/nn/index.js';
import { mul } from '../../src/ops/mul.js';
import { relu } from '../../src/ops/relu.js';
import { slice } from '../../src/ops/slice.js';
import { sum } from '../../src/ops/sum.js';
import { transpose } from '../../src/ops/transpose.js';
import type { Device } from '../../src/runtime/device.js';
import { DTypeError } from '../../src/runtime/errors.js';
import { tensor, zeros } from '../../src/tensor/create.js';
import { keep, scope } from '../../src/tensor/scope.js';
import { liveTensorCount, type Tensor } from '../../src/tensor/tensor.js';
import { openTestDevice, testDevice } from '../setup/device.js';
import { buildNet } from './build-net.js';

let device: Device;
beforeAll(async () => {
  device = await testDevice();
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

test('activations are freed on the way, with and without gradients', async () => {
  const own = await openTestDevice();
  const net = buildNet(own);
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

test('what a module owns outlives the Sequential around it', async () => {
  class Own extends Module {
    readonly weight = parameter(tensor(device, [1, 2]));
    override forward(): Tensor {
      return this.weight;
    }
  }
  class Keep extends Module {
    readonly seen: Tensor[] = [];
    output: Tensor | null = null;
    override forward(x: Tensor): Tensor {
      this.seen.push(x);
      this.output = mul(x, 2);
      return this.output;
    }
  }
  const closed: Tensor[] = [];
  class Spy extends Module {
    override forward(x: Tensor): Tensor {
      closed.push(keep(x));
      return mul(x, 3);
    }
  }
  const [own, first, second] = [new Own(), new Keep(), new Keep()];
  const net = new Sequential(own, first, new Identity(), second, new Spy(), new ReLU());
  const y = noGrad(() => net.forward(zeros(device, [2])));
  expect(await y.array()).toEqual([12, 24]);
  expect(await own.weight.array()).toEqual([1, 2]);
  expect(await first.output!.array()).toEqual([2, 4]);
  expect(second.seen[0]).toBe(first.output);
  expect(await second.output!.array()).toEqual([4, 8]);
  expect(await closed[0]!.array()).toEqual([4, 8]);
  // Recorded activations in fields are no parameters.
  net.forward(zeros(device, [2]));
  expect(net.parameters()).toEqual([own.weight]);
});

test('an activation that nobody holds is freed at once', async () => {
  const own = await openTestDevice();
  const live: number[] = [];
  class Count extends Module {
    override forward(x: Tensor): Tensor {
      live.push(liveTensorCount(own));
      return relu(x);
    }
  }
  const net = new Sequential(new Count(), new Count(), new Count(), new Count());
  net.forward(zeros(own, [4]));
  expect(live).toEqual([1, 2, 2, 2]); // the input, and one activation
  own.dispose();
});
