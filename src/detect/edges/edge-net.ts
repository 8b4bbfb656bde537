import type { NetworkOptions } from '../../models/network.js';
import { Conv2d } from '../../nn/conv2d.js';
import { constant, kaimingNormal } from '../../nn/init.js';
import { Module } from '../../nn/module.js';
import { add } from '../../ops/add.js';
import { concat } from '../../ops/concat.js';
import { maxPool2d } from '../../ops/max-pool2d.js';
import { relu } from '../../ops/relu.js';
import { resizeBilinear } from '../../ops/resize-bilinear.js';
import type { InputFormat } from '../../picture/input-format.js';
import { ShapeError } from '../../runtime/errors.js';
import { made } from '../../runtime/made.js';
import { scope } from '../../tensor/scope.js';
import { showShape } from '../../tensor/shape.js';
import type { Tensor } from '../../tensor/tensor.js';

/** Channels of each stage on the way down, and of the maps that bring it back up. */
export interface EdgeNetWidths {
  readonly down: readonly number[];
  readonly up: readonly number[];
}

/** 93,925 weights. */
const EDGE_NET_WIDTHS: EdgeNetWidths = { down: [16, 32, 40, 48], up: [12, 16, 24] };

/** What the net looks at: red, green, blue, about -2 to 2. */
export const EDGE_NET_INPUT: InputFormat = {
  channels: 3,
  channelOrder: 'rgb',
  mean: [123.7, 116.3, 103.5],
  scale: 1 / 58,
};

const INIT = made(() => ({ weightInit: kaimingNormal, biasInit: constant(0) }));

/** Two convolutions of one size of map; that on the picture itself halves it. */
class Stage extends Module {
  readonly first: Conv2d;
  readonly second: Conv2d;

  constructor(from: number, to: number, onPicture: boolean, place: NetworkOptions) {
    super();
    const options = { ...place, activation: 'relu', ...INIT } as const;
    const look = onPicture ? { kernel: 5, stride: 2, padding: 2 } : { kernel: 3, stride: 1, padding: 1 };
    this.first = new Conv2d(from, to, look.kernel, { ...options, stride: look.stride, padding: look.padding });
    this.second = new Conv2d(to, to, 3, { ...options, padding: 1 });
  }

  override forward(x: Tensor): Tensor {
    return this.second.forward(this.first.forward(x));
  }
}

/** Joins a stage with the map from below it, which is made as large: both are narrowed, added, and mixed. */
class Join extends Module {
  readonly lateral: Conv2d;
  readonly below: Conv2d;
  readonly mix: Conv2d;

  constructor(stage: number, below: number, to: number, place: NetworkOptions) {
    super();
    this.lateral = new Conv2d(stage, to, 1, { ...place, ...INIT });
    // Narrowed before it grows: the same result for a quarter of the work.
    this.below = new Conv2d(below, to, 1, { ...place, ...INIT, bias: false });
    this.mix = new Conv2d(to, to, 3, { ...place, padding: 1, activation: 'relu', ...INIT });
  }

  override forward(stage: Tensor, below: Tensor): Tensor {
    const grown = resizeBilinear(this.below.forward(below), sizeOfMap(stage));
    return this.mix.forward(relu(add(this.lateral.forward(stage), grown)));
  }
}

const sizeOfMap = ({ shape }: Tensor): [height: number, width: number] => [shape[2]!, shape[3]!];

/**
 * A fully convolutional net for boundaries: stages of two convolutions at half the picture's size and, with a pool of 2 between
 * them, a quarter and so on, joined from the coarsest to the finest, and a side output at each size, grown to the picture's
 * (after Xie and Tu 2015, "Holistically-nested edge detection"). All side outputs learn the boundaries; so does their weighted
 * sum, the net's answer.
 */
export class EdgeNet extends Module {
  readonly stages: readonly Module[];
  readonly joins: readonly Module[];
  readonly sides: readonly Conv2d[];
  readonly fuse: Conv2d;

  constructor(
    place: NetworkOptions,
    readonly widths: EdgeNetWidths = EDGE_NET_WIDTHS,
  ) {
    super();
    const { down, up } = widths;
    this.stages = down.map((width, i) => new Stage(down[i - 1] ?? EDGE_NET_INPUT.channels, width, i === 0, place));
    this.joins = up.map((width, i) => new Join(down[i]!, up[i + 1] ?? down[i + 1]!, width, place));
    const seen = [...up, down.at(-1)!];
    this.sides = seen.map((width) => new Conv2d(width, 1, 1, { ...place, biasInit: constant(0) }));
    const share = constant(1 / seen.length);
    this.fuse = new Conv2d(seen.length, 1, 1, { ...place, weightInit: share, biasInit: constant(0) });
  }

  /** The sides of an input are multiples of this: maps of all stages then lie over each other. */
  get multiple(): number {
    return 2 ** this.stages.length;
  }

  /**
   * Logits `[N, sides + 1, H, W]` of `[N, 3, H, W]`: of each side output from fine to coarse, and of their sum, which comes last.
   * @throws ShapeError unless H and W are multiples of `multiple`
   */
  override forward(x: Tensor): Tensor {
    const size = sizeOfMap(x);
    if (x.shape.length !== 4 || !size.every((side) => side > 0 && side % this.multiple === 0)) {
      throw new ShapeError(
        `EdgeNet: input ${showShape(x.shape)} does not have sides that are multiples of ${this.multiple}; pad it`,
      );
    }
    return scope(() => {
      const maps: Tensor[] = [];
      for (const stage of this.stages) {
        const above = maps.at(-1);
        maps.push(stage.forward(above ? maxPool2d(above, { kernelSize: 2 }) : x));
      }
      for (let i = this.joins.length - 1; i >= 0; i--) maps[i] = this.joins[i]!.forward(maps[i]!, maps[i + 1]!);
      const finest = sizeOfMap(maps[0]!);
      const sides = maps.map((map, i) => {
        const logits = this.sides[i]!.forward(map);
        return i === 0 ? logits : resizeBilinear(logits, finest);
      });
      const all = concat(sides, { axis: 1 });
      return resizeBilinear(concat([all, this.fuse.forward(all)], { axis: 1 }), size);
    });
  }
}
