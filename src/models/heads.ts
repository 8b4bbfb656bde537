import { ShapeError } from '../runtime/errors.js';
import type { ModelSettings } from './architecture.js';
import { fillRule, scaleWidth } from './architecture.js';
import { mapSize, minimumInput, outputSize } from './geometry.js';
import type { LayerRecord, MaxPoolLayer } from './layers/index.js';
import { dropout, fc, maxPool, relu, spp } from './layers/index.js';

/** What a head needs to know of the convolutional part before it. */
export interface HeadPlan {
  readonly net: string;
  readonly features: readonly LayerRecord[];
  /** Channels of the last map. */
  readonly channels: number;
  /** Number of the last convolution: 5 gives pool5, fc6, fc7, fc8. */
  readonly depth: number;
  /** Bins a side of the fixed pool of the baseline: the finest level of the usual pyramid. */
  readonly baselineBins: number;
  /** Hidden fully connected layers (the paper: 2). */
  readonly hiddenLayers: number;
}

/**
 * The paper's pool for one training size (its 2.2): window ceil(a/n), stride floor(a/n), no padding. It is right for some
 * maps only (13 and 18 with n = 6), which is why SPP heads use the any-size bins instead.
 * @throws ShapeError where it does not give n bins
 */
export function fixedPool(net: string, name: string, map: number, bins: number): MaxPoolLayer {
  const pool = maxPool(name, { kernel: Math.ceil(map / bins), stride: Math.max(1, Math.floor(map / bins)) });
  const found = outputSize(pool, map);
  if (found !== bins) {
    throw new ShapeError(
      `${net}: no fixed pool turns its ${map}x${map} map into ${bins}x${bins} bins (it gives ${found}); choose another inputSize or a pyramid`,
    );
  }
  return pool;
}

/** Pool (pyramid or fixed) and fully connected layers behind the convolutions, softmax left to the loss. */
export function classifierHead(plan: HeadPlan, options: ModelSettings): LayerRecord[] {
  const { net, channels, depth } = plan;
  const hidden = scaleWidth(options.hidden, options.width);
  const layers: LayerRecord[] = [];
  let features: number;
  if (Array.isArray(options.pyramid)) {
    layers.push(spp(`spp${depth}`, options.pyramid));
    features = channels * options.pyramid.reduce((sum: number, n: number) => sum + n * n, 0);
  } else {
    const map = mapSize(plan.features, options.inputSize);
    if (map < 1) {
      throw new ShapeError(
        `${net}: inputSize ${options.inputSize} is too small; it must be at least ${minimumInput(plan.features)}`,
      );
    }
    layers.push(fixedPool(net, `pool${depth}`, map, plan.baselineBins));
    features = channels * plan.baselineBins ** 2;
  }
  for (let index = depth + 1; index <= depth + plan.hiddenLayers; index += 1) {
    layers.push(fc(`fc${index}`, features, hidden, fillRule(options, 1)), relu(`relu${index}`));
    layers.push(dropout(`drop${index}`, options.dropout));
    features = hidden;
  }
  // The released prototxt fills fc8's bias with 1 as well; softmax does not see a constant.
  layers.push(fc(`fc${depth + plan.hiddenLayers + 1}`, features, options.classes, fillRule(options, 1)));
  return layers;
}
