import { ShapeError } from '../runtime/errors.js';
import { checkOptions, type OptionNames } from '../runtime/options.js';
import { scope } from '../tensor/scope.js';
import { normalizeAxis, showShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { concat } from './concat.js';
import type { OpRow } from './op.js';
import { reshape } from './reshape.js';
import { split } from './split.js';

export interface RollOptions {
  /** The axes of the shifts. Without them the flat, row-major tensor is shifted. */
  readonly axes?: number | readonly number[];
}

const NAMES: OptionNames<RollOptions> = { axes: true };

/**
 * Elements moved along axes; those that fall off the end come back at the beginning.
 * @throws ShapeError for an axis out of range, or unless there is a whole shift for each axis
 */
export function roll(x: Tensor, shifts: number | readonly number[], options: RollOptions = {}): Tensor {
  checkOptions('roll', options, NAMES);
  const list = [shifts].flat() as number[];
  const axes = options.axes === undefined ? null : ([options.axes].flat() as number[]);
  if (!list.every(Number.isInteger) || list.length !== (axes?.length ?? 1)) {
    throw new ShapeError(
      `roll: shifts ${showShape(list)} for axes ${axes ? showShape(axes) : 'of the flat tensor'}; give a whole number for each`,
    );
  }
  return scope(() => {
    if (!axes) return reshape(along(reshape(x, [-1]), list[0]!, 0), x.shape);
    return axes.reduce((rolled, axis, i) => along(rolled, list[i]!, normalizeAxis('roll', axis, x.rank)), x);
  });
}

function along(x: Tensor, shift: number, axis: number): Tensor {
  const length = x.shape[axis]!;
  const behind = length === 0 ? 0 : ((shift % length) + length) % length;
  const [front, back] = split(x, [length - behind, behind], { axis });
  return concat([back!, front!], { axis });
}

export const row: OpRow = {
  name: 'roll',
  family: 'movement',
  summary: 'elements moved round along axes',
  dtypes: ['f32', 'f16', 'i32', 'u32'],
  differentiable: [0],
};
