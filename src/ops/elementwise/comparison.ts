import nanWgsl from '../../../shaders/common/nan_vector.wgsl?raw';
import noNanWgsl from '../../../shaders/common/nan_vector_integer.wgsl?raw';
import { scope } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';
import { asTensors, type BinaryKernels, defineBinary, runBinary } from './binary.js';

/** Declares a comparison of f32, i32 and u32 to u32 0 or 1; `applyWgsl` may ask `nans`. */
export function defineComparison(op: string, applyWgsl: string): BinaryKernels {
  return {
    ...defineBinary(op, [nanWgsl, applyWgsl]),
    ...defineBinary(op, [noNanWgsl, applyWgsl], ['i32', 'u32']),
  };
}

/** Compares with broadcasting. Without gradient. */
export function runComparison(op: string, kernels: BinaryKernels, a: Tensor | number, b: Tensor | number): Tensor {
  return scope(() => runBinary(op, kernels, ...asTensors(op, a, b), 'u32'));
}
