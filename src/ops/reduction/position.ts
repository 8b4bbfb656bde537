import positionWgsl from '../../../shaders/reduction/extreme_position.wgsl';
import { defineKernel } from '../../runtime/kernel.js';
import { checkOptions, type OptionNames } from '../../runtime/options.js';
import { zeros } from '../../tensor/create.js';
import { scope } from '../../tensor/scope.js';
import { Tensor } from '../../tensor/tensor.js';
import { checkDTypes, dense } from '../op.js';
import { planReduction } from './axes.js';
import { type Extreme, extremePlaces } from './extreme.js';

const kernel = defineKernel(positionWgsl);

export interface ArgmaxOptions {
  /** The axis to search, counted from the end if negative; without it the flat, row-major tensor. */
  readonly axis?: number;
  /** Keeps the searched axis (or all) as size 1. */
  readonly keepdim?: boolean;
}

const NAMES: OptionNames<ArgmaxOptions> = { axis: true, keepdim: true };

/** The i32 position of the first extreme along an axis. */
export function extremePosition(op: string, kind: Extreme, x: Tensor, options: ArgmaxOptions): Tensor {
  checkOptions(op, options, NAMES);
  const { axis, keepdim } = options;
  checkDTypes(op, 'input', x, ['f32', 'i32', 'u32']);
  const plan = planReduction(op, x.shape, { axes: axis, keepdim });
  return scope(() => {
    const { device } = x;
    const places = extremePlaces(op, kind, dense(x, op), plan);
    const pass = plan.passes[0];
    if (!places || !pass) return zeros(device, plan.shape, { dtype: 'i32' });
    const y = Tensor.empty(device, plan.shape, 'i32', op);
    device.dispatch(kernel, {
      bindings: { places: places.binding(op), y: y.binding(op) },
      params: { size: y.size, n: pass.n, inner: pass.inner },
      invocations: y.size,
    });
    return y;
  });
}
