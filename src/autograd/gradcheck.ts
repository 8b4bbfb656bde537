import { checkOptions, type OptionNames } from '../runtime/options.js';
import type { Tensor } from '../tensor/tensor.js';
import type { GradcheckFunction, GradcheckOptions } from './finite-differences.js';

const NAMES: OptionNames<GradcheckOptions> = { eps: true, tolerance: true };

/**
 * Compares gradients of `fn` with central finite differences, on the device, in f32.
 * `fn` is called twice per element of every input that requires a gradient: keep the inputs small.
 * The inputs' own `grad` stays as it is.
 * @returns the largest relative error
 * @throws GraphError naming the input and element beyond the tolerance.
 */
export async function gradcheck(
  fn: GradcheckFunction,
  inputs: readonly Tensor[],
  options: GradcheckOptions = {},
): Promise<number> {
  checkOptions('gradcheck', options, NAMES);
  const later = await import('./finite-differences.js');
  return later.gradcheck(fn, inputs, options);
}
