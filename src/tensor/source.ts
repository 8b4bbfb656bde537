import { DTypeError, ShapeError } from '../runtime/errors.js';
import type { NestedArray } from './tensor.js';

/** Typed arrays that a tensor can be made from, over plain or shared memory. */
export type TypedSource =
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint32Array
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | Uint16Array
  | Int16Array;

/** True for a typed array of numbers. @throws DTypeError for anything that is neither one nor a number or an array. */
export function isTyped(data: NestedArray | TypedSource): data is TypedSource {
  if (Array.isArray(data) || typeof data === 'number') return false;
  if (ArrayBuffer.isView(data) && !(data instanceof DataView)) {
    if (typeof (data as ArrayLike<unknown>)[0] !== 'bigint' && !/^Big/.test(nameOf(data))) return true;
    throw new DTypeError(
      `tensor: a ${nameOf(data)} has no element type here; convert it: Int32Array.from(data, Number)`,
    );
  }
  throw new DTypeError(`tensor: data is ${nameOf(data)}; give a number, nested arrays of numbers or a typed array`);
}

/** The shape of nested arrays, by their first rows. */
export function shapeOf(data: NestedArray): number[] {
  const shape: number[] = [];
  for (let level: unknown = data; Array.isArray(level); level = level[0]) shape.push(level.length);
  return shape;
}

/** The `size` numbers in nested arrays. @throws ShapeError if rows differ in length; DTypeError for what is not a number. */
export function flatten(data: NestedArray, size: number): number[] {
  const values: number[] = [];
  const visit = (level: NestedArray, depth: number, shape: readonly number[]) => {
    if (!Array.isArray(level)) {
      if (typeof level !== 'number') throw new DTypeError(`tensor: an element is ${nameOf(level)}; give numbers only`);
      if (depth !== shape.length)
        throw new ShapeError('tensor: the nested array is ragged; every row needs the same depth');
      values.push(level);
      return;
    }
    if (level.length !== shape[depth]) {
      throw new ShapeError(
        `tensor: the nested array is ragged; a row at depth ${depth} has ${level.length} items, the first has ${shape[depth] ?? 0}`,
      );
    }
    for (const item of level) visit(item, depth + 1, shape);
  };
  visit(data, 0, shapeOf(data));
  if (values.length !== size)
    throw new ShapeError('tensor: the nested array is ragged; every row needs the same length');
  return values;
}

/** The class or type of a value, for messages. */
function nameOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return typeof value === 'object' ? (value.constructor?.name ?? 'an object') : `a ${typeof value}`;
}
