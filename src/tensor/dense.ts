import { BINDING_ALIGNMENT } from '../runtime/constants.js';
import { bytesPerElement } from './dtype.js';
import type { Tensor } from './tensor.js';

/** The tensor itself if a shader can bind it as it is, else a dense copy; released by the caller's scope. */
export function dense(tensor: Tensor, op: string): Tensor {
  tensor.storage(op);
  const isBindable = (tensor.offset * bytesPerElement(tensor.dtype)) % BINDING_ALIGNMENT === 0;
  return tensor.contiguous && isBindable ? tensor : tensor.denseCopy(op);
}
