interface Shapes {
  name: string;
  /** [c, h, w] of a map, or [features]. */
  input: number[];
  output: number[];
}

export interface ConvRecord extends Shapes {
  type: 'conv';
  kernel: number;
  stride: number;
  padding: number;
  relu: boolean;
}

export interface MaxPoolRecord extends Shapes {
  type: 'maxpool';
  kernel: number;
  stride: number;
  ceilMode: boolean;
}

export interface PyramidRecord extends Shapes {
  type: 'spp';
  levels: number[];
}

export interface FullyConnectedRecord extends Shapes {
  type: 'fc';
  relu: boolean;
}

export type NetRecord = ConvRecord | MaxPoolRecord | PyramidRecord | FullyConnectedRecord;

export interface Net {
  /** [channels, height, width] */
  image: number[];
  layers: NetRecord[];
}

export const SMALL: Net;
export const ZF5_NARROW: Net;
export function parametersOf(net: Net): Record<string, number[]>;
export function multiplyAddsOf(net: Net): number[];
