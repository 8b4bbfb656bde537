import copyWgsl from '../../shaders/bench/copy.wgsl';
import multiplyAddWgsl from '../../shaders/bench/multiply_add.wgsl';
import { bind } from '../ops/op.js';
import type { Device } from '../runtime/device.js';
import { defineKernel } from '../runtime/kernel.js';
import { empty } from '../tensor/create.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Case } from './cases.js';
import { calibrate, type Instance, timeCold, timeSamples } from './harness.js';

/** What an adapter can do at most, as measured: the two roofs of the roofline. */
export interface Limits {
  /** Bytes read and written, of a copy between two arrays too large for any cache, in GB/s. */
  readonly gbps: number;
  /** f32 multiply-adds, counted as two, in GFLOP/s. */
  readonly gflops: number;
}

const copyKernel = defineKernel(copyWgsl);
const multiplyAddKernel = defineKernel(multiplyAddWgsl);

/** Of each of the two arrays; no cache of a usual processor or GPU holds both. */
const COPY_BYTES = 64 * 1024 * 1024;
/** Vec4 that one invocation copies. */
const COPY_STEPS = { cpu: 64, gpu: 1 };
/** A run of the arithmetic should take milliseconds on every kind of adapter. */
const INVOCATIONS = { cpu: 2 ** 12, gpu: 2 ** 20 };
const ROUNDS = 512;
/** f32 operations of one round of one invocation. */
const ROUND_FLOPS = 8 * 4 * 2;

/** Measures both roofs, each in about `budgetMs`. The fastest sample counts: a roof is what can be reached. */
export async function measureLimits(device: Device, budgetMs = 500): Promise<Limits> {
  return { gbps: await copyRate(device, budgetMs), gflops: await multiplyAddRate(device, budgetMs) };
}

async function copyRate(device: Device, budgetMs: number): Promise<number> {
  const size = Math.floor(Math.min(COPY_BYTES, device.maxBindingBytes) / 16);
  const [x, y] = [empty(device, [4 * size]), empty(device, [4 * size])];
  const ms = await fastest(device, () => copy(x, y), [x, y], budgetMs);
  return (2 * 16 * size) / ms / 1e6;
}

/** Copies `x` to `y`, of one size in whole vec4, as fast as the adapter can. */
export function copy(x: Tensor, y: Tensor): void {
  const { device } = x;
  const size = x.size / 4;
  const steps = device.info.software ? COPY_STEPS.cpu : COPY_STEPS.gpu;
  const bindings = bind('roofline', { x, y });
  device.dispatch(copyKernel, { bindings, params: { size, steps }, invocations: Math.ceil(size / steps) });
}

async function multiplyAddRate(device: Device, budgetMs: number): Promise<number> {
  const size = device.info.software ? INVOCATIONS.cpu : INVOCATIONS.gpu;
  const y = empty(device, [size]);
  const bindings = bind('roofline', { y });
  const params = { size, rounds: ROUNDS };
  const step = () => device.dispatch(multiplyAddKernel, { bindings, params, invocations: size });
  const ms = await fastest(device, step, [y], budgetMs);
  return (size * ROUNDS * ROUND_FLOPS) / ms / 1e6;
}

/** Milliseconds of the fastest sample of one dispatch. */
async function fastest(device: Device, step: () => void, held: readonly Tensor[], budgetMs: number): Promise<number> {
  const instance: Instance = {
    step,
    wait: () => device.sync(),
    outputs: async () => ({}),
    dispose() {
      for (const tensor of held) tensor.dispose();
    },
  };
  try {
    await timeCold(instance);
    const inner = await calibrate(instance);
    return Math.min(...(await timeSamples(instance, { inner, samples: 15, budgetMs })));
  } finally {
    instance.dispose();
  }
}

/** How near a kernel comes to what the adapter can do. */
export interface RoofShare {
  /** Time of the limit that binds over the time taken; above 1 where a cache holds what the copy fetched from memory. */
  readonly shareOfLimit: number;
  readonly bound: 'memory' | 'arithmetic';
}

/** The share of the limit that binds: of bandwidth, or of arithmetic, whichever needs longer for this case. */
export function shareOfLimit({ flops, bytes }: Pick<Case, 'flops' | 'bytes'>, ms: number, limits: Limits): RoofShare {
  const memory = bytes / limits.gbps / 1e6;
  const arithmetic = flops / limits.gflops / 1e6;
  return { shareOfLimit: Math.max(memory, arithmetic) / ms, bound: memory >= arithmetic ? 'memory' : 'arithmetic' };
}
