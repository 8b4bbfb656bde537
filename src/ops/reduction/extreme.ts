import extremeWgsl from '../../../shaders/reduction/extreme.wgsl';
import gradientWgsl from '../../../shaders/reduction/extreme_gradient.wgsl';
import valueWgsl from '../../../shaders/reduction/extreme_value.wgsl';
import { record } from '../../autograd/record.js';
import { ShapeError } from '../../runtime/errors.js';
import { defineKernel } from '../../runtime/kernel.js';
import { made } from '../../runtime/made.js';
import { mergeAxes } from '../../tensor/copy-strided.js';
import { scope } from '../../tensor/scope.js';
import { broadcastStrides, rowMajorStrides, type Shape, showShape } from '../../tensor/shape.js';
import { Tensor } from '../../tensor/tensor.js';
import type { ComputeType } from '../elementwise/unary.js';
import { checkDTypes, dense } from '../op.js';
import { reshape } from '../reshape.js';
import { type Pass, planReduction, type ReductionOptions, type ReductionPlan } from './axes.js';

const extremeKernels = (dtype: ComputeType) => ({
  first: defineKernel(extremeWgsl, dtype, 'candidate_all'),
  later: defineKernel(extremeWgsl, dtype, 'candidate_listed'),
});
const KERNELS = made(() => ({
  f32: extremeKernels('f32'),
  i32: extremeKernels('i32'),
  u32: extremeKernels('u32'),
}));
const valueKernel = defineKernel(valueWgsl);
const gradientKernel = defineKernel(gradientWgsl);
/** Elements that one invocation looks at. */
const PART = 512;

export type Extreme = 'max' | 'min';

/** Maximum or minimum over axes; the gradient goes to the first extreme element in row-major order. */
export function reduceExtreme(op: Extreme, x: Tensor, options: ReductionOptions): Tensor {
  checkDTypes(op, 'input', x, ['f32', 'i32', 'u32']);
  const plan = planReduction(op, x.shape, options);
  return scope(() => {
    const { shape } = x;
    const source = dense(x, op);
    const places = extremePlaces(op, op, source, plan);
    if (!places) {
      return record(op, [x], reshape(source.detach(), plan.shape), { vjp: (gradient) => [reshape(gradient, shape)] });
    }
    const y = Tensor.empty(x.device, plan.shape, x.dtype, op);
    x.device.dispatch(valueKernel, {
      bindings: { x: source.binding(op), places: places.binding(op), y: y.binding(op) },
      params: { size: y.size },
      invocations: y.size,
    });
    return record(op, [x], y, {
      save: [places],
      vjp: (gradient, [saved]) => [extremeGradient(op, gradient, saved!, shape, plan)],
    });
  });
}

/**
 * Flat u32 places of the extremes in a dense tensor; null where every group has one element.
 * @throws ShapeError for a group without elements
 */
export function extremePlaces(op: string, kind: Extreme, x: Tensor, plan: ReductionPlan): Tensor | null {
  if (plan.count === 0 && plan.kept.every((dim) => dim > 0)) {
    throw new ShapeError(
      `${op}: no elements along axes [${plan.axes.join(', ')}] of ${showShape(x.shape)}; reduce axes that have some`,
    );
  }
  return plan.passes.reduce<Tensor | null>((found, pass) => placesOf(op, kind, x, found, pass), null);
}

function placesOf(op: string, kind: Extreme, x: Tensor, candidates: Tensor | null, pass: Pass): Tensor {
  const { outer, n, inner } = pass;
  const parts = Math.max(1, Math.ceil(n / PART));
  const places = Tensor.empty(x.device, [outer, parts, inner], 'u32', op);
  const kernels = KERNELS[x.dtype as ComputeType];
  x.device.dispatch(candidates ? kernels.later : kernels.first, {
    bindings: {
      x: x.binding(op),
      places: places.binding(op),
      ...(candidates && { candidates: candidates.binding(op) }),
    },
    params: { size: places.size, n, parts, length: PART, inner },
    overrides: { MINIMUM: kind === 'min' },
    invocations: places.size,
  });
  return parts === 1 ? places : placesOf(op, kind, x, places, { outer, n: parts, inner });
}

function extremeGradient(op: string, gradient: Tensor, places: Tensor, shape: Shape, plan: ReductionPlan): Tensor {
  const { device } = gradient;
  const dx = Tensor.empty(device, shape, 'f32', op);
  const { dims, strides } = mergeAxes(shape, [broadcastStrides(plan.kept, rowMajorStrides(plan.kept), shape)]);
  device.dispatch(gradientKernel, {
    bindings: { places: places.binding(op), gradient: dense(gradient, op).binding(op), dx: dx.binding(op) },
    params: { size: dx.size, rank: dims.length, dims, strides: strides[0]! },
    invocations: dx.size,
  });
  return dx;
}
