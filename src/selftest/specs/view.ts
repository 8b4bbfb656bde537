/** Ops that look at the same memory in another way. */

import type { ViewStep } from '../case.js';
import { viewCases } from '../cases/view.js';
import { sizeOf, wrapAxis } from '../reference/nd.js';
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
  const known = sizeOf(target.filter((n) => n !== -1));
  return target.map((n) => (n === -1 ? sizeOf(shape) / known : n));
}

export const viewSpecs: OpSpec[] = [
  viewSpec('reshape', (attrs, shape) => ({ reshape: closed(attrs.shape as number[], shape) })),
  viewSpec('transpose', (attrs, shape) => {
    const [a, b] = attrs.axes as [number, number];
    return { transpose: [wrapAxis(a, shape.length), wrapAxis(b, shape.length)] };
  }),
  viewSpec('permute', (attrs) => ({ permute: attrs.order as number[] })),
  viewSpec('expand', (attrs) => ({ expand: attrs.shape as number[] })),
  viewSpec('flatten', ({ start = 0, end = -1 }, shape) => {
    if (shape.length === 0) return { reshape: [1] };
    const [from, to] = [wrapAxis(start as number, shape.length), wrapAxis(end as number, shape.length)];
    return { reshape: [...shape.slice(0, from), sizeOf(shape.slice(from, to + 1)), ...shape.slice(to + 1)] };
  }),
  viewSpec('squeeze', ({ axes }, shape) => {
    const chosen = axes === undefined ? shape.map((_, axis) => axis) : [axes as number | number[]].flat();
    const dropped = chosen.map((axis) => wrapAxis(axis, shape.length)).filter((axis) => shape[axis] === 1);
    return { reshape: shape.filter((_, axis) => !dropped.includes(axis)) };
  }),
  viewSpec('unsqueeze', ({ axis }, shape) => ({
    reshape: shape.toSpliced(wrapAxis(axis as number, shape.length + 1), 0, 1),
  })),
];
