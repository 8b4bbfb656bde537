import { Module } from '../../nn/module.js';
import { add } from '../../ops/add.js';
import { clip } from '../../ops/clip.js';
import { div } from '../../ops/div.js';
import { elu } from '../../ops/elu.js';
import { greater } from '../../ops/greater.js';
import { hardSwish } from '../../ops/hard-swish.js';
import { leakyRelu } from '../../ops/leaky-relu.js';
import { mul } from '../../ops/mul.js';
import { sigmoid } from '../../ops/sigmoid.js';
import { silu } from '../../ops/silu.js';
import { softplus } from '../../ops/softplus.js';
import { tanh } from '../../ops/tanh.js';
import { where } from '../../ops/where.js';
import { scope } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';
import { type LayerKind, unchanged } from './kind.js';

/** An activation other than ReLU, which has a kind of its own because it runs in the kernels of other layers. */
export interface ActivationLayer {
  readonly type: 'activation';
  readonly name: string;
  readonly function: ActivationName;
  /** Of leakyRelu, elu and celu below 0, of hardSigmoid around it; of thresholdedRelu the number up to which it gives 0. */
  readonly slope?: number;
  /** Bounds of clip; absent: none. */
  readonly min?: number;
  readonly max?: number;
}

/** The numbers of selu. */
export const SELU = { alpha: 1.6732632423543772, scale: 1.0507009873554805 };

const FUNCTIONS = {
  clip: (x: Tensor, _slope: number | undefined, { min, max }: Bounds) =>
    clip(x, { ...(min !== undefined && { min }), ...(max !== undefined && { max }) }),
  celu: (x: Tensor, slope = 1) => mul(elu(div(x, slope)), slope),
  thresholdedRelu: (x: Tensor, slope = 1) => where(greater(x, slope), x, 0),
  relu6: (x: Tensor) => clip(x, { min: 0, max: 6 }),
  leakyRelu: (x: Tensor, slope = 0.01) => leakyRelu(x, { negativeSlope: slope }),
  elu: (x: Tensor, slope = 1) => elu(x, { alpha: slope }),
  selu: (x: Tensor) => mul(elu(x, { alpha: SELU.alpha }), SELU.scale),
  silu: (x: Tensor) => silu(x),
  hardSwish: (x: Tensor) => hardSwish(x),
  sigmoid: (x: Tensor) => sigmoid(x),
  hardSigmoid: (x: Tensor, slope = 0.2) => clip(add(mul(x, slope), 0.5), { min: 0, max: 1 }),
  softplus: (x: Tensor) => softplus(x),
  tanh: (x: Tensor) => tanh(x),
};

type Bounds = Pick<ActivationLayer, 'min' | 'max'>;

export type ActivationName = keyof typeof FUNCTIONS;

/** Those that give nothing below 0. */
const NOT_NEGATIVE: readonly ActivationName[] = ['relu6', 'sigmoid', 'hardSigmoid', 'softplus'];

export const activation = (name: string, of: ActivationName, slope?: number, bounds: Bounds = {}): ActivationLayer => ({
  type: 'activation',
  name,
  function: of,
  ...(slope !== undefined && { slope }),
  ...bounds,
});

export const ACTIVATION_NAMES: readonly string[] = Object.keys(FUNCTIONS);

export const activationKind: LayerKind<ActivationLayer> = {
  type: 'activation',
  output: unchanged,
  module: (layer) => new Activation(layer),
  notNegative: ({ function: name, slope = 1, min = -1 }) =>
    NOT_NEGATIVE.includes(name) || (name === 'clip' && min >= 0) || (name === 'thresholdedRelu' && slope >= 0),
};

class Activation extends Module {
  constructor(private readonly layer: ActivationLayer) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return scope(() => FUNCTIONS[this.layer.function](x, this.layer.slope, this.layer));
  }
}
