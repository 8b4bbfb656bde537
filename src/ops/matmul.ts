import { record } from '../autograd/record.js';
import { ShapeError } from '../runtime/errors.js';
import { checkChoice, checkOptions, type OptionNames } from '../runtime/options.js';
import { mergeAxes } from '../tensor/copy-strided.js';
import { scope } from '../tensor/scope.js';
import { type Shape, showShape, sizeOf } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import { cast } from './cast.js';
import { sumTo } from './elementwise/sum-to.js';
import type { MatmulAlgorithm } from './matmul/ladder.js';
import { multiply } from './matmul/multiply.js';
import { checkDTypes, checkOperands, commonDevice, type OpRow } from './op.js';
import { reluGradient } from './relu.js';
import { reshape } from './reshape.js';
import type { Matrix } from './tile/job.js';
import { autocastOperands } from './tile/operands.js';
import { transpose } from './transpose.js';

export type { MatmulAlgorithm } from './matmul/ladder.js';

export interface MatmulOptions {
  /** Use `a` (`b`) with its last two axes exchanged; nothing is copied for it where a kernel can read it so. */
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  /** `[N]`, added to every row. */
  readonly bias?: Tensor;
  readonly activation?: 'none' | 'relu';
  /** A rung of the ladder by name; default: the best for this adapter and shape. Not differentiated through. */
  readonly algorithm?: MatmulAlgorithm | 'auto';
}

const NAMES: OptionNames<MatmulOptions> = {
  transposeA: true,
  transposeB: true,
  bias: true,
  activation: true,
  algorithm: true,
};

/**
 * Matrix product of `[..., M, K]` and `[..., K, N]`, leading axes broadcast, with bias and ReLU fused.
 * Operands may exceed one binding. Both f32, or both f16, which halves what is read; sums, bias and result are f32 in either
 * case, and so are gradients, whose products take the incoming gradient rounded to f16 as well (`GradScaler` keeps it in range).
 * @throws ShapeError naming both shapes if the inner axes or the batches do not fit
 */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  checkOptions('matmul', options, NAMES);
  checkChoice('matmul', 'activation', options.activation, ['none', 'relu']);
  const { transposeA = false, transposeB = false, bias = null, activation = 'none', algorithm = 'auto' } = options;
  return scope(() => {
    [a, b] = autocastOperands(a, b);
    const device = commonDevice('matmul', bias ? [a, b, bias] : [a, b]);
    checkOperands('matmul', 'a', a, 'b', b);
    const { lead, rows, inner, columns } = productShape(a, b, transposeA, transposeB);
    if (bias) {
      checkDTypes('matmul', 'bias', bias, ['f32']);
      if (bias.rank !== 1 || bias.size !== columns) {
        throw new ShapeError(
          `matmul: bias has shape ${showShape(bias.shape)}, but must be [${columns}], one per column`,
        );
      }
    }
    const c = Tensor.empty(device, [...lead, rows, columns], 'f32', 'matmul');
    const relu = activation === 'relu';
    const biasVector = bias && (bias.strides[0] === 1 || bias.size < 2 ? bias : bias.denseCopy('matmul'));
    const left = operand(a, transposeA, lead);
    const right = operand(b, transposeB, lead);
    const batchStrides = [left.batch, right.batch, c.strides.slice(0, -2)];
    const { dims, strides } = mergeAxes(lead, batchStrides);
    // The last merged axis is the kernel's batch, others (broadcasts in the middle) are walked here.
    const batches = dims.at(-1) ?? 1;
    for (const index of indices(dims.slice(0, -1))) {
      const place = (matrix: Omit<Matrix, 'batchStride'>, operandStrides: readonly number[]): Matrix => ({
        ...matrix,
        offset: index.reduce((sum, k, axis) => sum + k * operandStrides[axis]!, 0),
        batchStride: operandStrides.at(-1) ?? 0,
      });
      multiply(
        {
          op: 'matmul',
          batches,
          rows,
          inner,
          columns,
          a: place(left, strides[0]!),
          b: place(right, strides[1]!),
          c: place({ tensor: c, offset: 0, rowStride: columns, columnStride: 1 }, strides[2]!),
          bias: biasVector && { tensor: biasVector, offset: 0, along: 'columns' },
          relu,
          accumulate: false,
        },
        algorithm,
      );
    }

    return record('matmul', bias ? [a, b, bias] : [a, b], c, {
      save: relu ? [a, b, c] : [a, b],
      vjp: (gradient, [savedA, savedB, savedC], needs) => {
        const [x, y] = [savedA!, savedB!];
        const dc = savedC ? reluGradient(gradient, savedC) : gradient;
        const g = x.dtype === 'f16' ? cast(dc, 'f16') : dc;
        const shared = (matrix: Tensor) => sizeOf(lead) > 1 && sizeOf(matrix.shape.slice(0, -2)) === 1;
        const swapped = (matrix: Tensor) => transpose(matrix, -2, -1);
        const dx = () => {
          // Here the folding copies both sides: not where that is more than the gradients of all matrices.
          if (shared(x) && columns * (rows + inner) < rows * inner) {
            const [turnedG, turnedY] = [swapped(g), transposeB ? y : swapped(y)];
            return transposeA ? summedProduct(turnedY, turnedG) : summedProduct(turnedG, turnedY);
          }
          return transposeA
            ? matmul(y, g, { transposeA: transposeB, transposeB: true })
            : matmul(g, y, { transposeB: !transposeB });
        };
        const dy = () => {
          if (shared(y)) {
            const straight = transposeA ? swapped(x) : x;
            return transposeB ? summedProduct(g, straight) : summedProduct(straight, g);
          }
          return transposeB
            ? matmul(g, x, { transposeA: true, transposeB: transposeA })
            : matmul(x, g, { transposeA: !transposeA });
        };
        const toShape = (gradient: Tensor, { shape }: Tensor) =>
          gradient.size === sizeOf(shape) ? reshape(gradient, shape) : sumTo(gradient, shape);
        const gradients = [needs[0] ? toShape(dx(), x) : null, needs[1] ? toShape(dy(), y) : null];
        return bias ? [...gradients, needs[2] ? sumTo(dc, [columns]) : null] : gradients;
      },
    });
  });
}

