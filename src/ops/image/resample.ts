import resampleWgsl from '../../../shaders/image/resample.wgsl';
import { record } from '../../autograd/record.js';
import { ShapeError } from '../../runtime/errors.js';
import { defineKernel } from '../../runtime/kernel.js';
import { tensor } from '../../tensor/create.js';
import { scope } from '../../tensor/scope.js';
import { requireList, showShape, sizeOf } from '../../tensor/shape.js';
import { Tensor } from '../../tensor/tensor.js';
import { bind, checkDTypes, checkRank, dense } from '../op.js';

const kernels = { 4: defineKernel(resampleWgsl, 'vector'), 1: defineKernel(resampleWgsl, 'scalar') };

/** What one cell of a resized axis reads: cells (none twice) and their weights. */
export type Taps = readonly (readonly [cell: number, weight: number])[];

/** The taps of cell `i` of `to`, along an axis of `from` cells. */
export type Sampler = (i: number, from: number, to: number) => Taps;

/** Maps `[N, C, H, W]` resized along both axes by one rule. @throws ShapeError, DTypeError */
export function resample(
  op: string,
  x: Tensor,
  size: readonly [height: number, width: number],
  sampler: Sampler,
): Tensor {
  checkDTypes(op, 'input', x, ['f32']);
  checkRank(op, 'input', x, 4, '[N, C, H, W]');
  requireList(op, size);
  if (size.length !== 2 || !size.every((to, i) => Number.isInteger(to) && to >= 1 && x.shape[2 + i]! >= 1)) {
    throw new ShapeError(`${op}: ${showShape(x.shape)} cannot be resized to ${showShape(size)}; use positive integers`);
  }
  return scope(() => size.reduce((resized, to, i) => along(op, resized, 2 + i, to, sampler), x));
}

function along(op: string, x: Tensor, axis: number, to: number, sampler: Sampler): Tensor {
  const from = x.shape[axis]!;
  const rows = Array.from({ length: to }, (_, i) => sampler(i, from, to));
  return record(op, [x], run(op, x, axis, to, rows), {
    vjp: (gradient) => {
      const readers: [number, number][][] = Array.from({ length: from }, () => []);
      for (const [i, taps] of rows.entries()) for (const [cell, weight] of taps) readers[cell]!.push([i, weight]);
      return [run(op, gradient, axis, from, readers)];
    },
  });
}

function run(op: string, x: Tensor, axis: number, to: number, rows: readonly Taps[]): Tensor {
  const { device, shape } = x;
  const starts = rows.map((taps) => taps.reduce((first, [cell]) => Math.min(first, cell), shape[axis]!));
  const width = rows.reduce((most, taps, i) => taps.reduce((n, [cell]) => Math.max(n, cell - starts[i]! + 1), most), 1);
  const weights = new Float32Array(to * width);
  for (const [i, taps] of rows.entries()) {
    for (const [cell, weight] of taps) weights[i * width + cell - starts[i]!]! += weight;
  }
  const y = Tensor.empty(device, shape.with(axis, to), 'f32', op);
  const inner = sizeOf(shape.slice(axis + 1));
  const lanes = inner % 4 === 0 ? 4 : 1;
  const size = y.size / lanes;
  device.dispatch(kernels[lanes], {
    bindings: bind(op, {
      x: dense(x, op),
      starts: tensor(device, Uint32Array.from(starts)),
      weights: tensor(device, weights),
      y,
    }),
    params: { size, read: shape[axis]!, made: to, inner: inner / lanes, width },
    invocations: size,
  });
  return y;
}
