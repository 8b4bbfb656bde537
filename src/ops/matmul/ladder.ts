import { made } from '../../runtime/made.js';
import { bucketOf, inF32, type Ladder, NEVER, never, type Rung, type RungNotes } from '../ladder.js';
import { engineNotes, engineRungs, kernelsOf, type ProductWork, type TileEngine } from '../tile/engines.js';
import { stridedKernels } from './strided-product.js';
import { productKernels } from './tile-product.js';

export type MatmulAlgorithm = 'naive' | 'tiled' | TileEngine;

/** What decides between rungs of a matrix product. */
export interface MatmulWork extends ProductWork {
  readonly batches: number;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  /** Operands whose columns are not neighbours in memory: what a tile engine has to pack. */
  readonly transposed: 'none' | 'a' | 'b' | 'both';
}

const engines = /* @__PURE__ */ engineRungs.map(
  (row): Rung<MatmulAlgorithm, ProductWork> => ({ ...row, kernels: kernelsOf(productKernels, row.rung) }),
);

/** Matrix products. The tile engines (`tile/engines.ts`) run `matmul/matmul_tile.wgsl`. */
export const matmulLadder: Ladder<MatmulAlgorithm, MatmulWork> = {
  family: 'matmul',
  ask: (algorithm) => ({ algorithm }),
  bucket: ({ batches, rows, inner, columns, transposed, half }) =>
    bucketOf({ batches, rows, inner, columns }, { transposed, ...(half && { operands: 'f16' }) }),
  rungs: made(() => [
    {
      rung: 'naive',
      kernels: [stridedKernels.naive],
      takes: inF32(),
      chooseWhen: never,
    },
    {
      rung: 'tiled',
      kernels: [stridedKernels.tiled],
      takes: inF32(),
      chooseWhen: never,
    },
    ...engines,
  ]),
};

export const matmulNotes = made(
  (): RungNotes<MatmulAlgorithm> => ({
    naive: {
      file: 'matmul/matmul_naive.wgsl',
      adapterClass: 'any',
      chosenFor: NEVER,
      why: 'one invocation per element, straight from storage, any strides: the definition',
      lost: '192 x 192 x 192 on lavapipe with two busy cores: 141 ms against 10 ms of `subgroup8`',
    },
    tiled: {
      file: 'matmul/matmul_tiled.wgsl',
      adapterClass: 'gpu',
      chosenFor: NEVER,
      why: '16 x 16 staged in workgroup memory, any strides: the textbook kernel, which loads each number 16 times less',
      lost: '192 x 192 x 192 on lavapipe with two busy cores: 193 ms against 10 ms of `subgroup8`',
    },
    ...engineNotes,
  }),
);
