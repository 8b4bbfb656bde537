import { type Shape, sameShape } from '../../tensor/shape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { planReduction } from '../reduction/axes.js';
import { sumOver } from '../reduction/sum-over.js';
import { reshape } from '../reshape.js';

/** Undoes broadcasting: sums a gradient over the axes along which an input of `shape` was repeated. */
export function sumTo(gradient: Tensor, shape: Shape): Tensor {
  if (sameShape(gradient.shape, shape)) return gradient;
  const lead = gradient.rank - shape.length;
  const axes = gradient.shape.flatMap((dim, axis) =>
    axis < lead || (shape[axis - lead] === 1 && dim !== 1) ? [axis] : [],
  );
  return reshape(sumOver('sumTo', gradient, planReduction('sumTo', gradient.shape, { axes })), shape);
}
