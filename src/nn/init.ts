import type { Device } from '../runtime/device.js';
import { full } from '../tensor/create.js';
import type { Generator } from '../tensor/generator.js';
import { rand, randn } from '../tensor/random.js';
import { type Shape, sizeOf } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** Makes a fresh parameter. */
export type Initializer = (device: Device, shape: Shape, generator: Generator) => Tensor;

/** Inputs that one output sums over: everything but the first axis of `[out, in, …]`. */
export function fanIn(shape: Shape): number {
  return sizeOf(shape.slice(1));
}

/** N(mean, std); the paper's nets use std 0.01. */
export const normal =
  (std: number, mean = 0): Initializer =>
  (device, shape, generator) =>
    randn(device, shape, { ...generator.take(sizeOf(shape)), mean, std });

/** U(low, high). */
export const uniform =
  (low: number, high: number): Initializer =>
  (device, shape, generator) =>
    rand(device, shape, { ...generator.take(sizeOf(shape)), low, high });

/** Every element the same. */
export const constant =
  (value: number): Initializer =>
  (device, shape) =>
    full(device, shape, value);

/** N(0, sqrt(2 / fan-in)): keeps the variance through ReLU layers (He et al. 2015). */
export const kaimingNormal: Initializer = (device, shape, generator) =>
  normal(Math.sqrt(2 / fanIn(shape)))(device, shape, generator);

/** PyTorch's default for weights and biases of Conv2d and Linear: U(-1, 1) / sqrt(fan-in) of the weight. */
export const uniformFanIn =
  (inputs: number): Initializer =>
  (device, shape, generator) =>
    uniform(-1 / Math.sqrt(inputs), 1 / Math.sqrt(inputs))(device, shape, generator);
