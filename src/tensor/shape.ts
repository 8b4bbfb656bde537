import { ShapeError } from '../runtime/errors.js';

export type Shape = readonly number[];

export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const dim of shape) size *= dim;
  return size;
}

/** Strides, in elements, of a dense row-major tensor. */
export function rowMajorStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = stride;
    stride *= shape[i]!;
  }
  return strides;
}

/** True if elements lie densely in row-major order (strides of dims of size 1 do not matter). */
export function isContiguous(shape: Shape, strides: Shape): boolean {
  let expected = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1 && strides[i] !== expected) return shape.includes(0); // nothing is dense everywhere
    expected *= shape[i]!;
  }
  return true;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}

export function showShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** @throws ShapeError unless it is a list, and every dim a non-negative integer. */
export function checkShape(op: string, shape: Shape): void {
  requireList(op, shape);
  if (!shape.every((dim) => Number.isInteger(dim) && dim >= 0)) {
    throw new ShapeError(`${op}: ${showShape(shape)} is not a shape; dims are non-negative integers`);
  }
}

/** @throws ShapeError for a number, say, as plain JavaScript may pass it: `reshape(x, 2, 3)` */
export function requireList(op: string, value: unknown): void {
  if (!Array.isArray(value)) throw new ShapeError(`${op}: ${value} is not a list; give one, such as [2, 3]`);
}

/** An axis counted from the end if negative. @throws ShapeError out of range. */
export function normalizeAxis(op: string, axis: number, rank: number): number {
  const normal = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || normal < 0 || normal >= rank) {
    throw new ShapeError(`${op}: axis ${axis} does not exist in a tensor of rank ${rank}; use ${-rank} to ${rank - 1}`);
  }
  return normal;
}

/** Sorted, distinct axes; all of them if none are given. @throws ShapeError out of range or twice the same. */
export function normalizeAxes(op: string, axes: number | readonly number[] | undefined, rank: number): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, i) => i);
  if (typeof axes !== 'number') requireList(op, axes);
  const list = (typeof axes === 'number' ? [axes] : axes).map((axis) => normalizeAxis(op, axis, rank));
  if (new Set(list).size !== list.length) throw new ShapeError(`${op}: axes ${showShape(list)} name an axis twice`);
  return [...list].sort((a, b) => a - b);
}

/** The shape two shapes broadcast to, as in NumPy. @throws ShapeError naming the op and both shapes. */
export function broadcastShapes(op: string, a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw new ShapeError(
        `${op}: shapes ${showShape(a)} and ${showShape(b)} do not broadcast; dims must match or be 1`,
      );
    }
    return x === 1 ? y : x;
  });
}

/** Strides that read a tensor as if it had been broadcast to `target` (0 along repeated axes). */
export function broadcastStrides(shape: Shape, strides: Shape, target: Shape): number[] {
  const lead = target.length - shape.length;
  return target.map((_, i) => (i < lead || shape[i - lead] === 1 ? 0 : strides[i - lead]!));
}

/** Strides of a view with another shape over the same memory, or null if that needs a copy. */
export function reshapeStrides(shape: Shape, strides: Shape, target: Shape): number[] | null {
  if (isContiguous(shape, strides)) return rowMajorStrides(target);
  const dims = shape.map((dim, i) => [dim, strides[i]!] as const).filter(([dim]) => dim !== 1);
  const result = new Array<number>(target.length).fill(0);
  let from = 0;
  let to = 0;
  while (from < dims.length) {
    // The shortest runs of old and new dims with equal products; a run must be dense inside.
    let oldSize = dims[from]![0];
    let oldEnd = from + 1;
    let newEnd = to + 1;
    let newSize = target[to] ?? 1;
    while (oldSize !== newSize) {
      if (newSize < oldSize) newSize *= target[newEnd++] ?? Number.NaN;
      else oldSize *= dims[oldEnd++]?.[0] ?? Number.NaN;
      if (Number.isNaN(newSize) || Number.isNaN(oldSize)) return null;
    }
    for (let i = from; i < oldEnd - 1; i++) {
      if (dims[i]![1] !== dims[i + 1]![1] * dims[i + 1]![0]) return null;
    }
    let stride = dims[oldEnd - 1]![1];
    for (let i = newEnd - 1; i >= to; i--) {
      result[i] = stride;
      stride *= target[i]!;
    }
    from = oldEnd;
    to = newEnd;
  }
  return result;
}
