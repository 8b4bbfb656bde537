import { Module } from '../../nn/module.js';
import { pad } from '../../ops/pad.js';
import type { Tensor } from '../../tensor/tensor.js';
import { type LayerKind, requireMap } from './kind.js';

/** Cells above a map, left of it, below and right, as ONNX lists them. */
export type Sides = readonly [number, number, number, number];

/** Cells around a map, for windows behind it that reach further over one side than over the other. */
export interface BorderLayer {
  readonly type: 'border';
  readonly name: string;
  readonly sides: Sides;
  /** What they hold; `'least'` is what no maximum is. */
  readonly value: number | 'least';
}

export const border = (name: string, sides: Sides, value: BorderLayer['value']): BorderLayer => ({
  ...{ type: 'border', name, sides, value },
});

export const borderKind: LayerKind<BorderLayer> = {
  type: 'border',
  window: ({ sides }, axis) => ({ kernel: 1, stride: 1, padding: sides[axis], paddingAfter: sides[axis + 2]! }),
  output: ({ sides: [above, left, below, right] }, input, at) => {
    const [channels, height, width] = requireMap(input, at);
    return [channels, above + height + below, left + width + right];
  },
  module: (layer) => new Border(layer),
};

class Border extends Module {
  constructor(private readonly layer: BorderLayer) {
    super();
  }

  override forward(x: Tensor): Tensor {
    const { sides, value } = this.layer;
    return bordered(x, sides, value !== 'least' ? value : Number.NEGATIVE_INFINITY);
  }
}

/** A map with a border of one value. */
export const bordered = (x: Tensor, [above, left, below, right]: Sides, value: number): Tensor =>
  pad(
    x,
    [
      [0, 0],
      [0, 0],
      [above, below],
      [left, right],
    ],
    { value },
  );
