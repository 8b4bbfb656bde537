import gridWgsl from '../../shaders/common/grid.wgsl?raw';
import affineWgsl from '../../shaders/random/affine.wgsl?raw';
import bernoulliWgsl from '../../shaders/random/bernoulli.wgsl?raw';
import normalWgsl from '../../shaders/random/normal.wgsl?raw';
import philoxWgsl from '../../shaders/random/philox.wgsl?raw';
import uniformWgsl from '../../shaders/random/uniform.wgsl?raw';
import type { BufferSlice } from '../runtime/bind-groups.js';
import type { Device } from '../runtime/device.js';
import { SppgpuError } from '../runtime/errors.js';
import { gridFor } from '../runtime/grid.js';
import { defineKernel, type Kernel } from '../runtime/kernel.js';
import type { Params } from '../runtime/uniform-arena.js';
import { chunkOf, chunks } from './chunks.js';
import { empty } from './create.js';
import type { StreamPosition } from './generator.js';
import { normalQuantiles } from './normal.js';
import { seedKey } from './philox.js';
import type { Shape } from './shape.js';
import { Storage } from './storage.js';
import type { Tensor } from './tensor.js';

export interface RandomOptions extends Omit<StreamPosition, 'offset'> {
  /** Philox blocks (of four numbers) to skip. Default 0. */
  readonly offset?: number;
  readonly requiresGrad?: boolean;
}

const uniformKernel = defineKernel('random_uniform', gridWgsl, philoxWgsl, affineWgsl, uniformWgsl);
const normalKernel = defineKernel('random_normal', gridWgsl, philoxWgsl, affineWgsl, normalWgsl);
const bernoulliKernel = defineKernel('random_bernoulli', gridWgsl, philoxWgsl, bernoulliWgsl);
const WG = 64;

/**
 * Uniform f32 numbers on [low, high), 24 bits each: `low + (high - low) * (word >>> 8) / 2^24`. The same seed and offset
 * give the same bits on every adapter, and the words of `Rng` with the same seed.
 * @throws SppgpuError for a seed or offset that is no whole number
 */
export function rand(
  device: Device,
  shape: Shape,
  { low = 0, high = 1, ...options }: RandomOptions & { readonly low?: number; readonly high?: number },
): Tensor {
  return generate(device, shape, 'rand', options, uniformKernel, { zero: 0, scale: high - low, shift: low });
}

/**
 * Normal f32 numbers by inversion of one word each, to about 2^-20, |z| < 6.4. The same seed and offset give the same bits
 * on every adapter.
 * @throws SppgpuError for a seed or offset that is no whole number
 */
export function randn(
  device: Device,
  shape: Shape,
  { mean = 0, std = 1, ...options }: RandomOptions & { readonly mean?: number; readonly std?: number },
): Tensor {
  const params = { zero: 0, scale: std, shift: mean };
  return generate(device, shape, 'randn', options, normalKernel, params, { quantiles: quantilesOn(device) });
}

/**
 * f32 numbers that are 1 with probability `p` (default 0.5, in steps of 2^-24), else 0.
 * @throws SppgpuError for a probability outside 0 to 1, or a seed or offset that is no whole number
 */
export function bernoulli(
  device: Device,
  shape: Shape,
  { p = 0.5, ...options }: RandomOptions & { readonly p?: number },
): Tensor {
  return generate(device, shape, 'bernoulli', options, bernoulliKernel, { threshold: threshold24('bernoulli', p) });
}

/** A probability in units of 2^-24. @throws SppgpuError outside 0 to 1. */
export function threshold24(op: string, p: number): number {
  if (!(p >= 0 && p <= 1)) throw new SppgpuError(`${op}: ${p} is not a probability; use 0 to 1`);
  return Math.round(p * 2 ** 24);
}

/** The shader's view of a place in a stream, `skip` numbers (a multiple of 4) further on. */
export function streamParams(op: string, { seed, offset = 0 }: RandomOptions, skip = 0): Params {
  if (!Number.isSafeInteger(offset) || offset < 0) {
    throw new SppgpuError(`${op}: offset ${offset} is not a place in a random stream; use a whole number from 0`);
  }
  const block = offset + skip / 4;
  return { seed: seedKey(seed), offset: [block % 2 ** 32, Math.floor(block / 2 ** 32)] };
}

function generate(
  device: Device,
  shape: Shape,
  op: string,
  options: RandomOptions,
  kernel: Kernel,
  params: Params,
  bindings: Record<string, BufferSlice> = {},
): Tensor {
  streamParams(op, options);
  const y = empty(device, shape, 'f32', op);
  for (const chunk of chunks(device, y.size)) {
    const size = Math.ceil(chunk.count / 4);
    device.dispatch(kernel, {
      bindings: { ...bindings, y: chunkOf(y, chunk, op) },
      params: { size, ...streamParams(op, options, chunk.start), ...params },
      overrides: { WG },
      workgroups: gridFor(size, WG, device.limits.maxComputeWorkgroupsPerDimension),
    });
  }
  y.requiresGrad = options.requiresGrad ?? false;
  return y;
}

const tables = new WeakMap<Device, Storage>();

/** The table of quantiles, uploaded once and kept as long as the device. */
function quantilesOn(device: Device): BufferSlice {
  const table = normalQuantiles();
  let storage = tables.get(device);
  if (!storage) {
    storage = Storage.allocate(device, table.byteLength, 'normal quantiles');
    device.upload(storage.buffer, 0, table);
    tables.set(device, storage);
  }
  return storage.slice(0, table.byteLength);
}
