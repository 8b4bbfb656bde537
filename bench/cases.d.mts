/** How one input of a case is filled; `data.mjs` makes the numbers. */
export interface InputSpec {
  fill: 'uniform' | 'distinct' | 'labels' | 'windows';
  seed: number;
  shape: number[];
  bound?: number;
  classes?: number;
  images?: number;
  height?: number;
  width?: number;
}

export interface Case {
  /** Stable name, e.g. `zf_conv2_fwdbwd`. */
  name: string;
  family: string;
  kind: 'matmul' | 'conv' | 'maxpool' | 'crossEntropy' | 'spp' | 'cnn' | 'adds';
  direction: 'fwd' | 'fwdbwd' | 'infer' | 'train';
  inputs: Record<string, InputSpec>;
  // biome-ignore lint/suspicious/noExplicitAny: each kind has its own attributes; runners destructure what they know
  attributes: Record<string, any>;
  /** A multiply-add counts as two. */
  flops: number;
  /** Every input and output once. */
  bytes: number;
  /** Images per execution, of the network cases. */
  images?: number;
  /** Library calls per execution, where their overhead is the question. */
  ops?: number;
}

export const CASES: Case[];
