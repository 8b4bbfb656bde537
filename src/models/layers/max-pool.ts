import { MaxPool2d } from '../../nn/pooling.js';
import { type LayerKind, slid } from './kind.js';
import { axisOf, type LayerWindow } from './window.js';

export interface MaxPoolLayer extends LayerWindow {
  readonly type: 'maxpool';
  readonly name: string;
  readonly ceilMode: boolean;
}

/** A max-pool record; its stride is the kernel, its rounding floor, unless said otherwise. */
export const maxPool = (
  name: string,
  {
    kernel,
    stride = kernel,
    padding = 0,
    dilation,
    ceilMode = false,
  }: Pick<LayerWindow, 'kernel'> & Partial<LayerWindow>,
): MaxPoolLayer => ({
  ...{ type: 'maxpool', name, kernel, stride, padding },
  ...(dilation !== undefined && { dilation }),
  ceilMode,
});

export const maxPoolKind: LayerKind<MaxPoolLayer> = {
  type: 'maxpool',
  window: axisOf,
  output: (layer, input, at) => slid((axis) => axisOf(layer, axis), input[0], input, at),
  module: ({ kernel, stride, padding, dilation, ceilMode }) =>
    new MaxPool2d(kernel, { stride, padding, dilation, ceilMode }),
  keepsSigns: true,
};
