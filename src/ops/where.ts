import whereWgsl from '../../shaders/elementwise/where.wgsl';
import whereStridedWgsl from '../../shaders/elementwise/where_strided.wgsl';
import { record } from '../autograd/record.js';
import { DTypeError } from '../runtime/errors.js';
import { defineKernel } from '../runtime/kernel.js';
import { chunkOf, chunks } from '../tensor/chunks.js';
import { mergeAxes } from '../tensor/copy-strided.js';
import { scope } from '../tensor/scope.js';
import { broadcastShapes, broadcastStrides, sameShape } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import { asTensors } from './elementwise/binary.js';
import { sumTo } from './elementwise/sum-to.js';
import { checkDTypes, commonDevice, dense, type OpRow } from './op.js';

const flatKernel = defineKernel(whereWgsl);
const stridedKernel = defineKernel(whereStridedWgsl);

/**
 * `a` where `condition` (u32) is not 0, else `b`; all three broadcast. The side not taken may be NaN.
 * @throws ShapeError, DTypeError naming the inputs
 */
export function where(condition: Tensor, a: Tensor | number, b: Tensor | number): Tensor {
  return scope(() => {
    const [left, right] = asTensors('where', a, b);
    checkDTypes('where', 'condition', condition, ['u32']);
    checkDTypes('where', 'input', left, ['f32', 'i32', 'u32']);
    if (left.dtype !== right.dtype) {
      throw new DTypeError(`where: inputs are ${left.dtype} and ${right.dtype}; cast() one of them`);
    }
    return record('where', [left, right], select(condition, left, right), {
      save: [condition],
      vjp: (gradient, [saved], needs) => [
        needs[0] ? sumTo(where(saved!, gradient, 0), left.shape) : null,
        needs[1] ? sumTo(where(saved!, 0, gradient), right.shape) : null,
      ],
    });
  });
}

function select(condition: Tensor, a: Tensor, b: Tensor): Tensor {
  const inputs = [condition, a, b] as const;
  const device = commonDevice('where', inputs);
  const shape = broadcastShapes('where', condition.shape, broadcastShapes('where', a.shape, b.shape));
  const output = Tensor.empty(device, shape, a.dtype, 'where');
  if (output.bytes <= device.maxBindingBytes && !inputs.every((input) => sameShape(input.shape, shape))) {
    const sources = inputs.map((input) => dense(input, 'where'));
    const { dims, strides } = mergeAxes(
      shape,
      sources.map((source) => broadcastStrides(source.shape, source.strides, shape)),
    );
    device.dispatch(stridedKernel, {
      bindings: {
        condition: sources[0]!.binding('where'),
        a: sources[1]!.binding('where'),
        b: sources[2]!.binding('where'),
        output: output.binding('where'),
      },
      params: {
        size: output.size,
        rank: dims.length,
        dims,
        condition_strides: strides[0]!,
        a_strides: strides[1]!,
        b_strides: strides[2]!,
      },
      invocations: output.size,
    });
    return output;
  }
  const sources = inputs.map((input) =>
    dense(input.view(shape, broadcastStrides(input.shape, input.strides, shape), input.offset, 'where'), 'where'),
  );
  for (const chunk of chunks(device, output.size)) {
    const size = Math.ceil(chunk.count / 4);
    device.dispatch(flatKernel, {
      bindings: {
        condition: chunkOf(sources[0]!, chunk, 'where'),
        a: chunkOf(sources[1]!, chunk, 'where'),
        b: chunkOf(sources[2]!, chunk, 'where'),
        output: chunkOf(output, chunk, 'where'),
      },
      params: { size },
      invocations: size,
    });
  }
  return output;
}

export const row: OpRow = {
  name: 'where',
  family: 'elementwise',
  summary: 'a where a condition holds, else b, broadcasting',
  dtypes: ['f32', 'i32', 'u32'],
  differentiable: [1, 2],
};
