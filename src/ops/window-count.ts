/** How a window slides along one axis, in cells. */
export interface SlidingAxis {
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  /** Cells behind the axis, where they are not as many as before it. */
  readonly paddingAfter?: number;
  /** Distance between neighbouring taps of the window. Default 1. */
  readonly dilation?: number;
  /** Counts a last window that hangs over the end. Default false. */
  readonly ceilMode?: boolean;
}

/**
 * Output cells of a convolution or a pool along an axis of `size` cells: the one rule of Caffe and PyTorch.
 *
 * A window reaches over `dilation (kernel - 1) + 1` cells of the axis with its padding before and behind it. Floor mode counts the
 * windows that lie inside. Ceil mode also counts one that hangs over the end, if it starts inside the axis or the padding
 * before it; so a window larger than the padded axis still fits once where the stride carries it back to the start.
 * 0 where no window fits.
 */
export function windowCount(
  size: number,
  { kernel, stride, padding, paddingAfter = padding, dilation = 1, ceilMode = false }: SlidingAxis,
): number {
  const steps = (size + padding + paddingAfter - dilation * (kernel - 1) - 1) / stride;
  if (!ceilMode) return Math.max(0, Math.floor(steps) + 1);
  const count = Math.ceil(steps) + 1;
  const startsBehind = (count - 1) * stride >= size + padding;
  return Math.max(0, startsBehind ? count - 1 : count);
}
