import { Module, parameter } from '../../nn/module.js';
import { mul } from '../../ops/mul.js';
import { neg } from '../../ops/neg.js';
import { relu } from '../../ops/relu.js';
import { reshape } from '../../ops/reshape.js';
import { sub } from '../../ops/sub.js';
import { full } from '../../tensor/create.js';
import { scope } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';
import { type LayerKind, unchanged } from './kind.js';

/** A ReLU whose slope below 0 is learned: one for each channel of a map or feature of a vector, or one for all. */
export interface PReluLayer {
  readonly type: 'prelu';
  readonly name: string;
  readonly shared: boolean;
}

export const prelu = (name: string, shared: boolean): PReluLayer => ({ type: 'prelu', name, shared });

/** The slope of fresh ones. */
const SLOPE = 0.25;

export const preluKind: LayerKind<PReluLayer> = {
  type: 'prelu',
  output: unchanged,
  parameters: ({ shared }, [channels]) => [
    { name: 'weight', shape: [shared ? 1 : channels], kind: 'weight', fill: { weights: 0, bias: SLOPE }, fanIn: 1 },
  ],
  module: ({ shared }, { input, device }) => new PRelu(parameter(full(device, [shared ? 1 : input[0]], SLOPE))),
};

class PRelu extends Module {
  constructor(readonly weight: Tensor) {
    super();
  }

  override forward(x: Tensor): Tensor {
    const shape = x.rank === 2 ? [-1] : [-1, 1, 1];
    return scope(() => sub(relu(x), mul(reshape(this.weight, shape), relu(neg(x)))));
  }
}
