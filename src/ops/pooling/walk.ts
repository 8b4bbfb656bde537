import type { Device } from '../../runtime/device.js';
import type { PoolShape } from './pool-shape.js';

/** Workgroups that keep all cores of a CPU adapter busy; with more of them, their starting shows. */
const CPU_GROUPS = 256;
/** Lanes of one vector: few columns must still spread over all cores. */
const CPU_WORKGROUP = 8;
/** Starting a workgroup costs a CPU adapter as much as starting seven more vectors in it; there must be some for every core. */
const WIDE_WORKGROUP = 64;
const FEWEST_WIDE_GROUPS = 256;
const GPU_WORKGROUP = 64;
/** Side of a square window whose loops unroll: a kernel size of its own is worth a pipeline of its own only where it is usual. */
const MOST_UNROLLED = 3;

const cpuWorkgroup = (invocations: number): number =>
  invocations >= FEWEST_WIDE_GROUPS * WIDE_WORKGROUP ? WIDE_WORKGROUP : CPU_WORKGROUP;

/** How the output is cut into invocations that walk down it. */
export interface Walk<Overrides> {
  readonly params: {
    readonly size: number;
    /** Rows of an invocation, and invocations one below the other. */
    readonly walk: number;
    readonly chunks: number;
  };
  readonly overrides: Overrides;
  readonly invocations: number;
}

/** Invocations that make `across` pieces of each row of the output: of one row, or of as many as leave work for all cores. */
export function walked(
  device: Device,
  walks: boolean,
  [images, channels, height, width]: readonly number[],
  { kernel, stride, padding, dilation, out }: PoolShape,
  across: number,
) {
  const columns = images! * channels! * across;
  const chunks = walks ? Math.min(out[0], Math.ceil((CPU_GROUPS * CPU_WORKGROUP) / columns)) : out[0];
  const walk = Math.ceil(out[0] / chunks);
  const overlap = kernel[0] - stride[0];
  const shared = walk > 1 && dilation[0] === 1 && overlap > 0 && 2 * overlap <= kernel[0] ? overlap : 0;
  const leaves = out.some((count, axis) => {
    const reach = (count - 1) * stride[axis]! + (kernel[axis]! - 1) * dilation[axis]!;
    return padding[axis]! > 0 || reach >= [height!, width!][axis]!;
  });
  const size = columns * Math.ceil(out[0] / walk);
  return {
    params: { size, walk, chunks: Math.ceil(out[0] / walk) },
    overrides: { WG: device.info.software ? cpuWorkgroup(size) : GPU_WORKGROUP, PADDED: leaves },
    shared,
    invocations: size,
  };
}

/** How a sliding window's output is cut into columns for the kernels that walk down them. */
export function columnWalk(device: Device, walks: boolean, inputShape: readonly number[], shape: PoolShape) {
  const { params, overrides, shared, invocations } = walked(device, walks, inputShape, shape, shape.out[1]);
  const [down, across] = shape.kernel;
  const usual = down === across && down <= MOST_UNROLLED;
  return {
    params,
    overrides: { ...overrides, KERNEL_Y: usual ? down : 0, KERNEL_X: usual ? across : 0, SHARED: shared },
    invocations,
  };
}
