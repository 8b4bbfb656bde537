import { fill } from '../../tensor/fill.js';
import { Tensor } from '../../tensor/tensor.js';
import { chooseRung } from '../ladder.js';
import { dense } from '../op.js';
import {
  depthwiseForward,
  depthwiseInputGradient,
  depthwiseSpreadGradient,
  depthwiseWeightGradient,
} from './depthwise.js';
import { directForward, directInputGradient, directWeightGradient } from './direct.js';
import { im2colForward, im2colInputGradient, im2colWeightGradient } from './im2col.js';
import { implicitForward, implicitInputGradient } from './implicit.js';
import { type ConvAlgorithms, convInputLadder, convLadder, convWeightLadder } from './ladder.js';
import type { ConvShape } from './shape.js';
import { slideForward } from './slide.js';
import { implicitWeightGradient } from './weight-gradient.js';
import { winogradForward, winogradInputGradient } from './winograd.js';

/** Fills `y`, which is not empty. */
export function convForward(
  x: Tensor,
  w: Tensor,
  bias: Tensor | null,
  y: Tensor,
  shape: ConvShape,
  relu: boolean,
  asked: ConvAlgorithms,
): void {
  const algorithm = chooseRung('conv2d', convLadder, x.device, shape, asked.forward);
  if (algorithm === 'direct') directForward(x, w, bias, y, shape, relu);
  else if (algorithm === 'depthwise') depthwiseForward(x, w, bias, y, shape, relu);
  else if (algorithm === 'im2col') im2colForward(x, w, bias, y, shape, relu);
  else if (algorithm === 'slide') slideForward(x, w, bias, y, shape, relu);
  else if (algorithm === 'winograd') winogradForward(x, w, bias, y, shape, relu);
  else implicitForward(x, w, bias, y, shape, relu, algorithm);
}

/** The gradient to the input, `[N, C, H, W]`. */
export function convInputGradient(dy: Tensor, w: Tensor, shape: ConvShape, asked: ConvAlgorithms): Tensor {
  const dx = Tensor.empty(dy.device, [shape.images, shape.channels, ...shape.size], 'f32', 'conv2d');
  if (dx.size === 0 || dy.size === 0) return zeroed(dx);
  const weights = dense(w, 'conv2d');
  const algorithm = chooseRung('conv2d', convInputLadder, dy.device, shape, asked.input);
  if (algorithm === 'direct') directInputGradient(dy, weights, dx, shape);
  else if (algorithm === 'turned') depthwiseInputGradient(dy, weights, dx, shape);
  else if (algorithm === 'spread') depthwiseSpreadGradient(dy, weights, dx, shape);
  else if (algorithm === 'im2col') im2colInputGradient(dy, weights, dx, shape);
  else if (algorithm === 'winograd') winogradInputGradient(dy, weights, dx, shape);
  else implicitInputGradient(dy, weights, dx, shape, algorithm);
  return dx;
}

/** The gradient to the weights. */
export function convWeightGradient(dy: Tensor, x: Tensor, w: Tensor, shape: ConvShape, asked: ConvAlgorithms): Tensor {
  const dw = Tensor.empty(dy.device, w.shape, 'f32', 'conv2d');
  if (dw.size === 0 || dy.size === 0) return zeroed(dw);
  const maps = dense(x, 'conv2d');
  const algorithm = chooseRung('conv2d', convWeightLadder, dy.device, shape, asked.weight);
  if (algorithm === 'direct') directWeightGradient(maps, dy, dw, shape);
  else if (algorithm === 'depthwise') depthwiseWeightGradient(maps, dy, dw, shape);
  else if (algorithm === 'im2col') im2colWeightGradient(maps, dy, dw, shape);
  else implicitWeightGradient(maps, dy, dw, shape, algorithm);
  return dw;
}

/** For maps without images or weights without channels: nothing flows. */
function zeroed(tensor: Tensor): Tensor {
  if (tensor.size > 0) fill(tensor, 0);
  return tensor;
}
