import type { Tensor } from '../../tensor/tensor.js';
import { type MemoryWindow, windowBytes, windowOf } from './window.js';

/** A batch of matrices in a tensor's memory: offset and strides in elements, counted from the tensor's first element. */
export interface Matrix {
  readonly tensor: Tensor;
  readonly offset: number;
  readonly rowStride: number;
  readonly columnStride: number;
  readonly batchStride: number;
}

/** `c[batch] (+)= a[batch] b[batch]`, plus bias, through ReLU; a is [rows, inner], b [inner, columns]. */
export interface Job {
  readonly op: string;
  readonly batches: number;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly a: Matrix;
  readonly b: Matrix;
  readonly c: Matrix;
  readonly bias: Bias | null;
  readonly relu: boolean;
  /** Adds to what c holds. */
  readonly accumulate: boolean;
}

export interface Bias {
  readonly tensor: Tensor;
  readonly offset: number;
  /** What the bias is one number for. */
  readonly along: 'rows' | 'columns';
}

export function transposed(matrix: Matrix): Matrix {
  return { ...matrix, rowStride: matrix.columnStride, columnStride: matrix.rowStride };
}

/** Elements from the first to the last one of a batch of matrices, inclusive. */
export function extent(matrix: Matrix, batches: number, rows: number, columns: number): number {
  if (batches * rows * columns === 0) return 0;
  return (batches - 1) * matrix.batchStride + (rows - 1) * matrix.rowStride + (columns - 1) * matrix.columnStride + 1;
}

export function matrixWindow(
  op: string,
  matrix: Matrix,
  batches: number,
  rows: number,
  columns: number,
  spare = 0,
): MemoryWindow {
  return windowOf(op, matrix.tensor, matrix.offset, extent(matrix, batches, rows, columns) + spare);
}

type Axis = 'batches' | 'rows' | 'inner' | 'columns';

/**
 * Cuts a job until each operand, and its packed copy, fits one binding. A cut along the inner axis makes the second
 * part add to the first one's result, so the order of the sum is fixed.
 * @param panel columns of a panel of packed copies
 */
export function splitJob(job: Job, limit: number, panel: number): Job[] {
  const { batches, rows, inner, columns, a, b, c } = job;
  const operands: readonly [Matrix, number, number, number, readonly Axis[]][] = [
    [a, rows, inner, packedSize(a, batches, inner, rows, panel), ['batches', 'rows', 'inner']],
    [b, inner, columns, packedSize(b, batches, inner, columns, panel), ['batches', 'inner', 'columns']],
    [c, rows, columns, 0, ['batches', 'rows', 'columns']],
  ];
  for (const [matrix, height, width, packed, axes] of operands) {
    if (windowBytes(Math.max(extent(matrix, batches, height, width), packed)) <= limit) continue;
    const lengths = [batches, height, width];
    const strides = [matrix.batchStride, matrix.rowStride, matrix.columnStride];
    const reaches = strides.map((stride, i) => (lengths[i]! > 1 ? stride * lengths[i]! : -1));
    const widest = reaches.indexOf(Math.max(...reaches));
    if (reaches[widest] === -1) break;
    return halves(job, axes[widest]!).flatMap((half) => splitJob(half, limit, panel));
  }
  return [job];
}

/**
 * Elements of an operand's packed copy at most, whichever side of the product it becomes: its depth is padded to whole vec4,
 * and so is its other axis, or to whole panels where it spans several.
 */
function packedSize({ batchStride }: Matrix, batches: number, depth: number, across: number, panel: number): number {
  const padded = (n: number, step: number) => Math.ceil(n / step) * step;
  const copies = batchStride === 0 ? 1 : batches;
  return copies * padded(depth, 4) * padded(across, across <= panel ? 4 : panel);
}

/** Cuts stay aligned, so that parts of a vec4-readable matrix are vec4-readable. */
const CUT = 64;

function halves(job: Job, axis: Axis): [Job, Job] {
  const length = job[axis];
  const half = length / 2;
  const cut = half >= CUT ? Math.floor(half / CUT) * CUT : Math.ceil(half);
  const { a, b, c, bias } = job;
  const moved = (matrix: Matrix, stride: number): Matrix => ({ ...matrix, offset: matrix.offset + cut * stride });
  const first = { ...job, [axis]: cut };
  const second = { ...job, [axis]: length - cut };
  const shifted = (along: Bias['along']) => (bias?.along === along ? { ...bias, offset: bias.offset + cut } : bias);
  switch (axis) {
    case 'batches':
      return [first, { ...second, a: moved(a, a.batchStride), b: moved(b, b.batchStride), c: moved(c, c.batchStride) }];
    case 'rows':
      return [first, { ...second, a: moved(a, a.rowStride), c: moved(c, c.rowStride), bias: shifted('rows') }];
    case 'columns':
      return [first, { ...second, b: moved(b, b.columnStride), c: moved(c, c.columnStride), bias: shifted('columns') }];
    case 'inner':
      return [
        { ...first, bias: null, relu: false },
        { ...second, a: moved(a, a.columnStride), b: moved(b, b.rowStride), accumulate: true },
      ];
  }
}
