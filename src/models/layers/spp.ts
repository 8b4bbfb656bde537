import { SpatialPyramidPool2d } from '../../nn/spatial-pyramid-pool2d.js';
import { type LayerKind, requireMap } from './kind.js';

/** Spatial pyramid pooling: `levels` in stored order (1, 2, 3, 6), a vector of channels * sum(n^2) features out of any map. */
export interface PyramidLayer {
  readonly type: 'spp';
  readonly name: string;
  readonly levels: readonly number[];
}

export const spp = (name: string, levels: readonly number[]): PyramidLayer => ({ type: 'spp', name, levels });

export const sppKind: LayerKind<PyramidLayer> = {
  type: 'spp',
  output: ({ levels }, input, at) => [requireMap(input, at)[0] * levels.reduce((sum, n) => sum + n * n, 0)],
  levels: ({ levels }) => levels,
  module: ({ levels }) => new SpatialPyramidPool2d(levels),
  keepsSigns: true,
};
