import { ShapeError } from '../runtime/errors.js';
import { checkChoice, checkOptions, type OptionNames } from '../runtime/options.js';
import { tensor } from '../tensor/create.js';
import { scope } from '../tensor/scope.js';
import { requireList, showShape } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import { checkDTypes, commonDevice, type OpRow } from './op.js';
import { checkMaps } from './pooling/check-maps.js';
import { MAX_LEVELS, type PoolMode, type PyramidRungs, poolPyramid } from './pooling/pyramid.js';

const OP = 'spatialPyramidPool';

/** Image, y0, x0, y1, x1: a half-open rectangle of map cells. */
export type CellWindow = readonly [number, number, number, number, number];

export interface SpatialPyramidPoolOptions extends PyramidRungs {
  /**
   * Pools these windows instead of whole maps. Rows given as arrays are checked; rows of an i32 tensor `[R, 5]` live on
   * the device, and one that leaves the map gives NaN features and no gradient.
   */
  readonly windows?: Tensor | readonly CellWindow[];
  readonly mode?: PoolMode;
}

const NAMES: OptionNames<SpatialPyramidPoolOptions> = { algorithm: true, gradient: true, windows: true, mode: true };

/**
 * Spatial pyramid pooling (He et al. 2014, section 2.2 and appendix A), every level in one dispatch.
 *
 * `x` is `[N, C, H, W]` of any size; `levels` lists bins per side, such as `[1, 2, 3, 6]`. The result is
 * `[N, C * sum(n * n)]`, or `[R, C * sum(n * n)]` with windows: levels in the order given, inside a level channel, row,
 * column. Bin `i` of `n` over `a` cells covers `[floor(i a / n), ceil((i + 1) a / n))`, so that bins are never empty:
 * neighbours overlap by a cell where `n` does not divide `a`, and repeat cells where `n` exceeds `a`.
 * In max mode ties go to the first element in row-major order and NaN propagates.
 * @throws ShapeError for a wrong rank, an empty map, unusable levels, or a window outside the map
 */
export function spatialPyramidPool(
  x: Tensor,
  levels: readonly number[],
  options: SpatialPyramidPoolOptions = {},
): Tensor {
  checkOptions('spatialPyramidPool', options, NAMES);
  checkChoice(OP, 'mode', options.mode, ['max', 'avg']);
  checkMaps(OP, x);
  checkLevels(OP, levels);
  return scope(() => {
    const windows = options.windows ? windowTensor(x, options.windows) : null;
    return poolPyramid(
      OP,
      x,
      levels.map((n) => [n, n]),
      windows,
      options.mode ?? 'max',
      options,
    );
  });
}

/** @throws ShapeError for what are no levels of a pyramid */
export function checkLevels(user: string, levels: readonly number[]): void {
  requireList(user, levels);
  if (levels.length === 0 || levels.length > MAX_LEVELS || !levels.every((n) => Number.isInteger(n) && n >= 1)) {
    throw new ShapeError(
      `${user}: levels ${showShape(levels)} are not usable; give 1 to ${MAX_LEVELS} integers >= 1, such as [1, 2, 3, 6]`,
    );
  }
}

function windowTensor(x: Tensor, windows: Tensor | readonly CellWindow[]): Tensor {
  if (windows instanceof Tensor) {
    commonDevice(OP, [x, windows]);
    checkDTypes(OP, 'windows', windows, ['i32']);
    if (windows.rank !== 2 || windows.shape[1] !== 5) {
      throw new ShapeError(
        `${OP}: windows have shape ${showShape(windows.shape)}, but must be [R, 5]: rows of (image, y0, x0, y1, x1)`,
      );
    }
    return windows;
  }
  const [images, , height, width] = x.shape as readonly [number, number, number, number];
  for (const [row, window] of windows.entries()) {
    const [image, y0, x0, y1, x1] = window;
    const inside =
      image >= 0 && image < images && y0 >= 0 && x0 >= 0 && y0 < y1 && x0 < x1 && y1 <= height && x1 <= width;
    if (!inside || !window.every(Number.isInteger)) {
      throw new ShapeError(
        `${OP}: window ${row} (image, y0, x0, y1, x1) = ${showShape(window)} does not lie in the maps ${showShape(x.shape)}; clip it to the map, at least one cell`,
      );
    }
  }
  return tensor(x.device, Int32Array.from(windows.flat()), { shape: [windows.length, 5] });
}

export const row: OpRow = {
  name: OP,
  family: 'pooling',
  summary: 'every level of a pyramid over whole maps or windows, in one dispatch: the SPP layer',
  dtypes: ['f32'],
  differentiable: [0],
};
