import type { Device } from '../runtime/device.js';
import { DTypeError, ShapeError } from '../runtime/errors.js';
import { checkChoice, checkOptions, type OptionNames } from '../runtime/options.js';
import { DTYPES, type DType } from './dtype.js';
import { fill } from './fill.js';
import { toHalf } from './half.js';
import { checkShape, type Shape, showShape, sizeOf } from './shape.js';
import { flatten, isTyped, shapeOf, type TypedSource } from './source.js';
import { type NestedArray, Tensor } from './tensor.js';

export interface CreateOptions {
  /** Default: that of a typed array, else `f32`. */
  readonly dtype?: DType;
  readonly requiresGrad?: boolean;
}

const NAMES: OptionNames<CreateOptions> = { dtype: true, requiresGrad: true };

/**
 * A tensor from a number, nested arrays or a typed array.
 * @throws ShapeError if rows differ in length or `shape` does not hold the data; DTypeError for data that is not of numbers.
 */
export function tensor(
  device: Device,
  data: NestedArray | TypedSource,
  options: CreateOptions & { readonly shape?: Shape } = {},
): Tensor {
  checkOptions('tensor', options, { ...NAMES, shape: true });
  const typed = isTyped(data);
  const shape = options.shape ?? (typed ? [data.length] : shapeOf(data));
  checkShape('tensor', shape);
  const values = typed ? data : flatten(data, sizeOf(options.shape ? shapeOf(data) : shape));
  if (values.length !== sizeOf(shape)) {
    throw new ShapeError(
      `tensor: ${values.length} values do not fill the shape ${showShape(shape)} of ${sizeOf(shape)} elements`,
    );
  }
  const dtype = options.dtype ?? (data instanceof Int32Array ? 'i32' : data instanceof Uint32Array ? 'u32' : 'f32');
  const result = empty(device, shape, dtype, 'tensor');
  if (values.length > 0) device.upload(result.storage('tensor').buffer, 0, pack(values, dtype));
  return withGrad(result, options);
}

/** A tensor with undefined contents. */
export function empty(device: Device, shape: Shape, dtype: DType = 'f32', madeBy = 'empty'): Tensor {
  checkShape(madeBy, shape);
  checkChoice(madeBy, 'dtype', dtype, DTYPES);
  return Tensor.empty(device, shape, dtype, madeBy);
}

/** A tensor of one value. */
export function full(device: Device, shape: Shape, value: number, options: CreateOptions = {}): Tensor {
  checkOptions('full', options, NAMES);
  if (typeof value !== 'number') throw new DTypeError(`full: ${value} is not a number; give one`);
  const result = empty(device, shape, options.dtype, 'full');
  fill(result, value);
  return withGrad(result, options);
}

export function zeros(device: Device, shape: Shape, options: CreateOptions = {}): Tensor {
  checkOptions('zeros', options, NAMES);
  return full(device, shape, 0, options);
}

export function ones(device: Device, shape: Shape, options: CreateOptions = {}): Tensor {
  checkOptions('ones', options, NAMES);
  return full(device, shape, 1, options);
}

/** `start, start + step, …` below `stop` (above it for a negative step). */
export function arange(device: Device, start: number, stop?: number, step = 1, options: CreateOptions = {}): Tensor {
  checkOptions('arange', options, NAMES);
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  if (step === 0 || !Number.isFinite((to - from) / step))
    throw new ShapeError(`arange: step ${step} never goes from ${from} to ${to}`);
  const length = Math.max(0, Math.ceil((to - from) / step));
  return tensor(
    device,
    Float64Array.from({ length }, (_, i) => from + i * step),
    options,
  );
}

/** The bytes of values as the device stores them, padded to whole words. */
export function pack(
  values: ArrayLike<number>,
  dtype: DType,
): Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Uint16Array<ArrayBuffer> {
  if (dtype === 'f32')
    return values instanceof Float32Array ? (values as Float32Array<ArrayBuffer>) : Float32Array.from(values);
  if (dtype === 'i32')
    return values instanceof Int32Array ? (values as Int32Array<ArrayBuffer>) : Int32Array.from(values);
  if (dtype === 'u32')
    return values instanceof Uint32Array ? (values as Uint32Array<ArrayBuffer>) : Uint32Array.from(values);
  const halves = new Uint16Array(Math.ceil(values.length / 2) * 2);
  for (let i = 0; i < values.length; i++) halves[i] = toHalf(values[i]!);
  return halves;
}

function withGrad(result: Tensor, { requiresGrad }: CreateOptions): Tensor {
  if (requiresGrad) result.requiresGrad = true;
  return result;
}
