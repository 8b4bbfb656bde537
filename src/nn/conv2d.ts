import { conv2d } from '../ops/conv2d.js';
import { type Pair, pairOf } from '../ops/pair.js';
import { ShapeError } from '../runtime/errors.js';
import { checkSetting, type OptionNames } from '../runtime/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { fanIn, uniformFanIn } from './init.js';
import { checkLayerOptions, LAYER_NAMES, type LayerOptions } from './layer-options.js';
import { Module, parameter } from './module.js';

export interface Conv2dOptions extends LayerOptions {
  readonly stride?: Pair;
  readonly padding?: Pair;
  readonly dilation?: Pair;
  readonly groups?: number;
  readonly bias?: boolean;
}

const NAMES: OptionNames<Conv2dOptions> = {
  ...LAYER_NAMES,
  stride: true,
  padding: true,
  dilation: true,
  groups: true,
  bias: true,
};

/** The shape of a convolution's weight: `[out, in / groups, KH, KW]`. */
export function conv2dWeightShape(
  inChannels: number,
  outChannels: number,
  kernelSize: readonly [number, number],
  groups = 1,
): number[] {
  return [outChannels, inChannels / groups, ...kernelSize];
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
    checkLayerOptions('Conv2d', options, NAMES);
    checkSetting('Conv2d', 'inChannels', inChannels, { least: 1, integer: true });
    checkSetting('Conv2d', 'outChannels', outChannels, { least: 1, integer: true });
    const { device, generator, groups = 1, bias = true } = options;
    if (!Number.isInteger(groups) || groups < 1 || inChannels % groups !== 0 || outChannels % groups !== 0) {
      throw new ShapeError(
        `Conv2d: ${groups} groups do not divide ${inChannels} input and ${outChannels} output channels; use a common divisor`,
      );
    }
    const kernel = pairOf('Conv2d', 'kernelSize', kernelSize, 1);
    const shape = conv2dWeightShape(inChannels, outChannels, kernel, groups);
    const byFanIn = uniformFanIn(fanIn(shape));
    this.weight = parameter((options.weightInit ?? byFanIn)(device, shape, generator));
    this.bias = bias ? parameter((options.biasInit ?? byFanIn)(device, [outChannels], generator)) : null;
  }

  override forward(x: Tensor): Tensor {
    const { stride, padding, dilation, groups, activation } = this.options;
    return conv2d(x, this.weight, this.bias, { stride, padding, dilation, groups, activation });
  }
}
