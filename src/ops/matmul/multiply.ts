import { scope } from '../../tensor/scope.js';
import { chooseRung } from '../ladder.js';
import { tileOf } from '../tile/engines.js';
import { type Job, type Matrix, splitJob } from '../tile/job.js';
import { type MatmulAlgorithm, type MatmulWork, matmulLadder } from './ladder.js';
import { stridedProduct } from './strided-product.js';
import { tileProduct } from './tile-product.js';

/** A batch of row blocks that follow each other, times one shared matrix, is one taller product. */
function foldBatch(job: Job): Job {
  const { batches, rows, a, b, c, bias } = job;
  const follows = (matrix: Matrix) => matrix.batchStride === rows * matrix.rowStride;
  if (batches === 1 || b.batchStride !== 0 || !follows(a) || !follows(c) || bias?.along === 'rows') return job;
  return { ...job, batches: 1, rows: batches * rows };
}

function workOf({ batches, rows, inner, columns, a, b }: Job): MatmulWork {
  const [left, right] = [a, b].map((matrix) => matrix.columnStride !== 1);
  const transposed = left ? (right ? 'both' : 'a') : right ? 'b' : 'none';
  return {
    multiplyAdds: batches * rows * inner * columns,
    batches,
    rows,
    inner,
    columns,
    transposed,
    half: a.tensor.dtype === 'f16',
  };
}

/**
 * Runs a matrix product into existing memory, in parts where an operand exceeds one binding.
 * @param algorithm default: the best for this adapter and size
 */
export function multiply(job: Job, algorithm: MatmulAlgorithm | 'auto' = 'auto'): void {
  if (job.batches * job.rows * job.columns === 0) return;
  const { device } = job.c.tensor;
  const rung = chooseRung(job.op, matmulLadder, device, workOf(job), algorithm);
  // The first two rungs pack nothing.
  const panel = rung === 'naive' || rung === 'tiled' ? 1 : tileOf(rung).columns4 * 4;
  for (const part of splitJob(foldBatch(job), device.maxBindingBytes, panel)) {
    if (rung === 'naive' || rung === 'tiled') {
      stridedProduct(device, part, rung);
    } else {
      // Packed copies go back to the pool part by part.
      scope(() => tileProduct(device, part, rung));
    }
  }
}
