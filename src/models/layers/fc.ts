import { Linear, linearWeightShape } from '../../nn/linear.js';
import { reshape } from '../../ops/reshape.js';
import { ShapeError } from '../../runtime/errors.js';
import { scope } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';
import { type Fill, freshWeights, type LayerKind, weightAndBias } from './kind.js';

/** Fully connected; a map before it is flattened (channel, row, column). */
export interface FullyConnectedLayer {
  readonly type: 'fc';
  readonly name: string;
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly fill: Fill;
}

export const fc = (name: string, inFeatures: number, outFeatures: number, fill: Fill): FullyConnectedLayer => ({
  type: 'fc',
  name,
  inFeatures,
  outFeatures,
  fill,
});

export const fcKind: LayerKind<FullyConnectedLayer> = {
  type: 'fc',
  output: ({ inFeatures, outFeatures }, input, at) => {
    const found = input.reduce((product: number, size) => product * size, 1);
    if (found === inFeatures) return [outFeatures];
    throw new ShapeError(
      `${at} takes ${inFeatures} features, this input gives ${found}; a net without SPP takes its training size only, so resize the input or choose a pyramid`,
    );
  },
  parameters: ({ inFeatures, outFeatures, fill }) => weightAndBias(linearWeightShape(inFeatures, outFeatures), fill),
  module: ({ inFeatures, outFeatures, fill }, context) =>
    new FullyConnected(inFeatures, outFeatures, freshWeights(fill, context)),
  fusesActivation: true,
};

/** A linear layer that flattens a map (channel, row, column) in front of it, as Caffe's does. */
class FullyConnected extends Linear {
  override forward(x: Tensor): Tensor {
    if (x.rank === 2) return super.forward(x);
    return scope(() => super.forward(reshape(x, [x.shape[0]!, -1])));
  }
}
