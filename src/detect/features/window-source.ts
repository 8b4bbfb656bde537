import type { Picture } from '../../picture/picture.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { Boxes } from '../boxes.js';
import type { RegionNetwork } from './region-network.js';
import type { StageClock } from './stages.js';

/** Pooled vectors of some windows of a picture; the consumer disposes `vectors`. */
export interface PooledPart {
  /** Which windows, as places in the list that was asked for. */
  readonly rows: Int32Array;
  /** f32 `[rows, pooledDimension]` */
  readonly vectors: Tensor;
}

export interface WindowOptions {
  /** Of the mirrored picture; windows are given on the picture as it is, and mirrored with it. */
  readonly flip?: boolean;
  /** The scale of each window, as a place in the list of scales, instead of the rule's. */
  readonly scales?: ArrayLike<number>;
  /** Measures the stages conv and pool. */
  readonly clock?: StageClock;
}

/** Options of reading features. */
export interface ReadOptions extends WindowOptions {
  /** `features` (default) for classifiers, `pooled` for regression. */
  readonly of?: 'features' | 'pooled';
}

/**
 * Where the pooled vectors of windows come from: from maps of the whole picture (SPP-net), or from windows warped to the net's
 * input one by one (R-CNN). What stands behind, from the fully connected layers on, is the same for both.
 */
export interface WindowSource {
  readonly network: RegionNetwork;
  /** How windows are looked at, as plain JSON for a detector's file: features of different settings do not mix. */
  readonly settings: { readonly kind: string };
  /** Vectors of windows of one picture, in parts, each window in exactly one of them, in no particular order. */
  pooled(picture: Picture, boxes: Boxes, options?: WindowOptions): AsyncIterable<PooledPart>;
  /** A text for each window: windows of the same text have the same vectors. */
  keys(picture: Picture, boxes: Boxes, options?: Pick<WindowOptions, 'scales'>): string[];
}