/**
 * The sum over all leading axes of `aᵀ b`, for `[..., S, M]` and `[..., S, N]`: one product with a long inner axis. It is the
 * gradient of a matrix that a whole batch shares, without a gradient for each of the batch.
 */
function summedProduct(a: Tensor, b: Tensor): Tensor {
  const folded = (x: Tensor) => reshape(x, [sizeOf(x.shape.slice(0, -1)), x.shape.at(-1)!]);
  return matmul(folded(a), folded(b), { transposeA: true });
}

function productShape(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean) {
  const shapes = `${showShape(a.shape)}${transposeA ? ' transposed' : ''} and ${showShape(b.shape)}${transposeB ? ' transposed' : ''}`;
  if (a.rank < 2 || b.rank < 2) {
    throw new ShapeError(`matmul: ${shapes} must both have rank 2 or more; use unsqueeze() for vectors`);
  }
  const matrixDims = (shape: Shape, transpose: boolean) => (transpose ? shape.slice(-2).reverse() : shape.slice(-2));
  const [rows, inner] = matrixDims(a.shape, transposeA) as [number, number];
  const [innerB, columns] = matrixDims(b.shape, transposeB) as [number, number];
  if (inner !== innerB) {
    throw new ShapeError(
      `matmul: inner axes of ${shapes} differ (${inner} and ${innerB}); transpose one or fix the shapes`,
    );
  }
  const [leadA, leadB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const rank = Math.max(leadA.length, leadB.length);
  const lead = Array.from({ length: rank }, (_, i) => {
    const p = leadA[i - rank + leadA.length] ?? 1;
    const q = leadB[i - rank + leadB.length] ?? 1;
    if (p !== q && p !== 1 && q !== 1) {
      throw new ShapeError(`matmul: batch axes of ${shapes} do not broadcast (${p} and ${q}); make them equal or 1`);
    }
    return p === 1 ? q : p;
  });
  return { lead, rows, inner, columns };
}

/** The operand's matrix in place, and its strides along the broadcast batch axes. */
function operand(tensor: Tensor, transpose: boolean, lead: Shape) {
  tensor.storage('matmul');
  const { shape, strides } = tensor;
  const missing = lead.length - (shape.length - 2);
  const batch = lead.map((_, i) => (i < missing || shape[i - missing] === 1 ? 0 : strides[i - missing]!));
  const [row, column] = strides.slice(-2) as [number, number];
  return {
    tensor,
    offset: 0,
    rowStride: transpose ? column : row,
    columnStride: transpose ? row : column,
    batch,
  };
}

/** Every index of the given dims, last axis fastest. */
function indices(dims: readonly number[]): number[][] {
  return Array.from({ length: sizeOf(dims) }, (_, flat) => {
    const index: number[] = [];
    let rest = flat;
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      index.unshift(rest % dims[axis]!);
      rest = Math.floor(rest / dims[axis]!);
    }
    return index;
  });
}

export const row: OpRow = {
  name: 'matmul',
  family: 'matmul',
  summary: 'batched matrix product with transposed operands, fused bias and ReLU',
  dtypes: ['f32', 'f16'],
  differentiable: [0, 1, 2],
};
