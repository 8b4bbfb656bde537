import convGatherNarrowWgsl from '../../../shaders/conv/conv_gather_narrow.wgsl?raw';
import type { Device } from '../../runtime/device.js';
import { defineTileKernels, tileGrid } from '../matmul/engines.js';
import { type Gather, gatherProblem } from './gather.js';
import type { ConvShape } from './shape.js';

const kernels = defineTileKernels('conv_gather_narrow', convGatherNarrowWgsl);

/** The engine under it: its 16 rows are the channels, its 32 columns the pixels. */
export const NARROW_ENGINE = 'subgroup8';
const MOST_CHANNELS = 16;
/** Steps along k that fit below the channel in an index of the shader. */
const MOST_STEPS = 2 ** 16;

/** Whether so few channels result that they had better be rows of the tile than columns. */
export function isNarrow(channels: number, depth: number, { groups, kernel }: ConvShape): boolean {
  return groups === 1 && channels <= MOST_CHANNELS && kernel[0] * kernel[1] * Math.ceil(depth / 4) < MOST_STEPS;
}

/** Whether the device has the subgroups that the engine is written for. */
export function suitsNarrow({ info }: Device): boolean {
  return info.software && info.subgroupSize === 8;
}

/** What `gather` does, with channels as rows of the product and quads of pixels as columns. */
export function gatherNarrow(product: Gather): void {
  const { images, grid, maps, weights } = product;
  const { device } = maps.tensor;
  const rows = weights.columns;
  const quads = Math.ceil(grid[1] / 4);
  const columns4 = images * grid[0] * quads;
  const { bindings, params } = gatherProblem(product);
  device.dispatch(kernels[NARROW_ENGINE], {
    bindings,
    params: { ...params, rows, columns4, slices: 1, quads, w_row: weights.tensor.shape[3]! },
    workgroups: tileGrid(device, NARROW_ENGINE, rows, columns4, 1),
  });
}
