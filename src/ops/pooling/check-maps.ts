import { ShapeError } from '../../runtime/errors.js';
import { showShape } from '../../tensor/shape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { checkDTypes, checkRank } from '../op.js';

/** @throws DTypeError, ShapeError unless `x` is f32 `[N, C, H, W]` with cells to pool. */
export function checkMaps(op: string, x: Tensor): void {
  checkDTypes(op, 'input', x, ['f32']);
  checkRank(op, 'input', x, 4, '[N, C, H, W]');
  if (x.shape[2] === 0 || x.shape[3] === 0) {
    throw new ShapeError(
      `${op}: the map of ${showShape(x.shape)} has no cells to pool; give maps of at least one row and one column`,
    );
  }
}
