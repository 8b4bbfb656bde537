import { type Ladder, never } from '../ladder.js';
import { engineRungs, type ProductWork, type TileEngine } from '../tile/engines.js';

export type MatmulAlgorithm = 'naive' | 'tiled' | TileEngine;

/** Matrix products. The tile engines (`tile/engines.ts`) run `matmul/matmul_tile.wgsl`. */
export const matmulLadder: Ladder<MatmulAlgorithm, ProductWork> = {
  family: 'matmul',
  ops: ['matmul'],
  ask: (algorithm) => ({ algorithm }),
  rungs: [
    {
      rung: 'naive',
      file: 'matmul/matmul_naive.wgsl',
      needs: {},
      chooseWhen: never,
      why: 'one invocation per element, straight from storage, any strides: the definition',
      lost: '192 x 192 x 192 on lavapipe with two busy cores: 141 ms against 10 ms of `subgroup8`',
    },
    {
      rung: 'tiled',
      file: 'matmul/matmul_tiled.wgsl',
      needs: {},
      chooseWhen: never,
      why: '16 x 16 staged in workgroup memory, any strides: the textbook kernel, which loads each number 16 times less',
      lost: '192 x 192 x 192 on lavapipe with two busy cores: 193 ms against 10 ms of `subgroup8`',
    },
    ...engineRungs,
  ],
};
