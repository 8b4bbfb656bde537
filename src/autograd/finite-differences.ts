import { GraphError } from '../runtime/errors.js';
import { tensor } from '../tensor/create.js';
import { scope } from '../tensor/scope.js';
import { showShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { noGrad } from './mode.js';

export interface GradcheckOptions {
  /** Step of the central difference. Default 1e-2: f32 loses more to cancellation below. */
  readonly eps?: number;
  /** Largest accepted `|analytic - numeric| / (1 + |numeric|)`. Default 1e-2. */
  readonly tolerance?: number;
}

/** What is checked: tensors to one tensor. */
export type GradcheckFunction = (...inputs: Tensor[]) => Tensor;

/** What `gradcheck` does, which pages load with the first call. */
export async function gradcheck(
  fn: GradcheckFunction,
  inputs: readonly Tensor[],
  { eps = 1e-2, tolerance = 1e-2 }: GradcheckOptions,
): Promise<number> {
  let worst = 0;
  const gradients = await analyticGradients(fn, inputs);
  for (const [index, input] of inputs.entries()) {
    if (!input.requiresGrad) continue;
    const gradient = gradients[index];
    if (!gradient) throw new GraphError(`gradcheck: input ${index} ${showShape(input.shape)} received no gradient`);
    const values = await input.data();
    for (let i = 0; i < values.length; i++) {
      const at = async (value: number): Promise<number> => {
        const moved = Float32Array.from(values);
        moved[i] = value;
        const replacement = tensor(input.device, moved, { shape: input.shape });
        try {
          return await objective(fn, inputs.with(index, replacement));
        } finally {
          replacement.dispose();
        }
      };
      const numeric = ((await at(values[i]! + eps)) - (await at(values[i]! - eps))) / (2 * eps);
      const error = Math.abs(gradient[i]! - numeric) / (1 + Math.abs(numeric));
      if (!(error <= tolerance)) {
        throw new GraphError(
          `gradcheck: input ${index} ${showShape(input.shape)}, element ${i}: gradient ${gradient[i]}, finite difference ${numeric}`,
        );
      }
      worst = Math.max(worst, error);
    }
  }
  return worst;
}

/** A fixed, uneven cotangent, so that errors in different outputs cannot cancel. */
function weight(i: number): number {
  return Math.sin(1 + 0.7 * i);
}

/** What `backward()` gives each input; null where nothing arrives. */
async function analyticGradients(
  fn: GradcheckFunction,
  inputs: readonly Tensor[],
): Promise<(ArrayLike<number> | null)[]> {
  const before = inputs.map((input) => input.grad);
  for (const input of inputs) input.grad = null;
  try {
    scope(() => {
      const output = fn(...inputs);
      const weights = Float32Array.from({ length: output.size }, (_, i) => weight(i));
      output.backward(tensor(output.device, weights, { shape: output.shape }));
    });
    return await Promise.all(inputs.map(({ grad }) => grad?.data() ?? null));
  } finally {
    for (const [i, input] of inputs.entries()) {
      if (input.grad !== before[i]) input.grad?.dispose();
      input.grad = before[i]!;
    }
  }
}

/** The number whose gradient is checked. */
async function objective(fn: GradcheckFunction, inputs: readonly Tensor[]): Promise<number> {
  const result = noGrad(() => scope(() => fn(...inputs)));
  try {
    return Array.from(await result.data()).reduce((sum, value, i) => sum + weight(i) * value, 0);
  } finally {
    if (!inputs.includes(result)) result.dispose();
  }
}
