import { record } from '../autograd/record.js';
import { ShapeError } from '../runtime/errors.js';
import { checkOptions, type OptionNames } from '../runtime/options.js';
import { fill } from '../tensor/fill.js';
import { scope } from '../tensor/scope.js';
import { showShape } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import { directForward, directInputGradient, directWeightGradient } from './conv/direct.js';
import { im2colForward, im2colInputGradient, im2colWeightGradient } from './conv/im2col.js';
import { implicitForward, implicitInputGradient } from './conv/implicit.js';
import {
  algorithmsOf,
  type ConvAlgorithm,
  type ConvAlgorithms,
  convGradientLadder,
  convLadder,
} from './conv/ladder.js';
import { type ConvGeometry, type ConvShape, convShape } from './conv/shape.js';
import { slideForward } from './conv/slide.js';
import { implicitWeightGradient } from './conv/weight-gradient.js';
import { chooseRung } from './ladder.js';
import { checkDTypes, commonDevice, dense, type OpRow } from './op.js';
import { reluGradient } from './relu.js';
import { sum } from './sum.js';

export type { ConvAlgorithm, ConvAlgorithms, ConvForward } from './conv/ladder.js';

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
 * request: `[N, O, OH, OW]`. Stride, padding (zeros), dilation and groups as PyTorch's. f32.
 * @throws ShapeError naming the argument that does not fit
 */
export function conv2d(x: Tensor, w: Tensor, bias: Tensor | null = null, options: Conv2dOptions = {}): Tensor {
  checkOptions('conv2d', options, NAMES);
  const { activation = 'none' } = options;
  const algorithms = algorithmsOf(options.algorithm ?? 'auto');
  return scope(() => {
    const device = commonDevice('conv2d', bias ? [x, w, bias] : [x, w]);
    checkDTypes('conv2d', 'input', x, ['f32']);
    checkDTypes('conv2d', 'weight', w, ['f32']);
    const shape = convShape(x, w, options);
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
      forward(dense(x, 'conv2d'), dense(w, 'conv2d'), bias && dense(bias, 'conv2d'), y, shape, relu, algorithms);
    }
    return record('conv2d', bias ? [x, w, bias] : [x, w], y, {
      save: relu ? [x, w, y] : [x, w],
      vjp: (gradient, [savedX, savedW, savedY], needs) => {
        const dy = dense(savedY ? reluGradient(gradient, savedY) : gradient, 'conv2d');
        return [
          needs[0] ? inputGradient(dy, savedX!, savedW!, shape, algorithms) : null,
          needs[1] ? weightGradient(dy, savedX!, savedW!, shape, algorithms) : null,
          ...(bias ? [needs[2] ? sum(dy, { axes: [0, 2, 3] }) : null] : []),
        ];
      },
    });
  });
}

function forward(
  x: Tensor,
  w: Tensor,
  bias: Tensor | null,
  y: Tensor,
  shape: ConvShape,
  relu: boolean,
  asked: ConvAlgorithms,
): void {
  const algorithm = chooseRung('conv2d', convLadder, x.device, { shape, pass: 'forward' }, asked.forward);
  if (algorithm === 'direct') directForward(x, w, bias, y, shape, relu);
  else if (algorithm === 'im2col') im2colForward(x, w, bias, y, shape, relu);
  else if (algorithm === 'slide') slideForward(x, w, bias, y, shape, relu);
  else implicitForward(x, w, bias, y, shape, relu, algorithm);
}

function inputGradient(dy: Tensor, x: Tensor, w: Tensor, shape: ConvShape, asked: ConvAlgorithms): Tensor {
  const dx = Tensor.empty(dy.device, x.shape, 'f32', 'conv2d');
  if (dx.size === 0 || dy.size === 0) return zeroed(dx);
  const weights = dense(w, 'conv2d');
  const algorithm = chooseRung('conv2d', convGradientLadder, dy.device, { shape, pass: 'input' }, asked.input);
  if (algorithm === 'direct') directInputGradient(dy, weights, dx, shape);
  else if (algorithm === 'im2col') im2colInputGradient(dy, weights, dx, shape);
  else implicitInputGradient(dy, weights, dx, shape, algorithm);
  return dx;
}

function weightGradient(dy: Tensor, x: Tensor, w: Tensor, shape: ConvShape, asked: ConvAlgorithms): Tensor {
  const dw = Tensor.empty(dy.device, w.shape, 'f32', 'conv2d');
  if (dw.size === 0 || dy.size === 0) return zeroed(dw);
  const maps = dense(x, 'conv2d');
  const algorithm = chooseRung('conv2d', convGradientLadder, dy.device, { shape, pass: 'weight' }, asked.weight);
  if (algorithm === 'direct') directWeightGradient(maps, dy, dw, shape);
  else if (algorithm === 'im2col') im2colWeightGradient(maps, dy, dw, shape);
  else implicitWeightGradient(maps, dy, dw, shape, algorithm);
  return dw;
}

/** For maps without images or weights without channels: nothing flows. */
function zeroed(tensor: Tensor): Tensor {
  if (tensor.size > 0) fill(tensor, 0);
  return tensor;
}

export const row: OpRow = {
  name: 'conv2d',
  family: 'convolution',
  summary: '2-d convolution with stride, padding, dilation, groups, fused bias and ReLU',
  dtypes: ['f32'],
  differentiable: [0, 1, 2],
};
