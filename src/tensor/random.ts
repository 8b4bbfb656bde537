import bernoulliWgsl from '../../shaders/random/bernoulli.wgsl';
import normalWgsl from '../../shaders/random/normal.wgsl';
import uniformWgsl from '../../shaders/random/uniform.wgsl';
import type { BufferSlice } from '../runtime/bind-groups.js';
import type { Device } from '../runtime/device.js';
import { SppgpuError } from '../runtime/errors.js';
import { defineKernel } from '../runtime/kernel.js';
import { type OptionNames, requireOptions } from '../runtime/options.js';
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

const NAMES: OptionNames<RandomOptions> = { seed: true, offset: true, requiresGrad: true };

const uniformKernel = defineKernel(uniformWgsl);
const normalKernel = defineKernel(normalWgsl);
const bernoulliKernel = defineKernel(bernoulliWgsl);

/**
 * Uniform f32 numbers on [low, high), 24 bits each: `low + (high - low) * (word >>> 8) / 2^24`. The same seed and offset
 * give the same bits on every adapter, and the words of `Rng` with the same seed.
 * @throws SppgpuError for a seed or offset that is not a whole number
 */
export function rand(
  device: Device,
  shape: Shape,
  options: RandomOptions & { readonly low?: number; readonly high?: number },
): Tensor {
  requireOptions('rand', options, { ...NAMES, low: true, high: true });
  const { low = 0, high = 1, ...position } = options;
  const constants = { zero: 0, scale: high - low, shift: low };
  return generate(device, shape, 'rand', position, (y, stream) =>
    device.dispatch(uniformKernel, { bindings: { y }, params: { ...stream, ...constants }, invocations: stream.size }),
  );
}

/**
 * Normal f32 numbers by inversion of one word each, to about 2^-20, |z| < 6.4. The same seed and offset give the same bits
 * on every adapter.
 * @throws SppgpuError for a seed or offset that is not a whole number
 */
export function randn(
  device: Device,
  shape: Shape,
  options: RandomOptions & { readonly mean?: number; readonly std?: number },
): Tensor {
  requireOptions('randn', options, { ...NAMES, mean: true, std: true });
  const { mean = 0, std = 1, ...position } = options;
  const quantiles = quantilesOn(device);
  const constants = { zero: 0, scale: std, shift: mean };
  return generate(device, shape, 'randn', position, (y, stream) =>
    device.dispatch(normalKernel, {
      bindings: { quantiles, y },
      params: { ...stream, ...constants },
      invocations: stream.size,
    }),
  );
}

/**
 * f32 numbers that are 1 with probability `p` (default 0.5, in steps of 2^-24), else 0.
 * @throws SppgpuError for a probability outside 0 to 1, or a seed or offset that is not a whole number
 */
export function bernoulli(device: Device, shape: Shape, options: RandomOptions & { readonly p?: number }): Tensor {
  requireOptions('bernoulli', options, { ...NAMES, p: true });
  const { p = 0.5, ...position } = options;
  const threshold = threshold24('bernoulli', p);
  return generate(device, shape, 'bernoulli', position, (y, stream) =>
    device.dispatch(bernoulliKernel, { bindings: { y }, params: { ...stream, threshold }, invocations: stream.size }),
  );
}

/** A probability in units of 2^-24. @throws SppgpuError outside 0 to 1. */
export function threshold24(op: string, p: number): number {
  if (!(p >= 0 && p <= 1)) throw new SppgpuError(`${op}: ${p} is not a probability; use 0 to 1`);
  return Math.round(p * 2 ** 24);
}

type Words = readonly [low: number, high: number];

/** The shader's view of a place in a stream, `skip` numbers (a multiple of 4) further on. */
export function streamParams(
  op: string,
  { seed, offset = 0 }: RandomOptions,
  skip = 0,
): { readonly seed: Words; readonly offset: Words } {
  if (!Number.isSafeInteger(offset) || offset < 0) {
    throw new SppgpuError(`${op}: offset ${offset} is not a place in a random stream; use a whole number from 0`);
  }
  const block = offset + skip / 4;
  return { seed: seedKey(seed), offset: [block % 2 ** 32, Math.floor(block / 2 ** 32)] };
}

/** Fills a new tensor, in pieces that fit one binding; a piece's size is in blocks of four numbers. */
function generate(
  device: Device,
  shape: Shape,
  op: string,
  options: RandomOptions,
  run: (y: BufferSlice, stream: ReturnType<typeof streamParams> & { readonly size: number }) => void,
): Tensor {
  streamParams(op, options);
  const y = empty(device, shape, 'f32', op);
  for (const chunk of chunks(device, y.size)) {
    run(chunkOf(y, chunk, op), { size: Math.ceil(chunk.count / 4), ...streamParams(op, options, chunk.start) });
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
