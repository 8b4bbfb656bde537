/** What the self-test knows of an op: its float64 reference, its gradient where that needs saying, its cases. */
import { baseOf, flushed, generator, type OpCase, type Tolerance } from './case.js';
import { finiteDifference } from './finite-difference.js';
import { halfOf } from './reference/half.js';
import { type NdArray, nd } from './reference/nd.js';
import { pullBack, viewOf } from './view.js';

export type Attrs = Record<string, unknown>;

export interface OpSpec {
  op: string;
  /** One array, or several where the op returns several; the first is the one that has a gradient. */
  reference: (inputs: NdArray[], attrs: Attrs) => NdArray | NdArray[];
  /** Gradients to the inputs from the gradient of the first output; integer inputs may be left out at the end. */
  vjp?: (inputs: NdArray[], cotangent: NdArray, attrs: Attrs) => NdArray[];
  tolerance: Tolerance;
  cases: readonly OpCase[];
}

/** All that a device's answer is compared with. */
export interface Expectation {
  /** The base tensors, before `view`. */
  bases: NdArray[];
  outputs: NdArray[];
  /** The weights of the loss sum(output * cotangent); null where the case has no gradient. */
  cotangent: NdArray | null;
  /** Gradient to each base; null for integers. */
  gradients: (NdArray | null)[];
  /** What is right as well, where an adapter flushes denormals. */
  flushed?: Pick<Expectation, 'outputs' | 'gradients'>;
}

const COTANGENT_SEED = 0x5bb;

function cotangentOf(output: NdArray): NdArray {
  const next = generator(COTANGENT_SEED);
  return nd(
    output.shape,
    Array.from(output.data, () => Math.fround(2 * next() - 1)),
  );
}

/** The array as its dtype can hold it: above all, float64 values beyond float32 become infinite. */
function representable(x: NdArray): NdArray {
  if (!isFloat(x)) return x;
  return { ...x, data: x.data.map(x.dtype === 'f16' ? halfOf : Math.fround) };
}

/** What a gradient flows to; it is f32 itself. */
export const isFloat = ({ dtype }: Pick<NdArray, 'dtype'>): boolean => dtype === 'f32' || dtype === 'f16';
const gradientOf = (x: NdArray): NdArray => representable({ ...x, dtype: 'f32' });

/** Runs the reference of a case: outputs, and gradients from finite differences or from the explicit vjp. */
export function expectationOf(spec: OpSpec, opCase: OpCase): Expectation {
  const bases = opCase.inputs.map(baseOf);
  const expectation = expectationAt(spec, opCase, bases);
  return opCase.special ? { ...expectation, flushed: expectationAt(spec, opCase, bases.map(flushed)) } : expectation;
}

function expectationAt(spec: OpSpec, opCase: OpCase, bases: NdArray[]): Expectation {
  const views = bases.map((base, i) => viewOf(base, opCase.inputs[i]!.view));
  const run = (inputs: NdArray[]) => [spec.reference(inputs, opCase.attrs)].flat();
  const outputs = run(views).map(representable);
  if (opCase.gradient === 'none') return { bases, outputs, cotangent: null, gradients: bases.map(() => null) };

  const cotangent = cotangentOf(outputs[0]!);
  if (opCase.gradient === 'reference') {
    if (!spec.vjp) throw new Error(`selftest: ${spec.op} has no reference gradient for the case "${opCase.name}"`);
    const toViews = spec.vjp(views, cotangent, opCase.attrs);
    const gradients = bases.map((base, i) =>
      isFloat(base) && toViews[i] ? gradientOf(pullBack(toViews[i], base.shape, opCase.inputs[i]!.view)) : null,
    );
    return { bases, outputs, cotangent, gradients };
  }
  const gradients = bases.map((base, i) => {
    if (!isFloat(base)) return null;
    const f = (moved: NdArray) => run(views.with(i, viewOf(moved, opCase.inputs[i]!.view)))[0]!;
    return gradientOf(finiteDifference(f, base, cotangent));
  });
  return { bases, outputs, cotangent, gradients };
}
