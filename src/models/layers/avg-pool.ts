import { Module } from '../../nn/module.js';
import { avgPool2d } from '../../ops/avg-pool2d.js';
import { div } from '../../ops/div.js';
import { full } from '../../tensor/create.js';
import { scope } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';
import { bordered, type Sides } from './border.js';
import { type LayerKind, slid } from './kind.js';
import { axisOf, type LayerWindow } from './window.js';

export interface AvgPoolLayer extends Omit<LayerWindow, 'dilation'> {
  readonly type: 'avgpool';
  readonly name: string;
  readonly ceilMode: boolean;
  /** Whether the padding counts as cells of a window. */
  readonly countIncludePad: boolean;
  /** Cells around the map that do not count, instead of padding: where it is not the same on both sides, or more than the op takes. */
  readonly border?: Sides;
}

type AvgPoolSettings = Pick<AvgPoolLayer, 'kernel'> & Partial<Omit<AvgPoolLayer, 'type' | 'name'>>;

/** An average-pool record; its stride is the kernel, its rounding floor, and padding counts, unless said otherwise. */
export const avgPool = (
  name: string,
  { kernel, stride = kernel, padding = 0, ceilMode = false, countIncludePad = true, border }: AvgPoolSettings,
): AvgPoolLayer => ({
  ...{ type: 'avgpool', name, kernel, stride, padding, ceilMode, countIncludePad },
  ...(border && { border }),
});

export const avgPoolKind: LayerKind<AvgPoolLayer> = {
  type: 'avgpool',
  window: (layer, axis) => {
    const { border } = layer;
    const own = axisOf(layer, axis);
    return border ? { ...own, padding: border[axis], paddingAfter: border[axis + 2]! } : own;
  },
  output: (layer, input, at) => slid((axis) => avgPoolKind.window!(layer, axis), input[0], input, at),
  module: (layer) => new AvgPool(layer),
  keepsSigns: true,
};

class AvgPool extends Module {
  constructor(private readonly layer: AvgPoolLayer) {
    super();
  }

  override forward(x: Tensor): Tensor {
    const { kernel, stride, padding, ceilMode, countIncludePad, border } = this.layer;
    const options = { kernelSize: kernel, stride };
    if (!border) return avgPool2d(x, { ...options, padding, ceilMode, countIncludePad });
    // The mean of what counts is that of all cells, by the share of those that count.
    return scope(() => {
      const cells = full(x.device, [1, 1, ...x.shape.slice(2)], 1);
      return div(avgPool2d(bordered(x, border, 0), options), avgPool2d(bordered(cells, border, 0), options));
    });
  }
}
