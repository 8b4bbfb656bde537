import { AdaptiveAvgPool2d } from '../../nn/pooling.js';
import { type LayerKind, requireMap } from './kind.js';

/** Means of `bins` x `bins` parts of a map of any size. */
export interface AdaptiveAvgPoolLayer {
  readonly type: 'adaptiveavgpool';
  readonly name: string;
  readonly bins: number;
}

export const adaptiveAvgPool = (name: string, bins: number): AdaptiveAvgPoolLayer => ({
  type: 'adaptiveavgpool',
  name,
  bins,
});

export const adaptiveAvgPoolKind: LayerKind<AdaptiveAvgPoolLayer> = {
  type: 'adaptiveavgpool',
  output: ({ bins }, input, at) => [requireMap(input, at)[0], bins, bins],
  module: ({ bins }) => new AdaptiveAvgPool2d(bins),
  keepsSigns: true,
};
