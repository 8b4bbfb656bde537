import matmulTileWgsl from '../../../shaders/matmul/matmul_tile.wgsl';
import type { Device } from '../../runtime/device.js';
import { Tensor } from '../../tensor/tensor.js';
import { defineTileKernels, splitsFor, type TileEngine, tileOf, tilesOf } from '../tile/engines.js';
import { extent, type Job, type Matrix, matrixWindow, transposed } from '../tile/job.js';
import { pack } from '../tile/pack.js';
import { planFor } from '../tile/plan.js';
import { sumSlices } from '../tile/sum-slices.js';
import { operandType, windowOf } from '../tile/window.js';

export const productKernels = defineTileKernels(matmulTileWgsl);

/** An operand as a tile engine reads it: rows of vec4, strides in elements. */
interface Operand {
  readonly matrix: Matrix;
  /** Vec4 columns per contiguous panel, and the panels' distance. */
  readonly panel: number;
  readonly panelStride: number;
}

/** Runs a job that fits its bindings on a tile engine: packs what has to be, cuts a long sum, adds bias and ReLU. */
export function tileProduct(device: Device, job: Job, engine: TileEngine): void {
  const { op, batches, inner, c, bias } = job;
  const { swapped, packLeft, packRight } = planFor(device, job, engine);
  const [rows, columns] = swapped ? [job.columns, job.rows] : [job.rows, job.columns];
  const left = swapped ? transposed(job.b) : job.a;
  const right = swapped ? transposed(job.a) : job.b;
  const target = swapped ? transposed(c) : c;
  const steps = Math.ceil(inner / 4);
  const columns4 = Math.ceil(columns / 4);

  const a = packLeft ? packLeftOperand(op, left, batches, rows, inner) : whole(left);
  const b = packRight ? packRightOperand(op, right, batches, inner, columns, tileOf(engine).columns4) : whole(right);
  const aWindow = matrixWindow(op, a.matrix, batches, rows, steps * 4);
  const panels = Math.ceil(columns4 / b.panel);
  const bWindow = windowOf(
    op,
    b.matrix.tensor,
    b.matrix.offset,
    extent(b.matrix, batches, steps * 4, Math.min(b.panel, columns4) * 4) + (panels - 1) * b.panelStride,
  );

  const dense =
    c.columnStride === 1 &&
    (job.rows === 1 || c.rowStride === job.columns) &&
    (batches === 1 || c.batchStride === job.rows * job.columns);
  const size = job.rows * job.columns;
  const mostSplits = dense && !job.accumulate ? Math.floor(device.maxBindingBytes / (4 * batches * size)) : 1;
  const splits = Math.max(1, Math.min(mostSplits, splitsFor(device, engine, rows * batches, columns4, steps)));
  const parts = splits > 1 ? Tensor.empty(device, [batches, splits, size], 'f32', op) : null;
  const result = parts
    ? partsMatrix(parts, swapped, job.columns, size)
    : { matrix: target, window: matrixWindow(op, c, batches, job.rows, job.columns), slice: c.batchStride };
  const biasWindow = bias && windowOf(op, bias.tensor, bias.offset, bias.along === 'rows' ? job.rows : job.columns);
  const biasOnRows = bias !== null && (bias.along === 'rows') !== swapped;

  device.dispatch(productKernels[operandType(a.matrix.tensor)][engine], {
    bindings: {
      a: aWindow.slice,
      b: bWindow.slice,
      bias: biasWindow?.slice ?? aWindow.slice,
      c: result.window.slice,
    },
    params: {
      rows,
      columns,
      columns4,
      slices: batches * splits,
      splits,
      steps_from: 0,
      steps_to: steps,
      steps_per_split: Math.ceil(steps / splits),
      a_offset: aWindow.offset / 4,
      a_batch: a.matrix.batchStride / 4,
      a_row: a.matrix.rowStride / 4,
      b_offset: bWindow.offset / 4,
      b_batch: b.matrix.batchStride / 4,
      b_row: b.matrix.rowStride / 4,
      b_panel: b.panelStride / 4,
      panel: b.panel,
      c_offset: result.window.offset,
      c_slice: result.slice,
      c_row: result.matrix.rowStride,
      c_column: result.matrix.columnStride,
      bias_offset: biasWindow?.offset ?? 0,
      has_bias: bias !== null && !parts,
      bias_row: biasOnRows && !parts,
      accumulate: job.accumulate,
      relu: job.relu && !parts,
    },
    workgroups: tilesOf(engine, rows, columns4, batches * splits),
  });

  if (parts) {
    sumSlices(op, matrixWindow(op, c, batches, job.rows, job.columns), {
      parts,
      batches,
      splits,
      size,
      bias: biasWindow && {
        window: biasWindow,
        period: bias?.along === 'rows' ? job.columns : 1,
        length: bias?.along === 'rows' ? job.rows : job.columns,
      },
      relu: job.relu,
    });
  }
}

function whole(matrix: Matrix): Operand {
  return { matrix, panel: 2 ** 30, panelStride: 0 };
}

function partsMatrix(parts: Tensor, swapped: boolean, columns: number, size: number) {
  const plain = { tensor: parts, offset: 0, rowStride: columns, columnStride: 1, batchStride: size };
  return {
    matrix: swapped ? transposed(plain) : plain,
    window: windowOf(parts.madeBy, parts, 0, parts.size),
    slice: size,
  };
}

/** A matrix that the whole batch shares is packed once. */
function copies({ batchStride }: Matrix, batches: number): number {
  return batchStride === 0 ? 1 : batches;
}

function step({ batchStride }: Matrix): 0 | 1 {
  return batchStride === 0 ? 0 : 1;
}

function packLeftOperand(op: string, matrix: Matrix, batches: number, rows: number, inner: number): Operand {
  const packed = pack(op, matrix.tensor.device, matrixWindow(op, matrix, batches, rows, inner), {
    slices: copies(matrix, batches),
    blocks: 1,
    blockRows: rows,
    blockValid: rows,
    columns: inner,
    sliceStride: matrix.batchStride,
    blockStride: 0,
    innerStride: matrix.rowStride,
    columnStride: matrix.columnStride,
  });
  const pitch = packed.shape[3]!;
  return whole({
    tensor: packed,
    offset: 0,
    rowStride: pitch,
    columnStride: 1,
    batchStride: rows * pitch * step(matrix),
  });
}

function packRightOperand(
  op: string,
  matrix: Matrix,
  batches: number,
  inner: number,
  columns: number,
  panel: number,
): Operand {
  const packed = pack(op, matrix.tensor.device, matrixWindow(op, matrix, batches, inner, columns), {
    slices: copies(matrix, batches),
    blocks: 1,
    blockRows: Math.ceil(inner / 4) * 4,
    blockValid: inner,
    columns,
    panel,
    sliceStride: matrix.batchStride,
    blockStride: 0,
    innerStride: matrix.rowStride,
    columnStride: matrix.columnStride,
  });
  const [, panels, rows, pitch] = packed.shape as [number, number, number, number];
  return {
    matrix: {
      tensor: packed,
      offset: 0,
      rowStride: pitch,
      columnStride: 1,
      batchStride: panels * rows * pitch * step(matrix),
    },
    panel: pitch / 4,
    panelStride: rows * pitch,
  };
}
