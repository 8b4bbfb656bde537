import { Hardswish, LeakyReLU, ReLU6 } from '../../nn/activations.js';
import type { Module } from '../../nn/module.js';
import { made } from '../../runtime/made.js';
import { type LayerKind, unchanged } from './kind.js';

/** An activation other than ReLU, which has a kind of its own because it runs in the kernels of other layers. */
export interface ActivationLayer {
  readonly type: 'activation';
  readonly name: string;
  readonly function: ActivationName;
  /** Of leakyRelu, below 0. */
  readonly slope?: number;
}

export type ActivationName = 'relu6' | 'leakyRelu' | 'hardSwish';

export const activation = (name: string, of: ActivationName, slope?: number): ActivationLayer => ({
  type: 'activation',
  name,
  function: of,
  ...(slope !== undefined && { slope }),
});

const MODULES: Readonly<Record<ActivationName, (layer: ActivationLayer) => Module>> = {
  relu6: () => new ReLU6(),
  leakyRelu: ({ slope }) => new LeakyReLU(slope === undefined ? {} : { negativeSlope: slope }),
  hardSwish: () => new Hardswish(),
};

export const ACTIVATION_NAMES: readonly string[] = made(() => Object.keys(MODULES));

export const activationKind: LayerKind<ActivationLayer> = {
  type: 'activation',
  output: unchanged,
  module: (layer) => MODULES[layer.function](layer),
  notNegative: ({ function: name }) => name === 'relu6',
};
