import { scope } from '../../tensor/scope.js';
import { checkEngine, chooseEngine, type TileEngine } from './engines.js';
import { type Job, splitJob } from './job.js';
import { stridedProduct } from './strided-product.js';
import { tileProduct } from './tile-product.js';

/** The ladder of matrix products, slowest idea first; see `tileEngines` for the last five. */
export type MatmulAlgorithm = 'naive' | 'tiled' | TileEngine;

/**
 * Runs a matrix product into existing memory, in parts where an operand exceeds one binding.
 * @param algorithm default: the best for this adapter and size
 */
export function multiply(job: Job, algorithm: MatmulAlgorithm | 'auto' = 'auto'): void {
  const { batches, rows, inner, columns } = job;
  if (batches * rows * columns === 0) return;
  const { device } = job.c.tensor;
  const rung = algorithm === 'auto' ? chooseEngine(device, batches * rows * inner * columns) : algorithm;
  for (const part of splitJob(job, device.maxBindingBytes)) {
    if (rung === 'naive' || rung === 'tiled') {
      stridedProduct(device, part, rung);
    } else {
      checkEngine(job.op, device, rung);
      // Packed copies go back to the pool part by part.
      scope(() => tileProduct(device, part, rung));
    }
  }
}
