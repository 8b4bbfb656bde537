import sumColumnsWgsl from '../../../shaders/reduction/sum_columns.wgsl';
import sumRowsWgsl from '../../../shaders/reduction/sum_rows.wgsl';
import sumRowsWorkgroupWgsl from '../../../shaders/reduction/sum_rows_workgroup.wgsl';
import { defineKernel } from '../../runtime/kernel.js';
import { made } from '../../runtime/made.js';
import { copyStrided } from '../../tensor/copy-strided.js';
import { Tensor } from '../../tensor/tensor.js';
import type { ComputeType } from '../elementwise/unary.js';
import type { Pass } from './axes.js';
import { type RowAlgorithm, type RowNotes, rowLadder, rowNotes, workgroupRows } from './row-ladder.js';

/** Elements that one invocation sums when there are many lines, and when there are few. */
const LONG_PART = 1024;
const SHORT_PART = 128;
const MANY_LINES = 4096;
/** Elements that one workgroup sums. */
const WORKGROUP_PART = 16384;

const sumKernels = (dtype: ComputeType) => ({
  rows: defineKernel(sumRowsWgsl, dtype),
  workgroupRows: defineKernel(sumRowsWorkgroupWgsl, dtype),
  vectors: defineKernel(sumColumnsWgsl, dtype, 'vector'),
  scalars: defineKernel(sumColumnsWgsl, dtype, 'scalar'),
});
const KERNELS = made(() => ({ f32: sumKernels('f32'), i32: sumKernels('i32'), u32: sumKernels('u32') }));

export const sumLadder = made(() =>
  rowLadder(
    'sum',
    Object.values(KERNELS).map(({ rows }) => rows),
    Object.values(KERNELS).map((each) => each.workgroupRows),
  ),
);
export const sumNotes: RowNotes = /* @__PURE__ */ rowNotes(
  'reduction/sum_rows.wgsl',
  'reduction/sum_rows_workgroup.wgsl',
);

/**
 * Sums the middle axis of a dense tensor seen as `[outer, n, inner]`; the result is `[outer, inner]`.
 * Long lines are summed in parts, then the parts: fixed order, same bits every time, and error that grows slowly.
 */
export function sumAxis(op: string, x: Tensor, pass: Pass, algorithm?: RowAlgorithm): Tensor {
  const { device } = x;
  const { outer, n, inner } = pass;
  if (x.bytes > device.maxBindingBytes) return sumPieces(op, x, pass, algorithm);
  const byWorkgroup = inner === 1 && workgroupRows(op, sumLadder, device, { rows: outer, length: n }, algorithm);
  const most = byWorkgroup ? WORKGROUP_PART : outer * inner >= MANY_LINES ? LONG_PART : SHORT_PART;
  const length = Math.min(n, most);
  const parts = Math.max(1, Math.ceil(n / most));
  const output = Tensor.empty(device, parts === 1 ? [outer, inner] : [outer, parts, inner], x.dtype, op);
  const kernels = KERNELS[x.dtype as ComputeType];
  const lanes = inner % 4 === 0 ? 4 : 1;
  const size = output.size / lanes;
  const bindings = { x: x.binding(op), y: output.binding(op) };
  const params = { size, n, parts, length };
  if (byWorkgroup) device.dispatch(kernels.workgroupRows, { bindings, params, workgroups: size });
  else if (inner === 1) device.dispatch(kernels.rows, { bindings, params, invocations: size });
  else {
    const kernel = lanes === 4 ? kernels.vectors : kernels.scalars;
    device.dispatch(kernel, { bindings, params: { ...params, inner: inner / lanes }, invocations: size });
  }
  return parts === 1 ? output : sumAxis(op, output, { outer, n: parts, inner }, algorithm);
}

/** A tensor beyond one binding, in two halves of its outermost axis that can be cut. */
function sumPieces(op: string, x: Tensor, { outer, n, inner }: Pass, algorithm?: RowAlgorithm): Tensor {
  const { device, dtype } = x;
  const shape = [outer, n, inner];
  const whole = x.view(shape, [n * inner, inner, 1], x.offset, op);
  // Halves of the reduced axis leave two lines to add; they must fit one binding themselves.
  const axis = outer > 1 ? 0 : 16 * inner <= device.maxBindingBytes ? 1 : 2;
  const cut = Math.ceil(shape[axis]! / 2);
  const result = Tensor.empty(device, axis === 1 ? [outer, 2, inner] : [outer, 1, inner], dtype, op);
  for (const [i, [start, count]] of [
    [0, cut],
    [cut, shape[axis]! - cut],
  ].entries()) {
    const size = shape.with(axis, count!);
    const piece = whole.view(size, whole.strides, whole.offset + start! * whole.strides[axis]!, op).denseCopy(op);
    const total = sumAxis(op, piece, { outer: size[0]!, n: size[1]!, inner: size[2]! }, algorithm);
    const place = [size[0]!, 1, size[2]!];
    const at = axis === 1 ? i * inner : start! * result.strides[axis]!;
    copyStrided(
      { storage: total.storage(op), dtype, shape: place, strides: [size[2]!, size[2]!, 1], offset: 0 },
      { storage: result.storage(op), dtype, shape: place, strides: result.strides, offset: at },
    );
    for (const temporary of [piece, total]) temporary.dispose();
  }
  return axis === 1 ? sumAxis(op, result, { outer, n: 2, inner }, algorithm) : result;
}
