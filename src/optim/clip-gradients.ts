import { noGrad } from '../autograd/mode.js';
import { clip } from '../ops/clip.js';
import { concat } from '../ops/concat.js';
import { div } from '../ops/div.js';
import { mul } from '../ops/mul.js';
import { norm } from '../ops/norm.js';
import { reshape } from '../ops/reshape.js';
import { SppgpuError } from '../runtime/errors.js';
import { checkSetting } from '../runtime/options.js';
import { keep, scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';

/**
 * Scales all gradients together so that their Euclidean norm is at most `most`, without a wait: PyTorch's `clip_grad_norm_`.
 * Call it between `backward()` and `step()`.
 * @returns the norm before, a scalar on the device
 * @throws SppgpuError if `most` is not above 0, or no parameter has a gradient
 */
export function clipGradNorm(parameters: readonly Tensor[], most: number): Tensor {
  checkSetting('clipGradNorm', 'the norm', most, { above: 0 });
  const owners = parameters.filter(({ grad }) => grad);
  if (owners.length === 0) throw new SppgpuError('clipGradNorm: no parameter has a gradient; call backward() first');
  return noGrad(() =>
    scope(() => {
      const total = norm(concat(owners.map(({ grad }) => reshape(norm(grad!), [1]))));
      const share = clip(div(most, total), { max: 1 });
      for (const owner of owners) replaceGradient(owner, mul(owner.grad!, share));
      return total;
    }),
  );
}

/** Cuts every element of the gradients to `-most .. most`: PyTorch's `clip_grad_value_`. @throws SppgpuError if `most` is not above 0 */
export function clipGradValue(parameters: readonly Tensor[], most: number): void {
  checkSetting('clipGradValue', 'the value', most, { above: 0 });
  noGrad(() =>
    scope(() => {
      for (const owner of parameters)
        if (owner.grad) replaceGradient(owner, clip(owner.grad, { min: -most, max: most }));
    }),
  );
}

/** Puts another gradient in the place of a parameter's, which is freed. */
export function replaceGradient(owner: Tensor, gradient: Tensor): void {
  owner.grad?.dispose();
  owner.grad = keep(gradient);
}
