/** Binary cross-entropy of logits: a yes-or-no question for every element. */
import { type NdArray, nd } from './nd.js';

export interface BinaryCrossEntropyAttrs {
  reduction?: 'mean' | 'sum' | 'none';
}

/** -t log s(x) - (1 - t) log(1 - s(x)) with -log s(x) = log(1 + e^-x), by the side on which e^x cannot overflow. */
function element(x: number, t: number): number {
  const tail = Math.log1p(Math.exp(-Math.abs(x)));
  const [yes, no] = x < 0 ? [tail - x, tail] : [tail, tail + x];
  return share(t, yes) + share(1 - t, no);
}

/** A part of a loss; no part of an infinite one is nothing. */
const share = (part: number, loss: number): number => (part === 0 && !Number.isNaN(loss) ? 0 : part * loss);

/** Weight 0 leaves an element out, whatever it is. */
const weighted = (weight: number, value: number): number => (weight === 0 ? 0 : weight * value);

const weightOf = (weight: NdArray | undefined, i: number): number => weight?.data[i] ?? 1;

/** PyTorch's definition; the mean is over all elements, whatever their weights, and NaN over none. */
export function binaryCrossEntropy(
  logits: NdArray,
  targets: NdArray,
  weight: NdArray | undefined,
  { reduction = 'mean' }: BinaryCrossEntropyAttrs = {},
): NdArray {
  const losses = Array.from(logits.data, (x, i) => weighted(weightOf(weight, i), element(x, targets.data[i]!)));
  if (reduction === 'none') return nd(logits.shape, losses);
  const total = losses.reduce((a, b) => a + b, 0);
  return nd([], [reduction === 'sum' ? total : total / losses.length]);
}

/** Gradients to logits, targets and, where there are some, weights. */
export function binaryCrossEntropyVjp(
  logits: NdArray,
  targets: NdArray,
  weight: NdArray | undefined,
  g: NdArray,
  { reduction = 'mean' }: BinaryCrossEntropyAttrs = {},
): NdArray[] {
  const { shape, data } = logits;
  const up = (i: number): number =>
    reduction === 'none' ? g.data[i]! : g.data[0]! / (reduction === 'mean' ? data.length : 1);
  const each = (f: (x: number, t: number, w: number) => number): NdArray =>
    nd(
      shape,
      Array.from(data, (x, i) => up(i) * f(x, targets.data[i]!, weightOf(weight, i))),
    );
  const toLogits = each((x, t, w) => weighted(w, 1 / (1 + Math.exp(-x)) - t));
  const toTargets = each((x, _, w) => weighted(w, -x));
  return weight ? [toLogits, toTargets, each(element)] : [toLogits, toTargets];
}
