import { MaxPool2d } from '../../nn/pooling.js';
import { type LayerKind, slid } from './kind.js';

export interface MaxPoolLayer {
  readonly type: 'maxpool';
  readonly name: string;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly ceilMode: boolean;
}

/** A max-pool record; its stride is the kernel, its rounding floor, unless said otherwise. */
export const maxPool = (
  name: string,
  {
    kernel,
    stride = kernel,
    padding = 0,
    ceilMode = false,
  }: { kernel: number; stride?: number; padding?: number; ceilMode?: boolean },
): MaxPoolLayer => ({ type: 'maxpool', name, kernel, stride, padding, ceilMode });

export const maxPoolKind: LayerKind<MaxPoolLayer> = {
  type: 'maxpool',
  window: (layer) => layer,
  output: (layer, input, at) => slid(layer, input[0], input, at),
  module: ({ kernel, stride, padding, ceilMode }) => new MaxPool2d(kernel, { stride, padding, ceilMode }),
  keepsSigns: true,
};
