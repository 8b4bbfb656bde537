/**
 * Cross-correlation of NCHW maps in float64. Loops over whole rows, since benchmarks ask for large maps; every element is
 * still summed in the order of its definition (`conv2d-elements.ts`).
 */
import { type NdArray, nd, pair } from './nd.js';

export interface Conv2dAttrs {
  stride?: number | readonly number[];
  padding?: number | readonly number[];
  dilation?: number | readonly number[];
  groups?: number;
  activation?: 'none' | 'relu';
}

/** floor((size + 2 padding - dilation (kernel - 1) - 1) / stride) + 1 on each axis. */
export function outputShape(x: NdArray, w: NdArray, attrs: Conv2dAttrs): [number, number, number, number] {
  const cells = (axis: 0 | 1) => {
    const span = pair(attrs.dilation ?? 1)[axis] * (w.shape[2 + axis]! - 1) + 1;
    return (
      Math.floor((x.shape[2 + axis]! + 2 * pair(attrs.padding ?? 0)[axis] - span) / pair(attrs.stride ?? 1)[axis]) + 1
    );
  };
  return [x.shape[0]!, w.shape[0]!, cells(0), cells(1)];
}

/** What one tap of a kernel joins on one axis: output cells `from` to `to` (exclusive), the first of them with `input`. */
interface Reach {
  readonly from: number;
  readonly to: number;
  readonly input: number;
}

/** The reach of every tap of an axis. */
function reaches(
  taps: number,
  size: number,
  count: number,
  stride: number,
  padding: number,
  dilation: number,
): Reach[] {
  return Array.from({ length: taps }, (_, tap) => {
    const shift = tap * dilation - padding;
    const from = Math.max(0, Math.ceil(-shift / stride));
    const to = Math.min(count, Math.floor((size - 1 - shift) / stride) + 1);
    return { from, to, input: from * stride + shift };
  });
}

/** One weight and the two planes it joins, as flat positions. */
interface Tap {
  readonly weight: number;
  /** Start of the plane of x. */
  readonly plane: number;
  /** Start of the plane of the output. */
  readonly up: number;
  readonly rows: Reach;
  readonly columns: Reach;
}

/** The sizes of a convolution, and the order in which its taps are visited. */
function planOf(x: NdArray, w: NdArray, attrs: Conv2dAttrs) {
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  const [outChannels, groupChannels, kernelHeight, kernelWidth] = w.shape as [number, number, number, number];
  const shape = outputShape(x, w, attrs);
  const [, , outHeight, outWidth] = shape;
  const [strideY, strideX] = pair(attrs.stride ?? 1);
  const [padY, padX] = pair(attrs.padding ?? 0);
  const [dilationY, dilationX] = pair(attrs.dilation ?? 1);
  const groupSize = outChannels / (attrs.groups ?? 1);
  const rows = reaches(kernelHeight, height, outHeight, strideY, padY, dilationY);
  const columns = reaches(kernelWidth, width, outWidth, strideX, padX, dilationX);
  /** Channel, row, column of a kernel, for every image and filter. */
  const tap = (n: number, o: number, c: number, i: number, j: number): Tap => ({
    weight: ((o * groupChannels + c) * kernelHeight + i) * kernelWidth + j,
    plane: (n * channels + Math.floor(o / groupSize) * groupChannels + c) * height * width,
    up: (n * outChannels + o) * outHeight * outWidth,
    rows: rows[i]!,
    columns: columns[j]!,
  });
  return {
    shape,
    batch,
    outChannels,
    outArea: outHeight * outWidth,
    sizes: { width, outWidth, strideY, strideX },
    groups: outChannels / groupSize,
    groupSize,
    groupChannels,
    kernelHeight,
    kernelWidth,
    tap,
  };
}

type Sizes = ReturnType<typeof planOf>['sizes'];

/** The output cells that a tap reaches, row by row: cells `first` up to `end`, whose inputs begin at `line`. */
function eachRow(
  { plane, up, rows, columns }: Tap,
  sizes: Sizes,
  visit: (first: number, end: number, line: number) => void,
) {
  const { width, outWidth, strideY } = sizes;
  const length = columns.to - columns.from;
  let line = plane + rows.input * width + columns.input;
  for (let row = rows.from; row < rows.to; row++, line += strideY * width) {
    const first = up + row * outWidth + columns.from;
    visit(first, first + length, line);
  }
}

/** y += weight * x over all output cells that the tap reaches. */
function addProducts(y: Float64Array, x: Float64Array, weight: number, tap: Tap, sizes: Sizes): void {
  const { strideX } = sizes;
  eachRow(tap, sizes, (first, end, line) => {
    for (let i = first, from = line; i < end; i++, from += strideX) y[i]! += x[from]! * weight;
  });
}

