/** Transposed convolution by its definition: every input cell spreads the filters over the output. */
import type { Conv2dAttrs } from './conv2d.js';
import { build, type NdArray, nd, pair, ravel } from './nd.js';

export interface ConvTranspose2dAttrs extends Conv2dAttrs {
  outputPadding?: number | readonly number[];
}

export function convTranspose2d(x: NdArray, w: NdArray, bias: NdArray | null, attrs: ConvTranspose2dAttrs): NdArray {
  const [stride, padding] = [pair(attrs.stride ?? 1), pair(attrs.padding ?? 0)];
  const [dilation, extra] = [pair(attrs.dilation ?? 1), pair(attrs.outputPadding ?? 0)];
  const groups = attrs.groups ?? 1;
  const [perGroup, fromGroup] = [w.shape[1]!, w.shape[0]! / groups];
  const size = ([0, 1] as const).map(
    (a) => (x.shape[2 + a]! - 1) * stride[a] - 2 * padding[a] + dilation[a] * (w.shape[2 + a]! - 1) + extra[a] + 1,
  );
  const out = nd([x.shape[0]!, perGroup * groups, ...size]);
  if (bias) out.data.set(build(out.shape, (index) => bias.data[index[1]!]!).data);
  build([...x.shape, perGroup, w.shape[2]!, w.shape[3]!], (index) => {
    const [n, c, row, column, o, i, j] = index as [number, number, number, number, number, number, number];
    const to = [row * stride[0] + i * dilation[0] - padding[0], column * stride[1] + j * dilation[1] - padding[1]];
    if (to.every((cell, axis) => cell >= 0 && cell < size[axis]!)) {
      const channel = Math.floor(c / fromGroup) * perGroup + o;
      const product = x.data[ravel([n, c, row, column], x.shape)]! * w.data[ravel([c, o, i, j], w.shape)]!;
      out.data[ravel([n, channel, ...to], out.shape)]! += product;
    }
    return 0;
  });
  return out;
}
