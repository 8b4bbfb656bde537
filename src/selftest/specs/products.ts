/** Matrix products and convolutions. */

import { convTranspose2dCases } from '../cases/conv-transpose2d.js';
import { conv2dCases } from '../cases/conv2d.js';
import { einsumCases } from '../cases/einsum.js';
import { linearCases } from '../cases/linear.js';
import { matmulCases } from '../cases/matmul.js';
import { convTranspose2d } from '../reference/conv-transpose2d.js';
import { conv2d, conv2dVjp } from '../reference/conv2d.js';
import { einsum } from '../reference/einsum.js';
import { halfOf } from '../reference/half.js';
import { linear, linearVjp } from '../reference/linear.js';
import { matmul, matmulVjp } from '../reference/matmul.js';
import { map } from '../reference/nd.js';
import type { OpSpec } from '../spec.js';

/** Sums of up to a thousand products in an order of the kernel's own choice. */
const LONG_SUMS = { forward: 2e-5, gradient: 2e-5 };

/** Of f16 operands the gradients come from the gradient of the result rounded to f16; that of the bias does not. */
function rounded(vjp: NonNullable<OpSpec['vjp']>): NonNullable<OpSpec['vjp']> {
  return (inputs, g, attrs) => {
    const exact = vjp(inputs, g, attrs);
    return inputs[0]!.dtype === 'f16' ? [...vjp(inputs, map(g, halfOf), attrs).slice(0, 2), ...exact.slice(2)] : exact;
  };
}

export const productSpecs: OpSpec[] = [
  {
    op: 'matmul',
    reference: ([a, b, bias], attrs) => matmul(a!, b!, bias ?? null, attrs),
    vjp: rounded(([a, b, bias], g, attrs) => matmulVjp(a!, b!, bias ?? null, g, attrs)),
    tolerance: LONG_SUMS,
    cases: matmulCases,
  },
  {
    op: 'linear',
    reference: ([x, w, b], attrs) => linear(x!, w!, b ?? null, attrs),
    vjp: rounded(([x, w, b], g, attrs) => linearVjp(x!, w!, b ?? null, g, attrs)),
    tolerance: LONG_SUMS,
    cases: linearCases,
  },
  {
    op: 'einsum',
    reference: (xs, { equation }) => einsum(xs, equation as string),
    tolerance: LONG_SUMS,
    cases: einsumCases,
  },
  {
    op: 'conv2d',
    reference: ([x, w, bias], attrs) => conv2d(x!, w!, bias ?? null, attrs),
    vjp: rounded(([x, w, bias], g, attrs) => conv2dVjp(x!, w!, bias ?? null, g, attrs)),
    tolerance: LONG_SUMS,
    cases: conv2dCases,
  },
  {
    op: 'convTranspose2d',
    reference: ([x, w, bias], attrs) => convTranspose2d(x!, w!, bias ?? null, attrs),
    tolerance: LONG_SUMS,
    cases: convTranspose2dCases,
  },
];
