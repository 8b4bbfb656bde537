import convGatherNarrowWgsl from '../../../shaders/conv/conv_gather_narrow.wgsl?raw';
import type { Device } from '../../runtime/device.js';
import { defineTileKernels, tileGrid } from '../matmul/engines.js';
import { windowOf } from '../matmul/window.js';
import type { Gather } from './gather.js';
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
  const { op, images, grid, maps, origin, pixel, taps, weights, bias, relu, output } = product;
  const { device } = maps.tensor;
  const quads = Math.ceil(grid[1] / 4);
  const columns4 = images * grid[0] * quads;
  const biasWindow = bias && windowOf(op, bias, 0, bias.size);
  const window = windowOf(op, output.tensor, output.first, output.count);
  device.dispatch(kernels[NARROW_ENGINE], {
    bindings: {
      x: maps.tensor.binding(op),
      w: weights.tensor.binding(op),
      bias: biasWindow?.slice ?? weights.tensor.binding(op),
      y: window.slice,
    },
    params: {
      rows: weights.columns,
      columns4,
      slices: 1,
      taps: taps.counts[0] * taps.counts[1],
      grid_height: grid[0],
      grid_width: grid[1],
      quads,
      depth4: maps.depth4,
      taps_x: taps.counts[1],
      x_offset: origin,
      x_image: maps.image,
      x_row: pixel[0],
      x_column: pixel[1],
      x_tap_row: taps.distance[0],
      x_tap_column: taps.distance[1],
      w_row: weights.tensor.shape[3]!,
      w_tap: taps.first,
      w_tap_row: taps.numbering[0],
      w_tap_column: taps.numbering[1],
      y_offset: window.offset + output.origin,
      y_image: output.image,
      y_channel: output.channel,
      y_row: output.pixel[0],
      y_column: output.pixel[1],
      bias_offset: biasWindow?.offset ?? 0,
      has_bias: bias !== null,
      relu,
    },
    workgroups: tileGrid(device, NARROW_ENGINE, weights.columns, columns4, 1),
  });
}
