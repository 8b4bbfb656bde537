/** Cross-correlation of NCHW maps: the six loops of the definition. */
import { at, build, type NdArray, nd, pair } from './nd.js';

export interface Conv2dAttrs {
  stride?: number | readonly number[];
  padding?: number | readonly number[];
  dilation?: number | readonly number[];
  groups?: number;
  activation?: 'none' | 'relu';
}

interface Tap {
  n: number;
  outChannel: number;
  y: number;
  x: number;
  inChannel: number;
  row: number;
  column: number;
  kernelRow: number;
  kernelColumn: number;
}

/** Calls `visit` for every (output cell, weight) pair whose input cell lies inside the map. */
function forEachTap(x: NdArray, w: NdArray, out: readonly number[], attrs: Conv2dAttrs, visit: (tap: Tap) => void) {
  const [batch, , height, width] = x.shape as [number, number, number, number];
  const [outChannels, groupChannels, kernelHeight, kernelWidth] = w.shape as [number, number, number, number];
  const [strideY, strideX] = pair(attrs.stride ?? 1);
  const [padY, padX] = pair(attrs.padding ?? 0);
  const [dilationY, dilationX] = pair(attrs.dilation ?? 1);
  const groupSize = outChannels / (attrs.groups ?? 1);
  for (let n = 0; n < batch; n++)
    for (let o = 0; o < outChannels; o++)
      for (let y = 0; y < out[2]!; y++)
        for (let cx = 0; cx < out[3]!; cx++)
          for (let c = 0; c < groupChannels; c++)
            for (let i = 0; i < kernelHeight; i++)
              for (let j = 0; j < kernelWidth; j++) {
                const row = y * strideY - padY + i * dilationY;
                const column = cx * strideX - padX + j * dilationX;
                if (row < 0 || row >= height || column < 0 || column >= width) continue;
                const inChannel = Math.floor(o / groupSize) * groupChannels + c;
                visit({ n, outChannel: o, y, x: cx, inChannel, row, column, kernelRow: i, kernelColumn: j });
              }
}

/** floor((size + 2 padding - dilation (kernel - 1) - 1) / stride) + 1 on each axis. */
function outputShape(x: NdArray, w: NdArray, attrs: Conv2dAttrs): number[] {
  const cells = (axis: 0 | 1) => {
    const span = pair(attrs.dilation ?? 1)[axis] * (w.shape[2 + axis]! - 1) + 1;
    return (
      Math.floor((x.shape[2 + axis]! + 2 * pair(attrs.padding ?? 0)[axis] - span) / pair(attrs.stride ?? 1)[axis]) + 1
    );
  };
  return [x.shape[0]!, w.shape[0]!, cells(0), cells(1)];
}

const offset = (x: NdArray, n: number, c: number, row: number, column: number) =>
  ((n * x.shape[1]! + c) * x.shape[2]! + row) * x.shape[3]! + column;

/** x[N,C,H,W] with w[O,C/groups,KH,KW], plus bias[O], through ReLU on request. */
export function conv2d(x: NdArray, w: NdArray, bias: NdArray | null, attrs: Conv2dAttrs = {}): NdArray {
  const shape = outputShape(x, w, attrs);
  const y = bias ? build(shape, (index) => at(bias, [index[1]!])) : nd(shape);
  forEachTap(x, w, shape, attrs, (t) => {
    y.data[offset(y, t.n, t.outChannel, t.y, t.x)]! +=
      x.data[offset(x, t.n, t.inChannel, t.row, t.column)]! *
      w.data[offset(w, t.outChannel, t.inChannel % w.shape[1]!, t.kernelRow, t.kernelColumn)]!;
  });
  return attrs.activation === 'relu' ? { ...y, data: y.data.map((v) => Math.max(v, 0)) } : y;
}

/** Gradients to x, w and bias, for maps too large for finite differences. */
export function conv2dVjp(
  x: NdArray,
  w: NdArray,
  bias: NdArray | null,
  g: NdArray,
  attrs: Conv2dAttrs = {},
): NdArray[] {
  const y = conv2d(x, w, bias, attrs);
  const gated = attrs.activation === 'relu' ? { ...g, data: g.data.map((v, i) => (y.data[i]! > 0 ? v : 0)) } : g;
  const dx = nd(x.shape);
  const dw = nd(w.shape);
  forEachTap(x, w, y.shape, attrs, (t) => {
    const up = gated.data[offset(y, t.n, t.outChannel, t.y, t.x)]!;
    const xi = offset(x, t.n, t.inChannel, t.row, t.column);
    const wi = offset(w, t.outChannel, t.inChannel % w.shape[1]!, t.kernelRow, t.kernelColumn);
    dx.data[xi]! += up * w.data[wi]!;
    dw.data[wi]! += up * x.data[xi]!;
  });
  if (!bias) return [dx, dw];
  const plane = y.shape[2]! * y.shape[3]!;
  const db = nd(bias.shape);
  gated.data.forEach((v, i) => {
    db.data[Math.floor(i / plane) % y.shape[1]!]! += v;
  });
  return [dx, dw, db];
}
