import { BatchNorm2d } from '../../nn/batch-norm2d.js';
import { Conv2d, conv2dWeightShape } from '../../nn/conv2d.js';
import { Module } from '../../nn/module.js';
import { add } from '../../ops/add.js';
import { clip } from '../../ops/clip.js';
import { relu } from '../../ops/relu.js';
import type { SlidingAxis } from '../../ops/window-count.js';
import { scope } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';
import {
  type ActivationShape,
  type Fill,
  freshWeights,
  type LayerKind,
  type ModuleContext,
  normalisation,
  type ParameterSpec,
  slid,
  weightAndBias,
} from './kind.js';
import { axisOf } from './window.js';

type Activation = BlockUnit['activation'];

/** A convolution without bias, batch normalisation and an activation; `conv` and `norm` are their names in the block. */
export interface BlockUnit {
  readonly conv: string;
  readonly norm: string;
  readonly outChannels: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly groups: number;
  readonly activation: 'none' | 'relu' | 'relu6';
}

/**
 * Units one behind another, and perhaps a way past them whose result is added: the residual blocks of ResNet, the inverted ones
 * of MobileNetV2.
 */
export interface BlockLayer {
  readonly type: 'block';
  readonly name: string;
  readonly units: readonly BlockUnit[];
  /** `'identity'`: the input itself is added. */
  readonly shortcut: 'none' | 'identity' | BlockUnit;
  /** Behind the sum. */
  readonly activation: 'none' | 'relu' | 'relu6';
  readonly fill: Fill;
}

type UnitSettings = { kernel?: number; stride?: number; groups?: number; activation?: Activation };

/** A unit whose padding keeps the size of the map but for the stride. */
export const unit = (
  conv: string,
  norm: string,
  outChannels: number,
  { kernel = 1, stride = 1, groups = 1, activation = 'none' }: UnitSettings = {},
): BlockUnit => ({ conv, norm, outChannels, kernel, stride, padding: (kernel - 1) / 2, groups, activation });

export const block = (
  name: string,
  units: readonly BlockUnit[],
  fill: Fill,
  { shortcut = 'none', activation = 'none' }: Partial<Pick<BlockLayer, 'shortcut' | 'activation'>> = {},
): BlockLayer => ({ type: 'block', name, units, shortcut, activation, fill });

const unitsOf = ({ units, shortcut }: BlockLayer): readonly BlockUnit[] =>
  typeof shortcut === 'string' ? units : [...units, shortcut];

/** The units as one window over the map. */
function windowOf({ units }: BlockLayer): SlidingAxis {
  let [kernel, stride, padding] = [1, 1, 0];
  for (const unit of units) {
    kernel += (unit.kernel - 1) * stride;
    padding += unit.padding * stride;
    stride *= unit.stride;
  }
  return { kernel, stride, padding };
}

export const blockKind: LayerKind<BlockLayer> = {
  type: 'block',
  window: windowOf,
  output: ({ units }, input, at) =>
    units.reduce<ActivationShape>((map, unit) => slid((axis) => axisOf(unit, axis), unit.outChannels, map, at), input),
  parameters: (layer, [channels]) => {
    let before = channels;
    return unitsOf(layer).flatMap((each): ParameterSpec[] => {
      const from = each === layer.shortcut ? channels : before;
      before = each.outChannels;
      const shape = conv2dWeightShape(from, each.outChannels, [each.kernel, each.kernel], each.groups);
      return [
        ...weightAndBias(shape, layer.fill, `${each.conv}.`).slice(0, 1),
        ...normalisation(each.outChannels, `${each.norm}.`),
      ];
    });
  },
  module: (layer, context) => new Block(layer, context),
  notNegative: ({ units, shortcut, activation }) =>
    activation !== 'none' || (shortcut === 'none' && units.at(-1)?.activation !== 'none'),
};

const ACTIVATIONS: Readonly<Record<Activation, (x: Tensor) => Tensor>> = {
  none: (x) => x,
  relu,
  relu6: (x) => clip(x, { min: 0, max: 6 }),
};

class Block extends Module {
  private readonly parts: ReadonlyMap<string, Module>;

  constructor(
    private readonly layer: BlockLayer,
    context: ModuleContext,
  ) {
    super();
    const options = freshWeights(layer.fill, { ...context, activation: 'none' });
    const [channels] = context.input;
    let before = channels;
    const parts = unitsOf(layer).flatMap((each): [string, Module][] => {
      const { conv, norm, outChannels, kernel, stride, padding, groups } = each;
      const from = each === layer.shortcut ? channels : before;
      before = outChannels;
      return [
        [conv, new Conv2d(from, outChannels, kernel, { ...options, stride, padding, groups, bias: false })],
        [norm, new BatchNorm2d(outChannels, { device: context.device })],
      ];
    });
    this.parts = new Map(parts);
  }

  override children(): Map<string, Module> {
    return new Map(this.parts);
  }

  override forward(x: Tensor): Tensor {
    const { units, shortcut, activation } = this.layer;
    return scope(() => {
      const main = units.reduce((current, unit) => this.run(unit, current), x);
      if (shortcut === 'none') return ACTIVATIONS[activation](main);
      return ACTIVATIONS[activation](add(main, shortcut === 'identity' ? x : this.run(shortcut, x)));
    });
  }

  private run({ conv, norm, activation }: BlockUnit, x: Tensor): Tensor {
    return ACTIVATIONS[activation](this.parts.get(norm)!.forward(this.parts.get(conv)!.forward(x)));
  }
}
