import type { Device } from '../../runtime/device.js';
import { type TileEngine, tileOf } from './engines.js';
import { type Job, type Matrix, transposed } from './job.js';

/**
 * How a tile engine is fed. It wants a left operand with vec4 along k and a right one with vec4 along columns; whatever
 * is not stored so is packed. Computing the transposed product (`swapped`) exchanges these demands: `x Wᵀ` of a linear
 * layer is best computed as `(W xᵀ)ᵀ`, where only the small x is packed.
 */
export interface Plan {
  readonly swapped: boolean;
  readonly packLeft: boolean;
  readonly packRight: boolean;
}

/** Cost of packing one element, in multiply-adds (measured on lavapipe and SwiftShader). */
const PACK_COST = 32;
/** Row pitch (floats) and rows from which walking down a column misses the caches of a CPU. */
const FAR_PITCH = 2048;
const FAR_ROWS = 512;
/** What those misses cost, as a share of the product; the fewer row tiles share a load, the more. */
const FAR_COST = 0.8;

export function planFor(device: Device, job: Job, engine: TileEngine): Plan {
  const tile = tileOf(engine);
  const { batches, rows, inner, columns, a, b } = job;
  const candidates: { plan: Plan; cost: number }[] = [];
  for (const swapped of [false, true]) {
    const left = swapped ? transposed(b) : a;
    const right = swapped ? transposed(a) : b;
    const [tall, wide] = swapped ? [columns, rows] : [rows, columns];
    const padded = (n: number, step: number) => Math.ceil(n / step) * step;
    const product = batches * padded(tall, tile.rows) * padded(wide, tile.columns4 * 4) * inner;
    const packLeft = !readable(left, batches, inner);
    const leftCost = packLeft ? PACK_COST * batches * tall * inner : 0;
    for (const packRight of [true, false]) {
      if (!packRight && !readable(right, batches, inner)) continue;
      const far = device.info.software && right.rowStride >= FAR_PITCH && inner >= FAR_ROWS && !packRight;
      const rightCost = packRight ? PACK_COST * batches * inner * wide : far ? FAR_COST * product : 0;
      candidates.push({ plan: { swapped, packLeft, packRight }, cost: product + leftCost + rightCost });
    }
  }
  return candidates.reduce((best, candidate) => (candidate.cost < best.cost ? candidate : best)).plan;
}

/**
 * True if rows can be read as vec4 where they are: along k for the left operand, along columns for the right one, whose
 * last vec4 may then reach into a row's padding, never beyond.
 */
function readable(matrix: Matrix, batches: number, inner: number): boolean {
  return matrix.columnStride === 1 && inner % 4 === 0 && aligned(matrix, batches);
}

function aligned({ tensor, offset, rowStride, batchStride }: Matrix, batches: number): boolean {
  return (tensor.offset + offset) % 4 === 0 && rowStride % 4 === 0 && (batches === 1 || batchStride % 4 === 0);
}
