import oneHotWgsl from '../../shaders/movement/one_hot.wgsl';
import { ShapeError } from '../runtime/errors.js';
import { defineKernel } from '../runtime/kernel.js';
import { scope } from '../tensor/scope.js';
import { Tensor } from '../tensor/tensor.js';
import { checkDTypes, dense, type OpRow } from './op.js';

const kernel = defineKernel(oneHotWgsl);

/**
 * A last axis of `classes` that is 1 at the index and 0 elsewhere, in f32; an index outside `0 .. classes - 1` gives zeros.
 * @throws DTypeError unless the indices are i32; ShapeError unless `classes` is a positive integer
 */
export function oneHot(indices: Tensor, classes: number): Tensor {
  checkDTypes('oneHot', 'indices', indices, ['i32']);
  if (!Number.isInteger(classes) || classes < 1) {
    throw new ShapeError(`oneHot: ${classes} is not a number of classes; use an integer from 1`);
  }
  return scope(() => {
    const { device } = indices;
    const y = Tensor.empty(device, [...indices.shape, classes], 'f32', 'oneHot');
    const size = Math.ceil(y.size / 4);
    device.dispatch(kernel, {
      bindings: { indices: dense(indices, 'oneHot').binding('oneHot'), y: y.binding('oneHot') },
      params: { size, count: indices.size, classes },
      invocations: size,
    });
    return y;
  });
}

export const row: OpRow = {
  name: 'oneHot',
  family: 'movement',
  summary: 'i32 classes as rows with a single 1',
  dtypes: ['i32'],
  differentiable: [],
};
