/** Pooling as modules, for `Sequential`: each runs the op of its name. */
import { adaptiveAvgPool2d } from '../ops/adaptive-avg-pool2d.js';
import { adaptiveMaxPool2d } from '../ops/adaptive-max-pool2d.js';
import { AVG_POOL_NAMES, type AvgPool2dOptions, avgPool2d } from '../ops/avg-pool2d.js';
import { MAX_POOL_NAMES, type MaxPool2dOptions, maxPool2d } from '../ops/max-pool2d.js';
import { type Pair, pairOf } from '../ops/pair.js';
import { requireOptions } from '../runtime/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';

/** Max pooling: `new MaxPool2d(3, { stride: 2 })`, or all options of the op in one record. */
export class MaxPool2d extends Module {
  private readonly options: MaxPool2dOptions;

  /** @throws ShapeError, SppgpuError for a kernel or an option that the op does not take */
  constructor(kernelSize: Pair | MaxPool2dOptions, options: Omit<MaxPool2dOptions, 'kernelSize'> = {}) {
    super();
    this.options = poolOptions(kernelSize, options);
    requireOptions('MaxPool2d', this.options, MAX_POOL_NAMES);
    pairOf('MaxPool2d', 'kernelSize', this.options.kernelSize, 1);
  }

  override forward(x: Tensor): Tensor {
    return maxPool2d(x, this.options);
  }
}

/** Average pooling: `new AvgPool2d(2)`, or all options of the op in one record. */
export class AvgPool2d extends Module {
  private readonly options: AvgPool2dOptions;

  /** @throws ShapeError, SppgpuError for a kernel or an option that the op does not take */
  constructor(kernelSize: Pair | AvgPool2dOptions, options: Omit<AvgPool2dOptions, 'kernelSize'> = {}) {
    super();
    this.options = poolOptions(kernelSize, options);
    requireOptions('AvgPool2d', this.options, AVG_POOL_NAMES);
    pairOf('AvgPool2d', 'kernelSize', this.options.kernelSize, 1);
  }

  override forward(x: Tensor): Tensor {
    return avgPool2d(x, this.options);
  }
}

/** The maximum of a fixed number of bins over maps of any size. */
export class AdaptiveMaxPool2d extends Module {
  /** @throws ShapeError for an output size that is none */
  constructor(private readonly outputSize: Pair) {
    super();
    pairOf('AdaptiveMaxPool2d', 'outputSize', outputSize, 1);
  }

  override forward(x: Tensor): Tensor {
    return adaptiveMaxPool2d(x, this.outputSize);
  }
}

/** The mean of a fixed number of bins over maps of any size. */
export class AdaptiveAvgPool2d extends Module {
  /** @throws ShapeError for an output size that is none */
  constructor(private readonly outputSize: Pair) {
    super();
    pairOf('AdaptiveAvgPool2d', 'outputSize', outputSize, 1);
  }

  override forward(x: Tensor): Tensor {
    return adaptiveAvgPool2d(x, this.outputSize);
  }
}

/** PyTorch's order of arguments, or one record. */
function poolOptions<O extends { readonly kernelSize: Pair }>(kernel: Pair | O, options: Omit<O, 'kernelSize'>): O {
  const isPair = typeof kernel === 'number' || Array.isArray(kernel);
  return (isPair ? { ...options, kernelSize: kernel } : kernel) as O;
}
