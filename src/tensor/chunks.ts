import type { BufferSlice } from '../runtime/bind-groups.js';
import type { Device } from '../runtime/device.js';
import { bytesPerElement } from './dtype.js';
import type { Tensor } from './tensor.js';

/** A run of elements that fits one binding. */
export interface Chunk {
  readonly start: number;
  readonly count: number;
}

/** Chunk starts stay aligned for every dtype and every device (256 bytes of halves). */
const ALIGNMENT = 128;

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
