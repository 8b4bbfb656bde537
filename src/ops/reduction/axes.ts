import type { OptionNames } from '../../runtime/options.js';
import { normalizeAxes, type Shape, sizeOf } from '../../tensor/shape.js';

export interface ReductionOptions {
  /** The axes to reduce, counted from the end if negative; all of them by default. */
  readonly axes?: number | readonly number[];
  /** Keeps reduced axes as axes of size 1. */
  readonly keepdim?: boolean;
}

export const REDUCTION_NAMES: OptionNames<ReductionOptions> = { axes: true, keepdim: true };

/** One pass over a dense tensor seen as `[outer, n, inner]`: the middle axis is reduced. */
export interface Pass {
  readonly outer: number;
  readonly n: number;
  readonly inner: number;
}

/** What a reduction does to a shape, and the passes that do it: runs of neighbouring axes, the last run first. */
export interface ReductionPlan {
  readonly axes: readonly number[];
  /** The shape of the result. */
  readonly shape: number[];
  /** The shape of the result with the reduced axes kept as 1. */
  readonly kept: number[];
  /** Elements that fold into one. */
  readonly count: number;
  readonly passes: Pass[];
}

/** @throws ShapeError for an axis out of range or named twice. */
export function planReduction(op: string, shape: Shape, { axes, keepdim = false }: ReductionOptions): ReductionPlan {
  const chosen = normalizeAxes(op, axes, shape.length);
  const reduced = shape.map((_, axis) => chosen.includes(axis));
  const kept = shape.map((dim, axis) => (reduced[axis] ? 1 : dim));
  const passes: Pass[] = [];
  for (let end = shape.length; end > 0; ) {
    if (!reduced[end - 1] || shape[end - 1] === 1) {
      end--;
      continue;
    }
    let start = end - 1;
    while (start > 0 && (reduced[start - 1] || shape[start - 1] === 1)) start--;
    passes.push({
      outer: sizeOf(shape.slice(0, start)),
      n: sizeOf(shape.slice(start, end)),
      inner: sizeOf(kept.slice(end)),
    });
    end = start;
  }
  return {
    axes: chosen,
    shape: keepdim ? kept : shape.filter((_, axis) => !reduced[axis]),
    kept,
    count: sizeOf(shape.filter((_, axis) => reduced[axis])),
    passes,
  };
}
