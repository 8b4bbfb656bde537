import { ShapeError } from '../../runtime/errors.js';
import { checkChoice, type OptionNames } from '../../runtime/options.js';
import { sameShape, showShape } from '../../tensor/shape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { mean } from '../mean.js';
import { checkDTypes } from '../op.js';
import { sum } from '../sum.js';

export interface LossOptions {
  /** `mean` (default) over all elements, `sum`, or `none`: a loss for each. */
  readonly reduction?: 'mean' | 'sum' | 'none';
}

export const LOSS_NAMES: OptionNames<LossOptions> = { reduction: true };

/** The losses of elements as one number, or as they are. */
export function reduced(op: string, losses: Tensor, reduction: LossOptions['reduction'] = 'mean'): Tensor {
  checkChoice(op, 'reduction', reduction, ['mean', 'sum', 'none']);
  if (reduction === 'none') return losses;
  return reduction === 'sum' ? sum(losses) : mean(losses);
}

/** @throws DTypeError unless both are f32; ShapeError unless they have one shape: broadcasting `[N]` with `[N, 1]` is a trap */
export function checkPair(op: string, input: Tensor, target: Tensor): void {
  for (const [name, tensor] of Object.entries({ input, target })) checkDTypes(op, name, tensor, ['f32']);
  if (sameShape(input.shape, target.shape)) return;
  throw new ShapeError(
    `${op}: the target ${showShape(target.shape)} does not match the input ${showShape(input.shape)}; reshape() one of them`,
  );
}
