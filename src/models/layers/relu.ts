import { ReLU } from '../../nn/activations.js';
import { type LayerKind, unchanged } from './kind.js';

export interface ReluLayer {
  readonly type: 'relu';
  readonly name: string;
}

export const relu = (name: string): ReluLayer => ({ type: 'relu', name });

export const reluKind: LayerKind<ReluLayer> = {
  type: 'relu',
  output: unchanged,
  module: () => new ReLU(),
  activation: 'relu',
  notNegative: () => true,
};
