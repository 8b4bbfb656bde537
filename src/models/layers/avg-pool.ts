import { AvgPool2d } from '../../nn/pooling.js';
import { type LayerKind, slid } from './kind.js';

export interface AvgPoolLayer {
  readonly type: 'avgpool';
  readonly name: string;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly ceilMode: boolean;
  /** Whether the padding counts as cells of a window. */
  readonly countIncludePad: boolean;
}

type AvgPoolSettings = {
  kernel: number;
  stride?: number;
  padding?: number;
  ceilMode?: boolean;
  countIncludePad?: boolean;
};

/** An average-pool record; its stride is the kernel, its rounding floor, and padding counts, unless said otherwise. */
export const avgPool = (
  name: string,
  { kernel, stride = kernel, padding = 0, ceilMode = false, countIncludePad = true }: AvgPoolSettings,
): AvgPoolLayer => ({ type: 'avgpool', name, kernel, stride, padding, ceilMode, countIncludePad });

export const avgPoolKind: LayerKind<AvgPoolLayer> = {
  type: 'avgpool',
  window: (layer) => layer,
  output: (layer, input, at) => slid(layer, input[0], input, at),
  module: ({ kernel, stride, padding, ceilMode, countIncludePad }) =>
    new AvgPool2d(kernel, { stride, padding, ceilMode, countIncludePad }),
  keepsSigns: true,
};
