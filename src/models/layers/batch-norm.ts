import { BatchNorm2d } from '../../nn/batch-norm2d.js';
import { type LayerKind, normalisation, unchanged } from './kind.js';

/** Batch normalisation of a map's channels, or of a vector's features, with running statistics. */
export interface BatchNormLayer {
  readonly type: 'batchnorm';
  readonly name: string;
}

export const batchNorm = (name: string): BatchNormLayer => ({ type: 'batchnorm', name });

export const batchNormKind: LayerKind<BatchNormLayer> = {
  type: 'batchnorm',
  output: unchanged,
  parameters: (_layer, [channels]) => normalisation(channels),
  module: (_layer, { input, device }) => new BatchNorm2d(input[0], { device }),
};
