import gridWgsl from '../../../shaders/common/grid.wgsl?raw';
import expScalarWgsl from '../../../shaders/common/lanes/exp_scalar.wgsl?raw';
import expVectorWgsl from '../../../shaders/common/lanes/exp_vector.wgsl?raw';
import scalarWgsl from '../../../shaders/common/lanes/scalar.wgsl?raw';
import vectorWgsl from '../../../shaders/common/lanes/vector.wgsl?raw';
import nanWgsl from '../../../shaders/common/nan.wgsl?raw';
import nanVectorWgsl from '../../../shaders/common/nan_vector.wgsl?raw';
import f32Wgsl from '../../../shaders/common/types/f32.wgsl?raw';
import reduceWgsl from '../../../shaders/common/workgroup_reduce.wgsl?raw';
import softmaxWgsl from '../../../shaders/softmax/softmax.wgsl?raw';
import softmaxGradientWgsl from '../../../shaders/softmax/softmax_gradient.wgsl?raw';
import rowsWgsl from '../../../shaders/softmax/softmax_rows.wgsl?raw';
import rowsGradientWgsl from '../../../shaders/softmax/softmax_rows_gradient.wgsl?raw';
import { record } from '../../autograd/record.js';
import { gridFor } from '../../runtime/grid.js';
import { defineKernel } from '../../runtime/kernel.js';
import { scope } from '../../tensor/scope.js';
import { normalizeAxis, sizeOf } from '../../tensor/shape.js';
import { Tensor } from '../../tensor/tensor.js';
import { checkDTypes, dense } from '../op.js';
import { type RowAlgorithm, workgroupRows } from '../reduction/row-algorithm.js';

const vectors = [f32Wgsl, nanVectorWgsl, vectorWgsl, expVectorWgsl, gridWgsl];
const scalars = [f32Wgsl, nanWgsl, scalarWgsl, expScalarWgsl, gridWgsl];
const rows = [gridWgsl, nanWgsl, expScalarWgsl, reduceWgsl];
const kernels = {
  rows: {
    forward: defineKernel('softmax_rows', ...rows, rowsWgsl),
    backward: defineKernel('softmax_rows_gradient', ...rows, rowsGradientWgsl),
  },
  vectors: {
    forward: defineKernel('softmax4', ...vectors, softmaxWgsl),
    backward: defineKernel('softmax4_gradient', ...vectors, softmaxGradientWgsl),
  },
  scalars: {
    forward: defineKernel('softmax', ...scalars, softmaxWgsl),
    backward: defineKernel('softmax_gradient', ...scalars, softmaxGradientWgsl),
  },
};
const WG = 64;

export interface SoftmaxOptions {
  /** The axis along which the results add up to 1. Default: the last. */
  readonly axis?: number;
  /** Of the last axis. Default `auto`. */
  readonly algorithm?: RowAlgorithm;
}

/** Softmax or its logarithm along one axis. */
export function normalizedExp(
  op: 'softmax' | 'logSoftmax',
  x: Tensor,
  { axis = -1, algorithm }: SoftmaxOptions,
): Tensor {
  checkDTypes(op, 'input', x, ['f32']);
  const along = normalizeAxis(op, axis, x.rank);
  const n = x.shape[along]!;
  const inner = sizeOf(x.shape.slice(along + 1));
  return scope(() => {
    const { device } = x;
    const byRows = inner === 1 && workgroupRows(device, n, algorithm);
    const lanes = inner % 4 === 0 ? 4 : 1;
    const { forward, backward } = byRows ? kernels.rows : lanes === 4 ? kernels.vectors : kernels.scalars;
    const size = x.size / Math.max(1, n) / lanes;
    const dispatch = {
      params: { size, n, inner: inner / lanes },
      overrides: { WG, LOG: op === 'logSoftmax' ? 1 : 0 },
      workgroups: gridFor(size, byRows ? 1 : WG, device.limits.maxComputeWorkgroupsPerDimension),
    };
    const y = Tensor.empty(device, x.shape, 'f32', op);
    device.dispatch(forward, { bindings: { x: dense(x, op).binding(op), y: y.binding(op) }, ...dispatch });
    return record(op, [x], y, {
      save: [y],
      vjp: (gradient, [saved]) => {
        const dx = Tensor.empty(device, saved!.shape, 'f32', op);
        device.dispatch(backward, {
          bindings: { y: saved!.binding(op), gradient: dense(gradient, op).binding(op), dx: dx.binding(op) },
          ...dispatch,
        });
        return [dx];
      },
    });
  });
}
