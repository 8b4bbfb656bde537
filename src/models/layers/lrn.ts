import { LocalResponseNorm } from '../../nn/local-response-norm.js';
import { type LayerKind, unchanged } from './kind.js';

export interface LrnLayer {
  readonly type: 'lrn';
  readonly name: string;
  readonly mode: 'acrossChannels' | 'withinChannel';
  readonly size: number;
  readonly alpha: number;
  readonly beta: number;
  readonly k: number;
}

export const lrnKind: LayerKind<LrnLayer> = {
  type: 'lrn',
  output: unchanged,
  module: ({ size, alpha, beta, k, mode }) => new LocalResponseNorm({ size, alpha, beta, k, mode }),
  keepsSigns: true,
};
