import type { PrepareOptions } from '../ops/prepare-pictures.js';

/** `'crop'`: central square of the resized picture; `'full'`: all of it at its own aspect ratio; `'warp'`: all of it squeezed into a square. */
export const FEATURE_MODES = ['crop', 'full', 'warp'] as const;
export type FeatureMode = (typeof FEATURE_MODES)[number];

export interface FeatureOptions extends PrepareOptions {
  /** Names of `featureLayerNames`: conv4, conv5, pool5, spp, fc6, ...; one pass of the convolutions serves them all. */
  readonly layers: readonly string[];
  /** Shorter side of the resized picture, in pixels; the side of the square for crop and warp. */
  readonly scale: number;
  readonly mode: FeatureMode;
  /** Pyramid for `spp` and `pool5` where the network's own head has none. */
  readonly levels?: readonly number[];
  /** Divide each vector by its length, as the paper does before every SVM (default true). */
  readonly normalise?: boolean;
  readonly maxPixels?: number;
  /** Stops the work at the next batch, with its reason. */
  readonly signal?: AbortSignal;
}
