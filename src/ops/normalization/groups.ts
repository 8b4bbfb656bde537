import groupsWgsl from '../../../shaders/normalization/groups.wgsl';
import { noGrad } from '../../autograd/mode.js';
import { record } from '../../autograd/record.js';
import { defineKernel } from '../../runtime/kernel.js';
import { zeros } from '../../tensor/create.js';
import { Tensor } from '../../tensor/tensor.js';
import { add } from '../add.js';
import { div } from '../div.js';
import { mul } from '../mul.js';
import { neg } from '../neg.js';
import { bind, checkDTypes, dense } from '../op.js';
import { squaresAroundMean } from '../reduction/squares-around-mean.js';
import { reshape } from '../reshape.js';
import { rsqrt } from '../rsqrt.js';
import { sub } from '../sub.js';
import { sum } from '../sum.js';

const kernels = { 4: defineKernel(groupsWgsl, 'vector'), 1: defineKernel(groupsWgsl, 'scalar') };

/** A tensor seen as `[outer, groups, inner]`: each group has a mean and a variance of its own. */
export type GroupLayout = readonly [outer: number, groups: number, inner: number];

/** Mean and population variance of each group. */
export interface Moments {
  readonly mean: Tensor;
  readonly variance: Tensor;
  /** How far the true mean is from `mean`, where that is known. Far from 0 the rounding would show in every result. */
  readonly rest?: Tensor;
}

/** The moments that a normalisation by its own input uses, without graph. */
export function momentsOf(x: Tensor, layout: GroupLayout): Moments {
  const [outer, groups, inner] = layout;
  const count = outer * inner;
  return noGrad(() => {
    const { centre, rest, squares } = squaresAroundMean(reshape(x, layout), [0, 2], count);
    const [mean, off, total] = [centre, rest, squares].map((values) => reshape(values, [groups])) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    return { mean, rest: off, variance: div(total, count) };
  });
}

/**
 * `(x - mean) / sqrt(variance + eps) * weight + bias` by groups; weight and bias `[groups]`, or null for 1 and 0. The gradient
 * goes through the moments if they are the input's own. Temporaries belong to the caller's scope.
 */
export function normalizeGroups(
  op: string,
  x: Tensor,
  weight: Tensor | null,
  bias: Tensor | null,
  layout: GroupLayout,
  eps: number,
  moments: Moments & { readonly own: boolean },
): Tensor {
  for (const [name, tensor] of Object.entries({ input: x, weight, bias })) {
    if (tensor) checkDTypes(op, name, tensor, ['f32']);
  }
  const [outer, groups, inner] = layout;
  const source = dense(x, op);
  const { mean: centre, rest, own } = moments;
  const [rate, y] = noGrad(() => {
    const rate = rsqrt(add(moments.variance, eps));
    const slope = weight ? mul(rate, weight) : rate;
    return [
      rate,
      affine(op, source, centre, slope, shifted(bias ?? zeros(x.device, [groups]), slope, rest), layout),
    ] as const;
  });
  const none = zeros(x.device, [groups]);
  const inputs = [x, ...(weight ? [weight] : []), ...(bias ? [bias] : [])];
  return record(op, inputs, y, {
    save: [source, centre, rate, none, rest ?? none, ...(weight ? [weight] : [])],
    vjp: (gradient, [x, centre, rate, none, off, weight], needs) => {
      const rest = off === none ? undefined : off;
      const g = dense(gradient, op);
      const total = (values: Tensor) => sum(reshape(values, layout), { axes: [0, 2] });
      const toBias = total(g);
      const toWeight = total(mul(affine(op, x!, centre!, rate!, shifted(none!, rate!, rest), layout), g));
      const slope = weight ? mul(rate!, weight) : rate!;
      const share = (values: Tensor) => neg(div(mul(slope, values), outer * inner));
      const dx = () => {
        if (!own) return affine(op, g, none!, slope, none!, layout);
        const a = mul(share(toWeight), rate!);
        return affine(op, x!, centre!, a, shifted(share(toBias), a, rest), layout, [g, slope]);
      };
      return [needs[0] ? dx() : null, ...(weight ? [toWeight] : []), ...(bias ? [toBias] : [])];
    },
  });
}

/** What is added to `(x - centre) * a` where the true centre is off by `rest`. */
const shifted = (d: Tensor, a: Tensor, rest: Tensor | undefined): Tensor => (rest ? sub(d, mul(rest, a)) : d);

/** `(x - centre) * a + d` by groups, plus `z * b`. */
function affine(
  op: string,
  x: Tensor,
  centre: Tensor,
  a: Tensor,
  d: Tensor,
  [, groups, inner]: GroupLayout,
  [z, b]: readonly [Tensor, Tensor] = [x, a],
): Tensor {
  const y = Tensor.empty(x.device, x.shape, 'f32', op);
  const lanes = inner % 4 === 0 ? 4 : 1;
  const size = x.size / lanes;
  x.device.dispatch(kernels[lanes], {
    bindings: bind(op, { x, z, centre: dense(centre, op), a, b, d: dense(d, op), y }),
    params: { size, groups, inner: inner / lanes },
    overrides: { PAIR: z !== x },
    invocations: size,
  });
  return y;
}
