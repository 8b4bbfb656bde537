import { ShapeError } from '../runtime/errors.js';
import { tensor } from '../tensor/create.js';
import { showShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { noGrad } from './mode.js';

export interface GradcheckOptions {
  /** Step of the central difference. Default 1e-2: f32 loses more to cancellation below. */
  readonly eps?: number;
  /** Largest accepted `|analytic - numeric| / (1 + |numeric|)`. Default 1e-2. */
  readonly tolerance?: number;
}

/**
 * Compares gradients of `fn` with central finite differences, on the device, in f32.
 * `fn` is called twice per element of every input that requires a gradient: keep the inputs small.
 * @returns the largest relative error
 * @throws ShapeError naming the input and element beyond the tolerance.
 */
export async function gradcheck(
  fn: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  options: GradcheckOptions = {},
): Promise<number> {
  const { eps = 1e-2, tolerance = 1e-2 } = options;
  const output = fn(...inputs);
  // A fixed, uneven cotangent, so that errors in different outputs cannot cancel.
  const weights = Float32Array.from({ length: output.size }, (_, i) => Math.sin(1 + 0.7 * i));
  const cotangent = tensor(output.device, weights, { shape: output.shape });
  output.backward(cotangent);
  output.dispose();
  cotangent.dispose();

  const objective = async (replaced: readonly Tensor[]): Promise<number> => {
    const result = noGrad(() => fn(...replaced));
    const values = await result.data();
    result.dispose();
    return weights.reduce((sum, weight, i) => sum + weight * values[i]!, 0);
  };

  let worst = 0;
  for (const [index, input] of inputs.entries()) {
    if (!input.requiresGrad) continue;
    if (!input.grad) throw new ShapeError(`gradcheck: input ${index} ${showShape(input.shape)} received no gradient`);
    const analytic = await input.grad.data();
    const values = await input.data();
    for (let i = 0; i < values.length; i++) {
      const at = async (value: number): Promise<number> => {
        const moved = Float32Array.from(values);
        moved[i] = value;
        const replacement = tensor(input.device, moved, { shape: input.shape });
        const result = await objective(inputs.map((other, j) => (j === index ? replacement : other)));
        replacement.dispose();
        return result;
      };
      const numeric = ((await at(values[i]! + eps)) - (await at(values[i]! - eps))) / (2 * eps);
      const error = Math.abs(analytic[i]! - numeric) / (1 + Math.abs(numeric));
      if (!(error <= tolerance)) {
        throw new ShapeError(
          `gradcheck: input ${index} ${showShape(input.shape)}, element ${i}: gradient ${analytic[i]}, finite difference ${numeric}`,
        );
      }
      worst = Math.max(worst, error);
    }
  }
  return worst;
}
