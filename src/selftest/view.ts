/** Views of reference arrays: the same steps that the device's tensors take, done by copying. */
import type { ViewStep } from './case.js';
import { slice } from './reference/movement.js';
import { at, build, type NdArray, nd } from './reference/nd.js';

function permute(x: NdArray, order: readonly number[]): NdArray {
  return build(
    order.map((axis) => x.shape[axis]!),
    (index) => {
      const source = new Array<number>(order.length);
      order.forEach((axis, i) => {
        source[axis] = index[i]!;
      });
      return at(x, source);
    },
    x.dtype,
  );
}

function expand(x: NdArray, shape: readonly number[]): NdArray {
  const lead = shape.length - x.shape.length;
  return build(
    shape,
    (index) =>
      at(
        x,
        x.shape.map((n, axis) => (n === 1 ? 0 : index[lead + axis]!)),
      ),
    x.dtype,
  );
}

function takeStep(x: NdArray, step: ViewStep): NdArray {
  if ('permute' in step) return permute(x, step.permute);
  if ('slice' in step) return slice(x, step.slice);
  if ('expand' in step) return expand(x, step.expand);
  if ('reshape' in step) return nd(step.reshape, x.data, x.dtype);
  const [a, b] = step.transpose;
  const order = x.shape.map((_, axis) => axis);
  return permute(x, order.with(a, b).with(b, a));
}

/** What the op sees of a base array. */
export function viewOf(base: NdArray, steps: readonly ViewStep[] = []): NdArray {
  return steps.reduce(takeStep, base);
}

/** The gradient to the base, from the gradient to its view: every view element's share is added to where it came from. */
export function pullBack(
  viewGradient: NdArray,
  baseShape: readonly number[],
  steps: readonly ViewStep[] = [],
): NdArray {
  const positions = nd(baseShape);
  positions.data.forEach((_, i) => {
    positions.data[i] = i;
  });
  const out = nd(baseShape);
  viewOf(positions, steps).data.forEach((source, i) => {
    out.data[source]! += viewGradient.data[i]!;
  });
  return out;
}
