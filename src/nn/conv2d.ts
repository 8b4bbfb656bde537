import { conv2d } from '../ops/conv2d.js';
import { type Pair, pairOf } from '../ops/pair.js';
import type { Device } from '../runtime/device.js';
import { ShapeError } from '../runtime/errors.js';
import type { Generator } from '../tensor/generator.js';
import type { Tensor } from '../tensor/tensor.js';
import { fanIn, type Initializer, uniformFanIn } from './init.js';
import { Module, parameter } from './module.js';

/** Where a layer's parameters live and how they start. */
export interface LayerOptions {
  readonly device: Device;
  readonly generator: Generator;
  /** Default: PyTorch's `U(-1, 1) / sqrt(fan-in)`. */
  readonly weightInit?: Initializer;
  readonly biasInit?: Initializer;
  /** Fused behind the layer, in the same kernel. */
  readonly activation?: 'none' | 'relu';
}

export interface Conv2dOptions extends LayerOptions {
  readonly stride?: Pair;
  readonly padding?: Pair;
  readonly dilation?: Pair;
  readonly groups?: number;
  readonly bias?: boolean;
}

/** 2-d convolution of `[N, C, H, W]`, as PyTorch's. Parameters: `weight` `[out, in / groups, KH, KW]`, `bias` `[out]`. @throws ShapeError */
export class Conv2d extends Module {
  readonly weight: Tensor;
  readonly bias: Tensor | null;

  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Pair,
    private readonly options: Conv2dOptions,
  ) {
    super();
    const { device, generator, groups = 1, bias = true } = options;
    if (!Number.isInteger(groups) || groups < 1 || inChannels % groups !== 0 || outChannels % groups !== 0) {
      throw new ShapeError(
        `Conv2d: ${groups} groups do not divide ${inChannels} input and ${outChannels} output channels; use a common divisor`,
      );
    }
    const shape = [outChannels, inChannels / groups, ...pairOf('Conv2d', 'kernelSize', kernelSize, 1)];
    const byFanIn = uniformFanIn(fanIn(shape));
    this.weight = parameter((options.weightInit ?? byFanIn)(device, shape, generator));
    this.bias = bias ? parameter((options.biasInit ?? byFanIn)(device, [outChannels], generator)) : null;
  }

  override forward(x: Tensor): Tensor {
    const { stride, padding, dilation, groups, activation } = this.options;
    return conv2d(x, this.weight, this.bias, { stride, padding, dilation, groups, activation });
  }
}
