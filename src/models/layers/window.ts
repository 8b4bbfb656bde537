import type { Pair } from '../../ops/pair.js';
import type { SlidingAxis } from '../../ops/window-count.js';

/** 0: rows, top to bottom; 1: columns. */
export type Axis = 0 | 1;

/** A window that slides over a map; pairs are rows and columns. */
export interface LayerWindow {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  /** Absent: 1. */
  readonly dilation?: Pair;
  readonly ceilMode?: boolean;
}

/** The number of a pair for an axis. */
export const along = (pair: Pair, axis: Axis): number => (typeof pair === 'number' ? pair : pair[axis]);

/** How a window slides along one axis. */
export const axisOf = ({ kernel, stride, padding, dilation = 1, ceilMode }: LayerWindow, axis: Axis): SlidingAxis => ({
  kernel: along(kernel, axis),
  stride: along(stride, axis),
  padding: along(padding, axis),
  dilation: along(dilation, axis),
  ...(ceilMode && { ceilMode }),
});

/** Cells that a window reaches over. */
export const reachOf = ({ kernel, dilation = 1 }: SlidingAxis): number => dilation * (kernel - 1) + 1;
