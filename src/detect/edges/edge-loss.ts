import { binaryCrossEntropyWithLogits } from '../../ops/binary-cross-entropy-with-logits.js';
import { expand } from '../../ops/expand.js';
import { ShapeError } from '../../runtime/errors.js';
import { scope } from '../../tensor/scope.js';
import { showShape } from '../../tensor/shape.js';
import type { Tensor } from '../../tensor/tensor.js';

/**
 * The mean over all pixels of the weighted binary cross-entropies of every output `[N, S, H, W]` with the same boundaries
 * `[N, 1, H, W]`, in nats; weights come from `balancedTargets`.
 * @throws ShapeError
 */
export function edgeLoss(logits: Tensor, targets: Tensor, weight: Tensor): Tensor {
  const { shape } = logits;
  const [images, , ...size] = shape;
  if (shape.length !== 4 || [targets, weight].some((one) => String(one.shape) !== String([images, 1, ...size]))) {
    throw new ShapeError(
      `edgeLoss: targets ${showShape(targets.shape)} and weights ${showShape(weight.shape)} do not match logits ${showShape(shape)}; give one map per picture`,
    );
  }
  return scope(() => binaryCrossEntropyWithLogits(logits, expand(targets, shape), { weight: expand(weight, shape) }));
}
