import type { Tensor } from '../../tensor/tensor.js';
import { abs } from '../abs.js';
import { clip } from '../clip.js';
import { mul } from '../mul.js';
import { sub } from '../sub.js';

/** `d^2 / 2` of the distance `d` up to `bend`, from there on its tangent: Huber's function, with a continuous slope. */
export function bent(input: Tensor, target: Tensor, bend: number): Tensor {
  const distance = abs(sub(input, target));
  const near = clip(distance, { max: bend });
  return mul(near, sub(distance, mul(near, 0.5)));
}
