import type { BufferSlice } from '../../runtime/bind-groups.js';
import { BINDING_ALIGNMENT } from '../../runtime/constants.js';
import { MemoryError } from '../../runtime/errors.js';
import { bytesPerElement, type DType } from '../../tensor/dtype.js';
import { showShape } from '../../tensor/shape.js';
import type { Tensor } from '../../tensor/tensor.js';

/** Of a binding's start, in f32 elements. */
const ALIGNMENT = BINDING_ALIGNMENT / 4;

/** A run of a tensor's memory as a binding, and where it starts inside. */
export interface MemoryWindow {
  readonly slice: BufferSlice;
  /** Position of the first element in the binding, in elements. */
  readonly offset: number;
  readonly dtype: DType;
}

/**
 * The binding of `count` elements of a tensor's storage from `first` on, counted from the tensor's own first one.
 * @throws MemoryError if they are more than one binding takes
 */
export function windowOf(op: string, tensor: Tensor, first: number, count: number): MemoryWindow {
  const { dtype } = tensor;
  const width = bytesPerElement(dtype);
  const start = tensor.offset + first;
  const aligned = Math.floor((start * width) / BINDING_ALIGNMENT) * BINDING_ALIGNMENT;
  const bytes = (start + count) * width - aligned;
  const { maxBindingBytes } = tensor.device;
  if (bytes > maxBindingBytes) {
    throw new MemoryError(
      `${op}: ${bytes} bytes of a tensor ${showShape(tensor.shape)} exceed this device's binding limit of ${maxBindingBytes} bytes; use a smaller batch or input`,
    );
  }
  return { slice: tensor.storage(op).slice(aligned, bytes), offset: start - aligned / width, dtype };
}

/** Bytes that the binding of such a run takes at most, of f32. */
export function windowBytes(count: number): number {
  return (count + ALIGNMENT) * 4;
}

/** Elements whose binding surely fits so many bytes. */
export function windowElements(bytes: number): number {
  return Math.floor(bytes / 4) - ALIGNMENT;
}

/** What operands of products are stored as; sums are f32. */
export type OperandType = 'f32' | 'f16';

/** How kernels for both read a tensor, or a part of it, whose dtype the op has checked. */
export function operandType({ dtype }: { readonly dtype: DType }): OperandType {
  return dtype === 'f16' ? 'f16' : 'f32';
}
