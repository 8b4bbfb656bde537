import type { Device } from '../../runtime/device.js';
import type { PoolShape } from './pool-shape.js';
import { runOverrides } from './run.js';
import { walked } from './walk.js';

/** Results that an invocation makes side by side, at most: with more, its loads no longer fit a core's cache of decoded instructions. */
const MOST_RESULTS = 6;
/** Columns of a window, whose loops unroll. */
const MOST_KERNEL = 3;

/** True for windows of at most 3 columns, side by side or overlapping, not dilated: what the strip kernel's arrays have room for. */
export function stripTakes({ kernel, stride, dilation }: PoolShape): boolean {
  return kernel[1] <= MOST_KERNEL && stride[1] <= 2 && dilation.every((step) => step === 1);
}

/** How the output is cut into strips of a row for the kernel that walks down them. */
export function stripWalk(device: Device, inputShape: readonly number[], shape: PoolShape) {
  const { kernel, stride, padding, out } = shape;
  const [, , height, width] = inputShape as readonly [number, number, number, number];
  const strips = Math.ceil(out[1] / MOST_RESULTS);
  const STRIP = Math.ceil(out[1] / strips);
  const { params, overrides, shared, invocations } = walked(device, true, inputShape, shape, strips);
  // A strip starts at a sum of multiples of these, or where the last is moved back to.
  const steps = [height * width, width, stride[1] * STRIP, padding[1], stride[1] * (out[1] - STRIP)];
  return {
    params,
    overrides: {
      ...overrides,
      STRIP,
      KERNEL_X: kernel[1],
      STRIDE_X: stride[1],
      ...runOverrides((STRIP - 1) * stride[1] + kernel[1], steps),
      SHARED: shared === 1,
    },
    invocations,
  };
}
