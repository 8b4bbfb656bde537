/** Activations as modules, for `Sequential`: each runs the op of its name. */
import { clip } from '../ops/clip.js';
import { type EluOptions, elu } from '../ops/elu.js';
import { type GeluOptions, gelu } from '../ops/gelu.js';
import { hardSwish } from '../ops/hard-swish.js';
import { type LeakyReluOptions, leakyRelu } from '../ops/leaky-relu.js';
import { logSoftmax } from '../ops/log-softmax.js';
import { relu } from '../ops/relu.js';
import { sigmoid } from '../ops/sigmoid.js';
import { silu } from '../ops/silu.js';
import { softmax } from '../ops/softmax.js';
import { type SoftplusOptions, softplus } from '../ops/softplus.js';
import { tanh } from '../ops/tanh.js';
import { checkOptions } from '../runtime/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';

/** `max(x, 0)`. */
export class ReLU extends Module {
  override forward(x: Tensor): Tensor {
    return relu(x);
  }
}

/** `x` above 0, else `negativeSlope * x` (default 0.01). */
export class LeakyReLU extends Module {
  constructor(private readonly options: LeakyReluOptions = {}) {
    super();
    checkOptions('LeakyReLU', options, { negativeSlope: true });
  }

  override forward(x: Tensor): Tensor {
    return leakyRelu(x, this.options);
  }
}

/** `x` cut to 0 to 6 (MobileNet). */
export class ReLU6 extends Module {
  override forward(x: Tensor): Tensor {
    return clip(x, { min: 0, max: 6 });
  }
}

/** `x` times the normal distribution below it. */
export class GELU extends Module {
  constructor(private readonly options: GeluOptions = {}) {
    super();
    checkOptions('GELU', options, { approximate: true });
  }

  override forward(x: Tensor): Tensor {
    return gelu(x, this.options);
  }
}

/** `x * sigmoid(x)`. */
export class SiLU extends Module {
  override forward(x: Tensor): Tensor {
    return silu(x);
  }
}

/** `x * clip(x + 3, 0, 6) / 6`. */
export class Hardswish extends Module {
  override forward(x: Tensor): Tensor {
    return hardSwish(x);
  }
}

/** `log(1 + exp(beta x)) / beta`. */
export class Softplus extends Module {
  constructor(private readonly options: SoftplusOptions = {}) {
    super();
    checkOptions('Softplus', options, { beta: true });
  }

  override forward(x: Tensor): Tensor {
    return softplus(x, this.options);
  }
}

/** `x` above 0, else `alpha * (exp(x) - 1)`. */
export class ELU extends Module {
  constructor(private readonly options: EluOptions = {}) {
    super();
    checkOptions('ELU', options, { alpha: true });
  }

  override forward(x: Tensor): Tensor {
    return elu(x, this.options);
  }
}

/** `1 / (1 + exp(-x))`. */
export class Sigmoid extends Module {
  override forward(x: Tensor): Tensor {
    return sigmoid(x);
  }
}

/** The hyperbolic tangent. */
export class Tanh extends Module {
  override forward(x: Tensor): Tensor {
    return tanh(x);
  }
}

export interface SoftmaxModuleOptions {
  /** The axis along which the results add up to 1. Default: the last. */
  readonly axis?: number;
}

/** Exponentials that add up to 1 along an axis. */
export class Softmax extends Module {
  constructor(private readonly options: SoftmaxModuleOptions = {}) {
    super();
    checkOptions<SoftmaxModuleOptions>('Softmax', options, { axis: true });
  }

  override forward(x: Tensor): Tensor {
    return softmax(x, this.options);
  }
}

/** The logarithm of the softmax along an axis. */
export class LogSoftmax extends Module {
  constructor(private readonly options: SoftmaxModuleOptions = {}) {
    super();
    checkOptions<SoftmaxModuleOptions>('LogSoftmax', options, { axis: true });
  }

  override forward(x: Tensor): Tensor {
    return logSoftmax(x, this.options);
  }
}
