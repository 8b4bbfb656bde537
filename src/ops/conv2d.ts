import { record } from '../autograd/record.js';
import { ShapeError } from '../runtime/errors.js';
import { checkChoice, checkOptions, type OptionNames } from '../runtime/options.js';
import { scope } from '../tensor/scope.js';
import { showShape } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import { cast } from './cast.js';
import { algorithmsOf, type ConvAlgorithm, type ConvAlgorithms } from './conv/ladder.js';
import { convForward, convInputGradient, convWeightGradient } from './conv/passes.js';
import { type ConvGeometry, convShape } from './conv/shape.js';
import { checkDTypes, checkOperands, commonDevice, dense, type OpRow } from './op.js';
import { reluGradient } from './relu.js';
import { sum } from './sum.js';
import { autocastOperands } from './tile/operands.js';

export type { ConvAlgorithm, ConvAlgorithms, ConvForward, ConvInput, ConvWeight } from './conv/ladder.js';

export interface Conv2dOptions extends ConvGeometry {
  readonly activation?: 'none' | 'relu';
  /** A rung of the ladder by name, for all three passes or for each; default: the best for this adapter and shape. */
  readonly algorithm?: ConvAlgorithm | ConvAlgorithms | 'auto';
}

const NAMES: OptionNames<Conv2dOptions> = {
  stride: true,
  padding: true,
  dilation: true,
  groups: true,
  activation: true,
  algorithm: true,
};

/**
 * Cross-correlation of maps `[N, C, H, W]` with filters `[O, C / groups, KH, KW]`, plus bias `[O]`, through ReLU on
 * request: `[N, O, OH, OW]`. Stride, padding (zeros), dilation and groups as PyTorch's.
 * `x` and `w` are both f32 or both f16, which halves what is read; sums, bias, result and gradients are f32, as those of `matmul`.
 * @throws ShapeError naming the argument that does not fit
 */
export function conv2d(x: Tensor, w: Tensor, bias: Tensor | null = null, options: Conv2dOptions = {}): Tensor {
  checkOptions('conv2d', options, NAMES);
  checkChoice('conv2d', 'activation', options.activation, ['none', 'relu']);
  const { activation = 'none' } = options;
  const algorithms = algorithmsOf(options.algorithm ?? 'auto');
  return scope(() => {
    [x, w] = autocastOperands(x, w);
    const device = commonDevice('conv2d', bias ? [x, w, bias] : [x, w]);
    checkOperands('conv2d', 'input', x, 'weight', w);
    const shape = { ...convShape(x, w, options), half: x.dtype === 'f16' };
    if (bias) {
      checkDTypes('conv2d', 'bias', bias, ['f32']);
      if (bias.rank !== 1 || bias.size !== shape.outChannels) {
        throw new ShapeError(
          `conv2d: bias has shape ${showShape(bias.shape)}, but must be [${shape.outChannels}], one per output channel`,
        );
      }
    }
    const relu = activation === 'relu';
    const y = Tensor.empty(device, [shape.images, shape.outChannels, ...shape.out], 'f32', 'conv2d');
    if (y.size > 0) {
      convForward(dense(x, 'conv2d'), dense(w, 'conv2d'), bias && dense(bias, 'conv2d'), y, shape, relu, algorithms);
    }
    return record('conv2d', bias ? [x, w, bias] : [x, w], y, {
      save: relu ? [x, w, y] : [x, w],
      vjp: (gradient, [savedX, savedW, savedY], needs) => {
        const dy = dense(savedY ? reluGradient(gradient, savedY) : gradient, 'conv2d');
        const rounded = shape.half ? cast(dy, 'f16') : dy;
        return [
          needs[0] ? convInputGradient(rounded, savedW!, shape, algorithms) : null,
          needs[1] ? convWeightGradient(rounded, savedX!, savedW!, shape, algorithms) : null,
          ...(bias ? [needs[2] ? sum(dy, { axes: [0, 2, 3] }) : null] : []),
        ];
      },
    });
  });
}

export const row: OpRow = {
  name: 'conv2d',
  family: 'convolution',
  summary: '2-d convolution with stride, padding, dilation, groups, fused bias and ReLU',
  dtypes: ['f32', 'f16'],
  differentiable: [0, 1, 2],
};
