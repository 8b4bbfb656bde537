import { convTranspose2d, type ConvTranspose2dOptions as OpOptions } from '../ops/conv-transpose2d.js';
import { type Pair, pairOf } from '../ops/pair.js';
import { ShapeError } from '../runtime/errors.js';
import { checkSetting, type OptionNames } from '../runtime/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { fanIn, uniformFanIn } from './init.js';
import { checkLayerOptions, LAYER_NAMES, type LayerOptions } from './layer-options.js';
import { Module, parameter } from './module.js';

export interface ConvTranspose2dOptions extends Omit<LayerOptions, 'activation'>, OpOptions {
  readonly bias?: boolean;
}

const { activation: _, ...LAYER } = LAYER_NAMES;
const NAMES: OptionNames<ConvTranspose2dOptions> = {
  ...LAYER,
  stride: true,
  padding: true,
  dilation: true,
  groups: true,
  outputPadding: true,
  bias: true,
};

/** The transpose of a convolution, as PyTorch's. Parameters: `weight` `[in, out / groups, KH, KW]`, `bias` `[out]`. @throws ShapeError */
export class ConvTranspose2d extends Module {
  readonly weight: Tensor;
  readonly bias: Tensor | null;
  private readonly geometry: OpOptions;

  constructor(inChannels: number, outChannels: number, kernelSize: Pair, options: ConvTranspose2dOptions) {
    super();
    checkLayerOptions('ConvTranspose2d', options, NAMES);
    checkSetting('ConvTranspose2d', 'inChannels', inChannels, { least: 1, integer: true });
    checkSetting('ConvTranspose2d', 'outChannels', outChannels, { least: 1, integer: true });
    const { device, generator, weightInit, biasInit, bias = true, ...geometry } = options;
    const { groups = 1 } = geometry;
    if (!Number.isInteger(groups) || groups < 1 || inChannels % groups !== 0 || outChannels % groups !== 0) {
      throw new ShapeError(
        `ConvTranspose2d: ${groups} groups do not divide ${inChannels} input and ${outChannels} output channels; use a common divisor`,
      );
    }
    this.geometry = geometry;
    const shape = [inChannels, outChannels / groups, ...pairOf('ConvTranspose2d', 'kernelSize', kernelSize, 1)];
    const byFanIn = uniformFanIn(fanIn(shape));
    this.weight = parameter((weightInit ?? byFanIn)(device, shape, generator));
    this.bias = bias ? parameter((biasInit ?? byFanIn)(device, [outChannels], generator)) : null;
  }

  override forward(x: Tensor): Tensor {
    return convTranspose2d(x, this.weight, this.bias, this.geometry);
  }
}
