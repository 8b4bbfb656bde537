/** Local response normalisation across channels (PyTorch, AlexNet) and within a channel (Caffe, released ZF-5). */
import { build, type NdArray, nd, ravel, unravel } from './nd.js';

export interface LrnAttrs {
  size: number;
  alpha?: number;
  beta?: number;
  k?: number;
  mode?: 'acrossChannels' | 'withinChannel';
}

/** Calls `visit` with the flat place of every cell in the neighbourhood of the cell at `index`, cells outside left out. */
function forEachNeighbour(x: NdArray, index: readonly number[], attrs: LrnAttrs, visit: (place: number) => void): void {
  const { size, mode = 'acrossChannels' } = attrs;
  const before = mode === 'acrossChannels' ? Math.floor(size / 2) : Math.floor((size - 1) / 2);
  const [n, c, row, column] = index as [number, number, number, number];
  const offsets = Array.from({ length: size }, (_, i) => i - before);
  const cells =
    mode === 'acrossChannels'
      ? offsets.map((i) => [n, c + i, row, column])
      : offsets.flatMap((i) => offsets.map((j) => [n, c, row + i, column + j]));
  for (const cell of cells) {
    if (cell.every((k, axis) => k >= 0 && k < x.shape[axis]!)) visit(ravel(cell, x.shape));
  }
}

const shareOf = ({ size, alpha = 1e-4, mode = 'acrossChannels' }: LrnAttrs): number =>
  alpha / (mode === 'acrossChannels' ? size : size * size);

/** k + alpha / count * sum of squares, for every cell. */
function scales(x: NdArray, attrs: LrnAttrs): NdArray {
  return build(x.shape, (index) => {
    let squares = 0;
    forEachNeighbour(x, index, attrs, (place) => {
      squares += x.data[place]! ** 2;
    });
    return (attrs.k ?? 1) + shareOf(attrs) * squares;
  });
}

/** The library's choice where the definition divides 0 by 0: nothing but zeros, and no constant, stays zero. */
const isolated = (scale: number, beta: number) => scale === 0 && beta > 0;

/**
 * x / (k + alpha / count * sum of squares)^beta. Across channels the window is `size` channels from c - floor(size/2) and
 * count = size; within a channel it is a size x size square around the cell and count = size^2. Outside counts as 0.
 */
export function localResponseNorm(x: NdArray, attrs: LrnAttrs): NdArray {
  const { beta = 0.75 } = attrs;
  const scale = scales(x, attrs);
  return { ...x, data: x.data.map((v, i) => (isolated(scale.data[i]!, beta) ? 0 : v * scale.data[i]! ** -beta)) };
}

/** The chain rule, output by output: to the cell itself, and through the scale to all cells of its neighbourhood. */
export function localResponseNormVjp(x: NdArray, g: NdArray, attrs: LrnAttrs): NdArray {
  const { beta = 0.75 } = attrs;
  const scale = scales(x, attrs);
  const out = nd(x.shape);
  g.data.forEach((up, j) => {
    const s = scale.data[j]!;
    if (isolated(s, beta)) return;
    out.data[j]! += up * s ** -beta;
    forEachNeighbour(x, unravel(j, x.shape), attrs, (place) => {
      out.data[place]! -= up * x.data[j]! * beta * s ** (-beta - 1) * shareOf(attrs) * 2 * x.data[place]!;
    });
  });
  return out;
}
