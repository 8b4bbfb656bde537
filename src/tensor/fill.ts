import accumulateWgsl from '../../shaders/tensor/accumulate.wgsl';
import fillWgsl from '../../shaders/tensor/fill.wgsl';
import { defineKernel } from '../runtime/kernel.js';
import { chunkOf, chunks } from './chunks.js';
import { toHalf } from './half.js';
import type { Tensor } from './tensor.js';

const fillKernel = defineKernel(fillWgsl);
const accumulateKernel = defineKernel(accumulateWgsl);

/** Invocations that keep all cores of a CPU adapter busy; beyond them each does more. */
const CPU_INVOCATIONS = 16_384;

/** Sets every element of a dense tensor that starts at offset 0, in place, and what its last four words have beyond it. */
export function fill(tensor: Tensor, value: number): void {
  const { device } = tensor;
  const words = Math.ceil(tensor.bytes / 4);
  for (const chunk of chunks(device, words)) {
    const size = Math.ceil(chunk.count / 4);
    const steps = device.info.software ? Math.ceil(size / CPU_INVOCATIONS) : 1;
    device.dispatch(fillKernel, {
      bindings: { output: tensor.storage('fill').slice(chunk.start * 4, chunk.count * 4) },
      params: { size, steps, bits: wordOf(tensor, value) },
      invocations: Math.ceil(size / steps),
    });
  }
}

/** `total += source` in place, for dense f32 tensors of one shape. */
export function accumulate(total: Tensor, source: Tensor): void {
  const { device } = total;
  for (const chunk of chunks(device, total.size)) {
    const vectors = Math.ceil(chunk.count / 4);
    device.dispatch(accumulateKernel, {
      bindings: { source: chunkOf(source, chunk, 'accumulate'), total: chunkOf(total, chunk, 'accumulate') },
      params: { size: vectors },
      invocations: vectors,
    });
  }
}

const word = new DataView(new ArrayBuffer(4));

function wordOf({ dtype }: Tensor, value: number): number {
  if (dtype === 'f16') return toHalf(value) * 0x10001;
  if (dtype === 'f32') word.setFloat32(0, value);
  else if (dtype === 'i32') word.setInt32(0, value);
  else word.setUint32(0, value);
  return word.getUint32(0);
}
