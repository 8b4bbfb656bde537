import { Flatten } from '../../nn/flatten.js';
import type { LayerKind } from './kind.js';

/** A map as a vector (channel, row, column), where vectors are joined; fully connected layers flatten by themselves. */
export interface FlattenLayer {
  readonly type: 'flatten';
  readonly name: string;
}

export const flattened = (name: string): FlattenLayer => ({ type: 'flatten', name });

export const flattenKind: LayerKind<FlattenLayer> = {
  type: 'flatten',
  output: (_layer, input) => [input.reduce((product: number, side) => product * side, 1)],
  module: () => new Flatten(),
  keepsSigns: true,
};
