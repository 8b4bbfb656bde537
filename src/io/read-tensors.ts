import type { DType } from '../tensor/dtype.js';
import type { Tensor } from '../tensor/tensor.js';
import type { TensorToStore } from './safetensors.js';
import type { SafetensorsDType } from './safetensors-header.js';

const STORED: Readonly<Record<DType, SafetensorsDType>> = { f32: 'F32', f16: 'F16', i32: 'I32', u32: 'U32' };

/**
 * Reads tensors of a device, as they are at the call, in one wait: a state dict on the host, ready for `serializeSafetensors`
 * or for `loadStateDict` on another device.
 */
export async function readTensors(tensors: Iterable<readonly [string, Tensor]>): Promise<Map<string, TensorToStore>> {
  const list = [...tensors];
  const values = await Promise.all(list.map(([, tensor]) => tensor.data()));
  return new Map(
    list.map(([name, { dtype, shape }], i) => [name, { dtype: STORED[dtype], shape: [...shape], data: values[i]! }]),
  );
}
