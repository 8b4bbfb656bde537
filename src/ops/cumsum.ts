import scanWgsl from '../../shaders/reduction/scan.wgsl';
import { record } from '../autograd/record.js';
import { defineKernel } from '../runtime/kernel.js';
import { checkOptions, type OptionNames } from '../runtime/options.js';
import { scope } from '../tensor/scope.js';
import { normalizeAxis, sizeOf } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import type { ComputeType } from './elementwise/unary.js';
import { bind, checkDTypes, dense, type OpRow } from './op.js';
import type { Pass } from './reduction/axes.js';

const KERNELS = {
  f32: defineKernel(scanWgsl, 'f32'),
  i32: defineKernel(scanWgsl, 'i32'),
  u32: defineKernel(scanWgsl, 'u32'),
};
/** Elements that one invocation adds up. */
const PART = 256;

export interface CumsumOptions {
  /** The axis to run along, counted from the end if negative. Default: the last. */
  readonly axis?: number;
}

const NAMES: OptionNames<CumsumOptions> = { axis: true };

/**
 * The sum of each element and all before it along an axis. f32, i32 or u32. Long lines are summed in parts, then the parts, so
 * that the error grows slowly.
 * @throws ShapeError for an axis out of range
 */
export function cumsum(x: Tensor, options: CumsumOptions = {}): Tensor {
  checkOptions('cumsum', options, NAMES);
  checkDTypes('cumsum', 'input', x, ['f32', 'i32', 'u32']);
  const axis = normalizeAxis('cumsum', options.axis ?? -1, x.rank);
  const pass = {
    outer: sizeOf(x.shape.slice(0, axis)),
    n: x.shape[axis]!,
    inner: sizeOf(x.shape.slice(axis + 1)),
  };
  return scope(() => record('cumsum', [x], scan(x, pass, false), { vjp: (gradient) => [scan(gradient, pass, true)] }));
}

function scan(x: Tensor, { outer, n, inner }: Pass, reverse: boolean): Tensor {
  const y = Tensor.empty(x.device, x.shape, x.dtype, 'cumsum');
  if (y.size === 0) return y;
  const parts = Math.ceil(n / PART);
  const source = dense(x, 'cumsum');
  const run = (starts: Tensor, target: Tensor, totals: boolean) =>
    x.device.dispatch(KERNELS[x.dtype as ComputeType], {
      bindings: bind('cumsum', { x: source, starts, y: target }),
      params: { size: outer * parts * inner, n, parts, length: PART, inner },
      overrides: { TOTALS: totals, REVERSE: reverse },
      invocations: outer * parts * inner,
    });
  let starts = source;
  if (parts > 1) {
    const totals = Tensor.empty(x.device, [outer, parts, inner], x.dtype, 'cumsum');
    run(source, totals, true);
    starts = scan(totals, { outer, n: parts, inner }, reverse);
  }
  run(starts, y, false);
  return y;
}

export const row: OpRow = {
  name: 'cumsum',
  family: 'reduction',
  summary: 'running sum along an axis',
  dtypes: ['f32', 'i32', 'u32'],
  differentiable: [0],
};
