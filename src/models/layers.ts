/**
 * An architecture is a list of these records: plain data without tensors. Channels of the input are not written down,
 * they follow from the layer before; names are Caffe's (`conv1`, `fc6`), because published weights use them.
 */

/** How fresh weights are drawn: a normal deviation or `'he'` (normal, sqrt(2 / fan-in)); biases get a constant. */
export interface Fill {
  readonly weights: number | 'he';
  readonly bias: number;
}

export interface ConvLayer {
  readonly type: 'conv';
  readonly name: string;
  readonly outChannels: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly groups: number;
  readonly fill: Fill;
}

export interface ReluLayer {
  readonly type: 'relu';
  readonly name: string;
}

export interface LrnLayer {
  readonly type: 'lrn';
  readonly name: string;
  readonly mode: 'acrossChannels' | 'withinChannel';
  readonly size: number;
  readonly alpha: number;
  readonly beta: number;
  readonly k: number;
}

export interface MaxPoolLayer {
  readonly type: 'maxpool';
  readonly name: string;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly ceilMode: boolean;
}

/** SqueezeNet's block: a 1x1 squeeze, then 1x1 and padded 3x3 expansions side by side on the channel axis, ReLU after each. */
export interface FireLayer {
  readonly type: 'fire';
  readonly name: string;
  readonly squeeze: number;
  readonly expand1x1: number;
  readonly expand3x3: number;
  readonly fill: Fill;
}

/** Spatial pyramid pooling: `levels` in stored order (1, 2, 3, 6), a vector of channels * sum(n^2) features out of any map. */
export interface PyramidLayer {
  readonly type: 'spp';
  readonly name: string;
  readonly levels: readonly number[];
}

/** Mean over the whole map: one feature a channel. */
export interface GlobalAveragePoolLayer {
  readonly type: 'globalAveragePool';
  readonly name: string;
}

/** Fully connected; a map before it is flattened (channel, row, column). */
export interface FullyConnectedLayer {
  readonly type: 'fc';
  readonly name: string;
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly fill: Fill;
}

export interface DropoutLayer {
  readonly type: 'dropout';
  readonly name: string;
  readonly p: number;
}

export type LayerRecord =
  | ConvLayer
  | ReluLayer
  | LrnLayer
  | MaxPoolLayer
  | FireLayer
  | PyramidLayer
  | GlobalAveragePoolLayer
  | FullyConnectedLayer
  | DropoutLayer;

type Window = { kernel: number; stride?: number; padding?: number };

/** A convolution record; stride 1, padding 0, one group unless said otherwise. */
export const conv = (
  name: string,
  outChannels: number,
  { kernel, stride = 1, padding = 0, groups = 1, fill }: Window & { groups?: number; fill: Fill },
): ConvLayer => ({ type: 'conv', name, outChannels, kernel, stride, padding, groups, fill });

export const relu = (name: string): ReluLayer => ({ type: 'relu', name });

/** A max-pool record; its stride is the kernel, its rounding floor, unless said otherwise. */
export const maxPool = (
  name: string,
  { kernel, stride = kernel, padding = 0, ceilMode = false }: Window & { ceilMode?: boolean },
): MaxPoolLayer => ({ type: 'maxpool', name, kernel, stride, padding, ceilMode });

export const fire = (name: string, squeeze: number, expand: number, fill: Fill): FireLayer => ({
  type: 'fire',
  name,
  squeeze,
  expand1x1: expand,
  expand3x3: expand,
  fill,
});

export const spp = (name: string, levels: readonly number[]): PyramidLayer => ({ type: 'spp', name, levels });

export const fc = (name: string, inFeatures: number, outFeatures: number, fill: Fill): FullyConnectedLayer => ({
  type: 'fc',
  name,
  inFeatures,
  outFeatures,
  fill,
});

export const dropout = (name: string, p: number): DropoutLayer => ({ type: 'dropout', name, p });

export const globalAveragePool = (name: string): GlobalAveragePoolLayer => ({ type: 'globalAveragePool', name });
