import dropoutWgsl from '../../shaders/random/dropout.wgsl';
import { record } from '../autograd/record.js';
import { defineKernel } from '../runtime/kernel.js';
import { type OptionNames, requireOptions } from '../runtime/options.js';
import { chunkOf, chunks } from '../tensor/chunks.js';
import { streamParams, threshold24 } from '../tensor/random.js';
import { scope } from '../tensor/scope.js';
import { Tensor } from '../tensor/tensor.js';
import { checkDTypes, dense, type OpRow } from './op.js';

const kernel = defineKernel(dropoutWgsl);

export interface DropoutOptions {
  /** Probability of dropping an element, in steps of 2^-24. Default 0.5. */
  readonly p?: number;
  /** The random stream; see `Generator`. */
  readonly seed: number;
  /** Philox blocks of four numbers to skip. Default 0. */
  readonly offset?: number;
  /** False: the input passes unchanged. Default true. */
  readonly training?: boolean;
}

const NAMES: OptionNames<DropoutOptions> = { p: true, seed: true, offset: true, training: true };

/**
 * Inverted dropout (Srivastava et al. 2014): elements are dropped with probability `p`, the others multiplied by
 * `1 / (1 - p)`. Nothing is saved for the gradient: its mask comes from the same seed and offset. f32.
 * @throws SppgpuError for a probability outside 0 to 1, or a seed or offset that is not a whole number
 */
export function dropout(x: Tensor, options: DropoutOptions): Tensor {
  requireOptions('dropout', options, NAMES);
  const { p = 0.5, training = true, ...stream } = options;
  checkDTypes('dropout', 'input', x, ['f32']);
  const threshold = threshold24('dropout', p);
  const scale = p < 1 ? 1 / (1 - p) : 0;
  streamParams('dropout', stream);

  const mask = (input: Tensor): Tensor => {
    const { device } = input;
    const source = dense(input, 'dropout');
    const y = Tensor.empty(device, input.shape, 'f32', 'dropout');
    for (const chunk of chunks(device, y.size)) {
      const size = Math.ceil(chunk.count / 4);
      device.dispatch(kernel, {
        bindings: { x: chunkOf(source, chunk, 'dropout'), y: chunkOf(y, chunk, 'dropout') },
        params: { size, threshold, scale, ...streamParams('dropout', stream, chunk.start) },
        invocations: size,
      });
    }
    return y;
  };

  return scope(() =>
    training
      ? record('dropout', [x], mask(x), { vjp: (gradient) => [mask(gradient)] })
      : record('dropout', [x], x.detach(), { vjp: (gradient) => [gradient] }),
  );
}

export const row: OpRow = {
  name: 'dropout',
  family: 'random',
  summary: 'random elements set to 0 and the others scaled; the mask is never stored',
  dtypes: ['f32'],
  differentiable: [0],
};
