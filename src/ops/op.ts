import type { BufferSlice } from '../runtime/bind-groups.js';
import type { Device } from '../runtime/device.js';
import { DeviceError, DTypeError, ShapeError } from '../runtime/errors.js';
import type { DType } from '../tensor/dtype.js';
import { showShape } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';

export { dense } from '../tensor/dense.js';

/** Kinds of ops, in the order of the op table. */
export const FAMILIES = [
  'view',
  'elementwise',
  'reduction',
  'loss',
  'matmul',
  'convolution',
  'pooling',
  'normalization',
  'movement',
  'random',
  'image',
  'detection',
] as const;

export type OpFamily = (typeof FAMILIES)[number];

/** A row of the op table: what docs, `selftest` and tests iterate over. The file of an op exports it as `row`. */
export interface OpRow {
  /** The name of the exported function. */
  readonly name: string;
  readonly family: OpFamily;
  /** One line for the reference page. */
  readonly summary: string;
  readonly dtypes: readonly DType[];
  /** Inputs that a gradient flows to, by position; empty for ops without gradient. */
  readonly differentiable: readonly number[];
}

/** @throws DeviceError unless all tensors live on one device. */
export function commonDevice(op: string, tensors: readonly Tensor[]): Device {
  for (const [i, tensor] of tensors.entries()) requireTensor(op, `input ${i}`, tensor);
  const device = tensors[0]!.device;
  const stranger = tensors.find((tensor) => tensor.device !== device);
  if (stranger) {
    throw new DeviceError(
      `${op}: inputs live on two devices (${device.info.name} and ${stranger.device.info.name}); create both on one`,
    );
  }
  return device;
}

/**
 * For two operands whose products are summed in f32: both f32, or both f16.
 * @throws DTypeError for other dtypes, and for one of each
 */
export function checkOperands(op: string, first: string, a: Tensor, second: string, b: Tensor): void {
  checkDTypes(op, first, a, ['f32', 'f16']);
  checkDTypes(op, second, b, ['f32', 'f16']);
  if (a.dtype !== b.dtype) {
    throw new DTypeError(
      `${op}: ${first} is ${a.dtype} and ${second} ${b.dtype}, but both must be of one type; cast() one`,
    );
  }
}

/** @throws DTypeError naming the op, the argument and the dtypes it takes. */
export function checkDTypes(op: string, argument: string, tensor: Tensor, allowed: readonly DType[]): void {
  requireTensor(op, argument, tensor);
  if (!allowed.includes(tensor.dtype)) {
    throw new DTypeError(
      `${op}: ${argument} is ${tensor.dtype}${showShape(tensor.shape)}, but must be ${allowed.join(' or ')}; use cast()`,
    );
  }
}

/** @throws DTypeError for anything but a tensor, as plain JavaScript may pass: options in the place of a bias, say */
export function requireTensor(op: string, argument: string, value: unknown): void {
  if (value instanceof Tensor) return;
  const found = typeof value === 'object' && value !== null ? `an ${value.constructor?.name ?? 'object'}` : `${value}`;
  throw new DTypeError(`${op}: ${argument} is ${found}, but must be a tensor; make it with tensor(device, …)`);
}

const INTEGER_RANGES: Partial<Record<DType, readonly [number, number]>> = {
  i32: [-(2 ** 31), 2 ** 31 - 1],
  u32: [0, 2 ** 32 - 1],
};

/** @throws DTypeError for a number that an integer type cannot hold: it would be cut or wrapped. */
export function checkNumber(op: string, value: number, dtype: DType): void {
  const range = INTEGER_RANGES[dtype];
  if (range && !(Number.isInteger(value) && value >= range[0] && value <= range[1])) {
    throw new DTypeError(
      `${op}: ${value} is no ${dtype}; use cast() to make the tensor f32, or an integer from ${range[0]} to ${range[1]}`,
    );
  }
}

/** What a check of shapes looks at. */
export type Shaped = Pick<Tensor, 'rank' | 'shape'>;

/** @throws ShapeError unless the tensor has this rank; `layout` explains it, e.g. `[N, C, H, W]`. */
export function checkRank(op: string, argument: string, tensor: Shaped, rank: number, layout: string): void {
  if (tensor.rank !== rank) {
    throw new ShapeError(`${op}: ${argument} has shape ${showShape(tensor.shape)}, but must be ${layout}`);
  }
}

/** The bindings of a dispatch from whole tensors, by the names of the shader's variables. */
export function bind<N extends string>(op: string, tensors: Readonly<Record<N, Tensor>>): Record<N, BufferSlice> {
  const slices = Object.entries<Tensor>(tensors).map(([name, tensor]) => [name, tensor.binding(op)]);
  return Object.fromEntries(slices) as Record<N, BufferSlice>;
}
