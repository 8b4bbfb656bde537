/** Ops that look at the same memory in another way. */

import type { ViewStep } from '../case.js';
import { viewCases } from '../cases/view.js';
import { wrapAxis } from '../reference/nd.js';
import type { Attrs, OpSpec } from '../spec.js';
import { viewOf } from '../view.js';

/** Numbers are only looked at; the gradient of an expanded element is a sum. */
const COPIED = { forward: 0, gradient: 2e-6 };

function viewSpec(op: string, step: (attrs: Attrs, shape: number[]) => ViewStep): OpSpec {
  return {
    op,
    reference: ([x], attrs) => viewOf(x!, [step(attrs, x!.shape)]),
    tolerance: COPIED,
    cases: viewCases.filter((c) => c.op === op),
  };
}

/** Puts the one dim left open (-1) in. */
function closed(target: number[], shape: number[]): number[] {
  const size = shape.reduce((product, n) => product * n, 1);
  const known = target.reduce((product, n) => (n === -1 ? product : product * n), 1);
  return target.map((n) => (n === -1 ? size / known : n));
}

export const viewSpecs: OpSpec[] = [
  viewSpec('reshape', (attrs, shape) => ({ reshape: closed(attrs.shape as number[], shape) })),
  viewSpec('transpose', (attrs, shape) => {
    const [a, b] = attrs.axes as [number, number];
    return { transpose: [wrapAxis(a, shape.length), wrapAxis(b, shape.length)] };
  }),
  viewSpec('permute', (attrs) => ({ permute: attrs.order as number[] })),
  viewSpec('expand', (attrs) => ({ expand: attrs.shape as number[] })),
];
