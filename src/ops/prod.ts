import productWgsl from '../../shaders/reduction/product.wgsl';
import gradientWgsl from '../../shaders/reduction/product_gradient.wgsl';
import { record } from '../autograd/record.js';
import { defineKernel } from '../runtime/kernel.js';
import { checkOptions } from '../runtime/options.js';
import { scope } from '../tensor/scope.js';
import { Tensor } from '../tensor/tensor.js';
import type { ComputeType } from './elementwise/unary.js';
import { checkDTypes, dense, type OpRow } from './op.js';
import { type Pass, planReduction, REDUCTION_NAMES, type ReductionOptions } from './reduction/axes.js';
import { reshape } from './reshape.js';

const KERNELS = {
  f32: defineKernel(productWgsl, 'f32'),
  i32: defineKernel(productWgsl, 'i32'),
  u32: defineKernel(productWgsl, 'u32'),
};
const gradientKernel = defineKernel(gradientWgsl);

/**
 * The product over axes (all by default); 1 over no elements. f32, i32 or u32; integers wrap around at 32 bits. The gradient
 * is right where elements are 0. An invocation works on a whole line: long ones are slow.
 * @throws ShapeError for an axis out of range or named twice
 */
export function prod(x: Tensor, options: ReductionOptions = {}): Tensor {
  checkOptions('prod', options, REDUCTION_NAMES);
  checkDTypes('prod', 'input', x, ['f32', 'i32', 'u32']);
  const plan = planReduction('prod', x.shape, options);
  return scope(() => reshape(plan.passes.reduce(product, x), plan.shape));
}

function product(x: Tensor, { outer, n, inner }: Pass): Tensor {
  const { device, shape } = x;
  const source = dense(x, 'prod');
  const y = Tensor.empty(device, [outer, inner], x.dtype, 'prod');
  const dispatch = { params: { size: y.size, n, inner }, invocations: y.size };
  device.dispatch(KERNELS[x.dtype as ComputeType], {
    bindings: { x: source.binding('prod'), y: y.binding('prod') },
    ...dispatch,
  });
  return record('prod', [x], y, {
    save: [source],
    vjp: (gradient, [saved]) => {
      const dx = Tensor.empty(device, shape, 'f32', 'prod');
      device.dispatch(gradientKernel, {
        bindings: {
          x: saved!.binding('prod'),
          gradient: dense(gradient, 'prod').binding('prod'),
          dx: dx.binding('prod'),
        },
        ...dispatch,
      });
      return [dx];
    },
  });
}

export const row: OpRow = {
  name: 'prod',
  family: 'reduction',
  summary: 'product over any axes',
  dtypes: ['f32', 'i32', 'u32'],
  differentiable: [0],
};
