import type { BufferSlice } from '../../runtime/bind-groups.js';
import { BINDING_ALIGNMENT } from '../../runtime/constants.js';
import { MemoryError } from '../../runtime/errors.js';
import { showShape } from '../../tensor/shape.js';
import type { Tensor } from '../../tensor/tensor.js';

/** Of a binding's start, in f32 elements. */
const ALIGNMENT = BINDING_ALIGNMENT / 4;

/** A run of a tensor's memory as a binding, and where it starts inside. */
export interface MemoryWindow {
  readonly slice: BufferSlice;
  /** Position of the first element in the binding, in elements. */
  readonly offset: number;
}

/**
 * The binding of `count` f32 elements of a tensor's storage from `first` on, counted from the tensor's own first one.
 * @throws MemoryError if they are more than one binding takes
 */
export function windowOf(op: string, tensor: Tensor, first: number, count: number): MemoryWindow {
  const start = tensor.offset + first;
  const aligned = Math.floor(start / ALIGNMENT) * ALIGNMENT;
  const bytes = (start + count - aligned) * 4;
  const { maxBindingBytes } = tensor.device;
  if (bytes > maxBindingBytes) {
    throw new MemoryError(
      `${op}: ${bytes} bytes of a tensor ${showShape(tensor.shape)} exceed this device's binding limit of ${maxBindingBytes} bytes; use a smaller batch or input`,
    );
  }
  return { slice: tensor.storage(op).slice(aligned * 4, bytes), offset: start - aligned };
}

/** Bytes that the binding of such a run takes at most. */
export function windowBytes(count: number): number {
  return (count + ALIGNMENT) * 4;
}

/** Elements whose binding surely fits so many bytes. */
export function windowElements(bytes: number): number {
  return Math.floor(bytes / 4) - ALIGNMENT;
}