/** dx += weight * g: the same cells, the other way. */
function spreadProducts(dx: Float64Array, g: Float64Array, weight: number, tap: Tap, sizes: Sizes): void {
  const { strideX } = sizes;
  eachRow(tap, sizes, (first, end, line) => {
    for (let i = first, to = line; i < end; i++, to += strideX) dx[to]! += g[i]! * weight;
  });
}

/** `sum` plus the products of g and x over the same cells. */
function sumProducts(sum: number, g: Float64Array, x: Float64Array, tap: Tap, sizes: Sizes): number {
  const { strideX } = sizes;
  eachRow(tap, sizes, (first, end, line) => {
    for (let i = first, from = line; i < end; i++, from += strideX) sum += g[i]! * x[from]!;
  });
  return sum;
}

/** x[N,C,H,W] with w[O,C/groups,KH,KW], plus bias[O], through ReLU on request. */
export function conv2d(x: NdArray, w: NdArray, bias: NdArray | null, attrs: Conv2dAttrs = {}): NdArray {
  const plan = planOf(x, w, attrs);
  const { data, ...rest } = nd(plan.shape);
  for (let n = 0; n < plan.batch; n++)
    for (let o = 0; o < plan.outChannels; o++) {
      const start = (n * plan.outChannels + o) * plan.outArea;
      if (bias) data.fill(bias.data[o]!, start, start + plan.outArea);
      for (let c = 0; c < plan.groupChannels; c++)
        for (let i = 0; i < plan.kernelHeight; i++)
          for (let j = 0; j < plan.kernelWidth; j++) {
            const tap = plan.tap(n, o, c, i, j);
            addProducts(data, x.data, w.data[tap.weight]!, tap, plan.sizes);
          }
    }
  return { ...rest, data: attrs.activation === 'relu' ? data.map((v) => Math.max(v, 0)) : data };
}

/** Gradient to the maps. `g` is the gradient before the activation. */
export function conv2dInputGradient(x: NdArray, w: NdArray, g: NdArray, attrs: Conv2dAttrs = {}): NdArray {
  const plan = planOf(x, w, attrs);
  const dx = nd(x.shape);
  for (let n = 0; n < plan.batch; n++)
    for (let group = 0; group < plan.groups; group++)
      for (let c = 0; c < plan.groupChannels; c++)
        for (let i = 0; i < plan.kernelHeight; i++)
          for (let j = 0; j < plan.kernelWidth; j++)
            for (let o = group * plan.groupSize; o < (group + 1) * plan.groupSize; o++) {
              const tap = plan.tap(n, o, c, i, j);
              spreadProducts(dx.data, g.data, w.data[tap.weight]!, tap, plan.sizes);
            }
  return dx;
}

/** Gradients to the filters and to the bias. `g` is the gradient before the activation. */
export function conv2dWeightGradients(x: NdArray, w: NdArray, g: NdArray, attrs: Conv2dAttrs = {}): [NdArray, NdArray] {
  const plan = planOf(x, w, attrs);
  const [dw, db] = [nd(w.shape), nd([plan.outChannels])];
  for (let o = 0; o < plan.outChannels; o++) {
    for (let c = 0; c < plan.groupChannels; c++)
      for (let i = 0; i < plan.kernelHeight; i++)
        for (let j = 0; j < plan.kernelWidth; j++) {
          let sum = 0;
          for (let n = 0; n < plan.batch; n++)
            sum = sumProducts(sum, g.data, x.data, plan.tap(n, o, c, i, j), plan.sizes);
          dw.data[plan.tap(0, o, c, i, j).weight] = sum;
        }
    let sum = 0;
    for (let n = 0; n < plan.batch; n++) {
      const start = (n * plan.outChannels + o) * plan.outArea;
      for (let i = start; i < start + plan.outArea; i++) sum += g.data[i]!;
    }
    db.data[o] = sum;
  }
  return [dw, db];
}

/** The gradient before the activation, from the one behind it and the output `y`, which says where a ReLU was open. */
export function conv2dGated(y: NdArray, g: NdArray, { activation }: Conv2dAttrs): NdArray {
  return activation === 'relu' ? { ...g, data: g.data.map((v, i) => (y.data[i]! > 0 ? v : 0)) } : g;
}

/** Gradients to x, w and bias, for maps too large for finite differences. */
export function conv2dVjp(
  x: NdArray,
  w: NdArray,
  bias: NdArray | null,
  g: NdArray,
  attrs: Conv2dAttrs = {},
): NdArray[] {
  const gated = attrs.activation === 'relu' ? conv2dGated(conv2d(x, w, bias, attrs), g, attrs) : g;
  const [dw, db] = conv2dWeightGradients(x, w, gated, attrs);
  return [conv2dInputGradient(x, w, gated, attrs), dw, ...(bias ? [db] : [])];
}
