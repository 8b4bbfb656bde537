import lossWgsl from '../../shaders/loss/binary_cross_entropy_with_logits.wgsl';
import gradientWgsl from '../../shaders/loss/binary_cross_entropy_with_logits_gradient.wgsl';
import { record } from '../autograd/record.js';
import { ShapeError } from '../runtime/errors.js';
import { defineKernel, type Kernel } from '../runtime/kernel.js';
import { checkOptions, type OptionNames } from '../runtime/options.js';
import { chunkOf, chunks } from '../tensor/chunks.js';
import { scope } from '../tensor/scope.js';
import { sameShape, showShape } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import { equal } from './equal.js';
import { mean } from './mean.js';
import { mul } from './mul.js';
import { neg } from './neg.js';
import { checkDTypes, commonDevice, dense, type OpRow } from './op.js';
import { sum } from './sum.js';
import { where } from './where.js';

const OP = 'binaryCrossEntropyWithLogits';
const lossKernel = defineKernel(lossWgsl);
const gradientKernel = defineKernel(gradientWgsl);

export interface BinaryCrossEntropyOptions {
  /** Factor of each element's loss, f32, the shape of the logits; 0 leaves an element out, even NaN. Default 1. */
  readonly weight?: Tensor;
  /** `mean` (default) over all elements, whatever their weights (NaN if there are none), `sum`, or `none`: a loss for each. */
  readonly reduction?: 'mean' | 'sum' | 'none';
}

const NAMES: OptionNames<BinaryCrossEntropyOptions> = { weight: true, reduction: true };

/**
 * Binary cross-entropy of `sigmoid(logits)` with `targets` f32 of the same shape, 0 to 1, as PyTorch defines it, in nats:
 * every element is a yes-or-no question of its own. Stable for logits of any size.
 * @throws ShapeError, DTypeError
 */
export function binaryCrossEntropyWithLogits(
  logits: Tensor,
  targets: Tensor,
  options: BinaryCrossEntropyOptions = {},
): Tensor {
  checkOptions('binaryCrossEntropyWithLogits', options, NAMES);
  const { weight, reduction = 'mean' } = options;
  check(logits, 'logits', logits);
  check(targets, 'targets', logits);
  if (weight) check(weight, 'weight', logits);
  return scope(() => {
    const losses = elements(logits, targets, weight);
    if (reduction === 'none') return losses;
    return reduction === 'sum' ? sum(losses) : mean(losses);
  });
}

/** The loss of each element, with its gradient rule. */
function elements(logits: Tensor, targets: Tensor, weight: Tensor | undefined): Tensor {
  const inputs = weight ? [logits, targets, weight] : [logits, targets];
  const sources = inputs.map((input) => dense(input, OP));
  return record(OP, inputs, run(lossKernel, 'losses', sources), {
    save: sources,
    vjp: (gradient, saved, needs) => {
      const [x, t, w] = saved as [Tensor, Tensor, Tensor?];
      const up = dense(gradient, OP);
      return [
        needs[0] ? run(gradientKernel, 'dx', [x, t, ...(w ? [w] : [])], up) : null,
        needs[1] ? targetGradient(x, up, w) : null,
        needs[2] ? mul(up, run(lossKernel, 'losses', [x, t])) : null,
      ];
    },
  });
}

/** `-x` times the gradient and the weight; 0 where the weight is 0. */
function targetGradient(x: Tensor, up: Tensor, weight: Tensor | undefined): Tensor {
  if (!weight) return neg(mul(x, up));
  return where(equal(weight, 0), 0, neg(mul(x, mul(up, weight))));
}

/** Dispatches a kernel over dense inputs: logits, targets and perhaps weights. */
function run(kernel: Kernel, name: 'losses' | 'dx', inputs: readonly Tensor[], gradient?: Tensor): Tensor {
  const device = commonDevice(OP, inputs);
  const [logits, targets, weight] = inputs as [Tensor, Tensor, Tensor?];
  const output = Tensor.empty(device, logits.shape, 'f32', OP);
  for (const chunk of chunks(device, output.size)) {
    const size = Math.ceil(chunk.count / 4);
    device.dispatch(kernel, {
      bindings: {
        logits: chunkOf(logits, chunk, OP),
        targets: chunkOf(targets, chunk, OP),
        // Something must be bound; without weights it is not looked at.
        weight: chunkOf(weight ?? logits, chunk, OP),
        ...(gradient && { gradient: chunkOf(gradient, chunk, OP) }),
        [name]: chunkOf(output, chunk, OP),
      },
      params: { size, weighted: weight !== undefined },
      invocations: size,
    });
  }
  return output;
}

function check(tensor: Tensor, argument: string, logits: Tensor): void {
  checkDTypes(OP, argument, tensor, ['f32']);
  if (!sameShape(tensor.shape, logits.shape)) {
    throw new ShapeError(
      `${OP}: ${argument} ${showShape(tensor.shape)} do not match logits ${showShape(logits.shape)}; give one number a logit`,
    );
  }
}

export const row: OpRow = {
  name: OP,
  family: 'loss',
  summary: 'sigmoid and binary cross-entropy of targets 0 to 1, fused; weighted on request',
  dtypes: ['f32'],
  differentiable: [0, 1, 2],
};
