import naiveWgsl from '../../../shaders/matmul/matmul_naive.wgsl';
import tiledWgsl from '../../../shaders/matmul/matmul_tiled.wgsl';
import type { Device } from '../../runtime/device.js';
import { defineKernel } from '../../runtime/kernel.js';
import { type Job, matrixWindow } from '../tile/job.js';
import { windowOf } from '../tile/window.js';

export const stridedKernels = { naive: defineKernel(naiveWgsl), tiled: defineKernel(tiledWgsl) };
const TILE = 16;

/** The first two rungs: they take any strides and pack nothing. Bias along columns, c with dense rows. */
export function stridedProduct(device: Device, job: Job, rung: 'naive' | 'tiled'): void {
  const { op, batches, rows, inner, columns, a, b, c, bias } = job;
  const aWindow = matrixWindow(op, a, batches, rows, inner);
  const bWindow = matrixWindow(op, b, batches, inner, columns);
  const cWindow = matrixWindow(op, c, batches, rows, columns);
  const biasWindow = bias && windowOf(op, bias.tensor, bias.offset, columns);
  device.dispatch(stridedKernels[rung], {
    bindings: {
      a: aWindow.slice,
      b: bWindow.slice,
      bias: biasWindow?.slice ?? aWindow.slice,
      c: cWindow.slice,
    },
    params: {
      rows,
      columns,
      inner,
      batches,
      a_offset: aWindow.offset,
      a_batch: a.batchStride,
      a_row: a.rowStride,
      a_inner: a.columnStride,
      b_offset: bWindow.offset,
      b_batch: b.batchStride,
      b_inner: b.rowStride,
      b_column: b.columnStride,
      c_offset: cWindow.offset,
      c_batch: c.batchStride,
      c_row: c.rowStride,
      bias_offset: biasWindow?.offset ?? 0,
      has_bias: bias !== null,
      accumulate: job.accumulate,
      relu: job.relu,
    },
    ...(rung === 'naive'
      ? { invocations: batches * rows * columns }
      : { workgroups: batches * Math.ceil(rows / TILE) * Math.ceil(columns / TILE) }),
  });
}
