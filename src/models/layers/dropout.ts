import { Dropout } from '../../nn/dropout.js';
import { type LayerKind, unchanged } from './kind.js';

export interface DropoutLayer {
  readonly type: 'dropout';
  readonly name: string;
  readonly p: number;
}

export const dropout = (name: string, p: number): DropoutLayer => ({ type: 'dropout', name, p });

export const dropoutKind: LayerKind<DropoutLayer> = {
  type: 'dropout',
  output: unchanged,
  module: ({ p }, { generator }) => new Dropout(p, generator),
  keepsSigns: true,
};
