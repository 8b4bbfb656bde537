import type { Tensor } from '../tensor/tensor.js';
import type { Module } from './module.js';
import type { Summary } from './summarize.js';

/**
 * Runs a network once, without gradients and in evaluation, and tells what each module made: `${await summary(net, input)}` is a
 * table. What makes it is loaded with the first call.
 */
export async function summary(network: Module, ...inputs: readonly Tensor[]): Promise<Summary> {
  const later = await import('./summarize.js');
  return later.summary(network, inputs);
}
