import { scope } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';
import { asTensors, type BinaryKernels, runBinary } from './binary.js';

/** Compares with broadcasting. Without gradient. */
export function runComparison(op: string, kernels: BinaryKernels, a: Tensor | number, b: Tensor | number): Tensor {
  return scope(() => runBinary(op, kernels, ...asTensors(op, a, b), 'u32'));
}
