import { isAutocastEnabled } from '../../autograd/mode.js';
import { Tensor } from '../../tensor/tensor.js';
import { cast } from '../cast.js';

/** Two operands of a product as it reads them: inside `autocast` f32 becomes f16; to be called in the op's scope. */
export function autocastOperands(a: Tensor, b: Tensor): [Tensor, Tensor] {
  const read = (x: Tensor) => (isAutocastEnabled() && x instanceof Tensor && x.dtype === 'f32' ? cast(x, 'f16') : x);
  return [read(a), read(b)];
}
