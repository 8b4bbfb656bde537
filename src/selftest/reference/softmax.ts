/** Softmax, its logarithm, and cross-entropy with integer labels. */
import { at, build, map, type NdArray, nd, stridesOf, wrapAxis } from './nd.js';

/** `f` of the numbers of every line along `axis`; it is also told their flat places. */
function alongLines(x: NdArray, axis: number, f: (line: number[], places: number[]) => number[]): NdArray {
  const out = nd(x.shape);
  const length = x.shape[wrapAxis(axis, x.shape.length)]!;
  const step = stridesOf(x.shape)[wrapAxis(axis, x.shape.length)]!;
  for (let start = 0; start < x.data.length; start++) {
    if (Math.floor(start / step) % length !== 0) continue;
    const places = Array.from({ length }, (_, k) => start + k * step);
    const line = f(
      places.map((place) => x.data[place]!),
      places,
    );
    places.forEach((place, k) => {
      out.data[place] = line[k]!;
    });
  }
  return out;
}

/** x - log(sum(exp(x))) along `axis`, shifted by the maximum so that nothing overflows. */
export function logSoftmax(x: NdArray, axis = -1): NdArray {
  return alongLines(x, axis, (line) => {
    const top = Math.max(...line);
    const logSum = Math.log(line.reduce((sum, v) => sum + Math.exp(v - top), 0));
    return line.map((v) => v - top - logSum);
  });
}

export const softmax = (x: NdArray, axis = -1) => map(logSoftmax(x, axis), Math.exp);

export interface CrossEntropyAttrs {
  ignoreIndex?: number;
  reduction?: 'mean' | 'sum' | 'none';
  labelSmoothing?: number;
}

/**
 * PyTorch's definition: (1 - s) * -log p[label] + s / C * sum over classes of -log p. Rows whose label is `ignoreIndex`
 * give 0 and are not counted; the mean over no rows is NaN, and so is the loss of a label that is not a class.
 */
export function crossEntropy(logits: NdArray, labels: NdArray, attrs: CrossEntropyAttrs = {}): NdArray {
  const { ignoreIndex = -100, reduction = 'mean', labelSmoothing = 0 } = attrs;
  const [rows, classes] = logits.shape as [number, number];
  const logP = logSoftmax(logits);
  const losses = Array.from({ length: rows }, (_, row) => {
    const label = labels.data[row]!;
    if (label === ignoreIndex) return 0;
    if (label < 0 || label >= classes) return Number.NaN;
    let loss = labelSmoothing === 1 ? 0 : -(1 - labelSmoothing) * at(logP, [row, label]);
    if (labelSmoothing > 0) {
      for (let c = 0; c < classes; c++) loss -= (labelSmoothing / classes) * at(logP, [row, c]);
    }
    return loss;
  });
  if (reduction === 'none') return nd([rows], losses);
  const total = losses.reduce((a, b) => a + b, 0);
  return nd([], [reduction === 'sum' ? total : total / labels.data.filter((label) => label !== ignoreIndex).length]);
}

/** Gradient of softmax or log-softmax along `axis`. */
export function normalisedVjp(kind: 'softmax' | 'logSoftmax', x: NdArray, g: NdArray, axis = -1): NdArray {
  return alongLines(softmax(x, axis), axis, (p, places) => {
    const up = places.map((place) => g.data[place]!);
    const mixed = up.reduce((sum, v, k) => sum + v * (kind === 'softmax' ? p[k]! : 1), 0);
    return p.map((v, k) => (kind === 'softmax' ? v * (up[k]! - mixed) : up[k]! - v * mixed));
  });
}

/** Gradient of the cross-entropy to the logits: p minus the smoothed one-hot label, for rows that count. */
export function crossEntropyVjp(logits: NdArray, labels: NdArray, g: NdArray, attrs: CrossEntropyAttrs = {}): NdArray {
  const { ignoreIndex = -100, reduction = 'mean', labelSmoothing = 0 } = attrs;
  const classes = logits.shape[1]!;
  const counted = labels.data.filter((label) => label !== ignoreIndex).length;
  const p = softmax(logits);
  return build(logits.shape, (index) => {
    const [row, column] = index as [number, number];
    const label = labels.data[row]!;
    if (label === ignoreIndex) return 0;
    const target = (1 - labelSmoothing) * Number(column === label) + labelSmoothing / classes;
    const up = reduction === 'none' ? g.data[row]! : g.data[0]! / (reduction === 'mean' ? counted : 1);
    return up * (at(p, index) - target);
  });
}
