import type { BufferSlice } from '../runtime/bind-groups.js';
import { BINDING_ALIGNMENT } from '../runtime/constants.js';
import type { Device } from '../runtime/device.js';
import { bytesPerElement } from './dtype.js';
import type { Tensor } from './tensor.js';

/** A run of elements that fits one binding. */
export interface Chunk {
  readonly start: number;
  readonly count: number;
}

/** Elements: chunk starts stay aligned for every dtype, halves included. */
const ALIGNMENT = BINDING_ALIGNMENT / 2;

/** Cuts `size` elements of at most `width` bytes each into runs that fit one binding. */
export function chunks(device: Device, size: number, width = 4): Chunk[] {
  const most = Math.floor(device.maxBindingBytes / width / ALIGNMENT) * ALIGNMENT;
  const result: Chunk[] = [];
  for (let start = 0; start < size; start += most) result.push({ start, count: Math.min(most, size - start) });
  return result;
}

/** The part of a dense tensor that a chunk covers, as a shader binding. */
export function chunkOf(tensor: Tensor, { start, count }: Chunk, user: string): BufferSlice {
  const width = bytesPerElement(tensor.dtype);
  return tensor.storage(user).slice((tensor.offset + start) * width, count * width);
}
