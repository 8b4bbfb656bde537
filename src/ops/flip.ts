import flipWgsl from '../../shaders/movement/flip.wgsl';
import { record } from '../autograd/record.js';
import { ShapeError } from '../runtime/errors.js';
import { defineKernel } from '../runtime/kernel.js';
import { checkOptions, type OptionNames } from '../runtime/options.js';
import { MAX_RANK } from '../tensor/copy-strided.js';
import { scope } from '../tensor/scope.js';
import { normalizeAxes } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import { checkDTypes, dense, type OpRow } from './op.js';

const kernel = defineKernel(flipWgsl);

export interface FlipOptions {
  /** The axes to turn round. Default: all. */
  readonly axes?: number | readonly number[];
}

const NAMES: OptionNames<FlipOptions> = { axes: true };

/** The order of elements turned round along axes. f32, i32 or u32. @throws ShapeError for an axis out of range. */
export function flip(x: Tensor, options: FlipOptions = {}): Tensor {
  checkOptions('flip', options, NAMES);
  checkDTypes('flip', 'input', x, ['f32', 'i32', 'u32']);
  const axes = normalizeAxes('flip', options.axes, x.rank);
  if (x.rank > MAX_RANK) throw new ShapeError(`flip: rank ${x.rank} is more than ${MAX_RANK}; join axes by reshape()`);
  return scope(() => {
    const { device } = x;
    const y = Tensor.empty(device, x.shape, x.dtype, 'flip');
    device.dispatch(kernel, {
      bindings: { x: dense(x, 'flip').binding('flip'), y: y.binding('flip') },
      params: {
        size: y.size,
        rank: x.rank,
        flipped: axes.reduce((bits, axis) => bits | (1 << axis), 0),
        dims: x.shape,
      },
      invocations: y.size,
    });
    return record('flip', [x], y, { vjp: (gradient) => [flip(gradient, { axes })] });
  });
}

export const row: OpRow = {
  name: 'flip',
  family: 'movement',
  summary: 'the order turned round along axes',
  dtypes: ['f32', 'i32', 'u32'],
  differentiable: [0],
};
