import type { Device } from '../../runtime/device.js';
import type { PoolAlgorithm } from './ladders.js';
import type { PoolShape } from './pool-shape.js';

/** Workgroups that keep all cores of a CPU adapter busy; with more of them, their starting shows. */
const CPU_GROUPS = 1024;
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

/** How the columns of a sliding window's output are cut into invocations, for the kernels that walk down them. */
export function columnWalk(
  device: Device,
  rung: PoolAlgorithm,
  [images, channels, height, width]: readonly number[],
  { kernel, stride, padding, dilation, out }: PoolShape,
) {
  const columns = images! * channels! * out[1];
  const walks = rung === 'walk';
  const chunks = walks ? Math.min(out[0], Math.ceil((CPU_GROUPS * CPU_WORKGROUP) / columns)) : out[0];
  const walk = Math.ceil(out[0] / chunks);
  const overlap = kernel[0] - stride[0];
  const shared = walk > 1 && dilation[0] === 1 && overlap > 0 && 2 * overlap <= kernel[0] ? overlap : 0;
  const leaves = out.some((count, axis) => {
    const reach = (count - 1) * stride[axis]! + (kernel[axis]! - 1) * dilation[axis]!;
    return padding[axis]! > 0 || reach >= [height!, width!][axis]!;
  });
  const usual = kernel[0] === kernel[1] && kernel[0] <= MOST_UNROLLED;
  const size = columns * Math.ceil(out[0] / walk);
  return {
    params: { size, walk, chunks: Math.ceil(out[0] / walk) },
    overrides: {
      WG: device.info.software ? cpuWorkgroup(size) : GPU_WORKGROUP,
      KERNEL_Y: usual ? kernel[0] : 0,
      KERNEL_X: usual ? kernel[1] : 0,
      SHARED: shared,
      PADDED: leaves,
    },
    invocations: size,
  };
}
