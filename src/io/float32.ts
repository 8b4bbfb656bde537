import { FileError } from '../runtime/errors.js';
import { quoted } from '../runtime/quote.js';
import type { StoredTensor } from './safetensors.js';

/** The elements as f32. Throws FileError for 64-bit integers, which do not fit. */
export function asFloat32(tensor: StoredTensor, name: string, file: string): Float32Array<ArrayBuffer> {
  if (tensor.data instanceof Float32Array) return tensor.data;
  if (tensor.data instanceof BigInt64Array) {
    throw new FileError(file, `tensor ${quoted(name)} is ${tensor.dtype}`, 'store it as F32');
  }
  return Float32Array.from(tensor.data);
}

/**
 * The elements of a weight as f32. Whatever is computed with one that is not finite says nothing.
 * @throws FileError naming the tensor, and the first element that is not finite (also a double beyond f32)
 */
export function finiteFloat32(tensor: StoredTensor, name: string, file: string): Float32Array<ArrayBuffer> {
  const data = asFloat32(tensor, name, file);
  // By index: `findIndex` is many times slower, and there are many millions.
  for (let i = 0; i < data.length; i += 1) {
    if (Number.isFinite(data[i]!)) continue;
    const problem = `tensor ${quoted(name)} is not finite: element ${i} of ${data.length} is ${data[i]}`;
    throw new FileError(file, problem, 'use a copy that is sound, or weights from before training diverged');
  }
  return data;
}
