import softmaxWgsl from '../../../shaders/softmax/softmax.wgsl';
import softmaxGradientWgsl from '../../../shaders/softmax/softmax_gradient.wgsl';
import rowsWgsl from '../../../shaders/softmax/softmax_rows.wgsl';
import rowsGradientWgsl from '../../../shaders/softmax/softmax_rows_gradient.wgsl';
import { record } from '../../autograd/record.js';
import { defineKernel } from '../../runtime/kernel.js';
import { made } from '../../runtime/made.js';
import { checkOptions, type OptionNames } from '../../runtime/options.js';
import { scope } from '../../tensor/scope.js';
import { normalizeAxis, sizeOf } from '../../tensor/shape.js';
import { Tensor } from '../../tensor/tensor.js';
import { checkDTypes, dense } from '../op.js';
import { type RowAlgorithm, type RowNotes, rowLadder, rowNotes, workgroupRows } from '../reduction/row-ladder.js';

const kernels = {
  rows: {
    forward: defineKernel(rowsWgsl),
    backward: defineKernel(rowsGradientWgsl),
  },
  vectors: {
    forward: defineKernel(softmaxWgsl, 'vector'),
    backward: defineKernel(softmaxGradientWgsl, 'vector'),
  },
  scalars: {
    forward: defineKernel(softmaxWgsl, 'scalar'),
    backward: defineKernel(softmaxGradientWgsl, 'scalar'),
  },
};

export const softmaxLadder = /* @__PURE__ */ rowLadder(
  'softmax',
  made(() => [kernels.scalars, kernels.vectors].flatMap(({ forward, backward }) => [forward, backward])),
  made(() => [kernels.rows.forward, kernels.rows.backward]),
);
export const softmaxNotes: RowNotes = /* @__PURE__ */ rowNotes('softmax/softmax.wgsl', 'softmax/softmax_rows.wgsl');

export interface SoftmaxOptions {
  /** The axis along which the results add up to 1. Default: the last. */
  readonly axis?: number;
  /** Of the last axis. Default `auto`. */
  readonly algorithm?: RowAlgorithm;
}

const NAMES: OptionNames<SoftmaxOptions> = { axis: true, algorithm: true };

/** Softmax or its logarithm along one axis. */
export function normalizedExp(op: 'softmax' | 'logSoftmax', x: Tensor, options: SoftmaxOptions): Tensor {
  checkOptions(op, options, NAMES);
  const { axis = -1, algorithm } = options;
  checkDTypes(op, 'input', x, ['f32']);
  const along = normalizeAxis(op, axis, x.rank);
  const n = x.shape[along]!;
  const inner = sizeOf(x.shape.slice(along + 1));
  return scope(() => {
    const { device } = x;
    const byRows = inner === 1 && workgroupRows(op, softmaxLadder, device, { rows: x.size / n, length: n }, algorithm);
    const lanes = inner % 4 === 0 ? 4 : 1;
    const { forward, backward } = byRows ? kernels.rows : lanes === 4 ? kernels.vectors : kernels.scalars;
    const size = x.size / Math.max(1, n) / lanes;
    const dispatch = {
      params: { size, n, inner: inner / lanes },
      overrides: { LOG: op === 'logSoftmax' },
      ...(byRows ? { workgroups: size } : { invocations: size }),
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
