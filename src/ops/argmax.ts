import positionWgsl from '../../shaders/reduction/extreme_position.wgsl';
import { defineKernel } from '../runtime/kernel.js';
import { checkOptions, type OptionNames } from '../runtime/options.js';
import { zeros } from '../tensor/create.js';
import { scope } from '../tensor/scope.js';
import { Tensor } from '../tensor/tensor.js';
import { checkDTypes, dense, type OpRow } from './op.js';
import { planReduction } from './reduction/axes.js';
import { extremePlaces } from './reduction/extreme.js';

const kernel = defineKernel(positionWgsl);

export interface ArgmaxOptions {
  /** The axis to search, counted from the end if negative; without it the flat, row-major tensor. */
  readonly axis?: number;
  /** Keeps the searched axis (or all) as size 1. */
  readonly keepdim?: boolean;
}

const NAMES: OptionNames<ArgmaxOptions> = { axis: true, keepdim: true };

/**
 * The i32 position of the first maximum along an axis; NaN counts as the maximum. Without gradient.
 * @throws ShapeError for an axis out of range, or if there are no elements to choose from
 */
export function argmax(x: Tensor, options: ArgmaxOptions = {}): Tensor {
  checkOptions('argmax', options, NAMES);
  const { axis, keepdim } = options;
  checkDTypes('argmax', 'input', x, ['f32', 'i32', 'u32']);
  const plan = planReduction('argmax', x.shape, { axes: axis, keepdim });
  return scope(() => {
    const { device } = x;
    const places = extremePlaces('argmax', 'max', dense(x, 'argmax'), plan);
    const pass = plan.passes[0];
    if (!places || !pass) return zeros(device, plan.shape, { dtype: 'i32' });
    const y = Tensor.empty(device, plan.shape, 'i32', 'argmax');
    device.dispatch(kernel, {
      bindings: { places: places.binding('argmax'), y: y.binding('argmax') },
      params: { size: y.size, n: pass.n, inner: pass.inner },
      invocations: y.size,
    });
    return y;
  });
}

export const row: OpRow = {
  name: 'argmax',
  family: 'reduction',
  summary: 'position of the first maximum along an axis',
  dtypes: ['f32', 'i32', 'u32'],
  differentiable: [],
};
