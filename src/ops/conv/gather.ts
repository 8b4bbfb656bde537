import convGatherWgsl from '../../../shaders/conv/conv_gather.wgsl';
import type { Tensor } from '../../tensor/tensor.js';
import { defineTileKernels, type TileEngine, tileOf, tilesOf } from '../tile/engines.js';
import { pack } from '../tile/pack.js';
import { operandType, windowOf } from '../tile/window.js';
import type { PackedMaps } from './maps.js';
import type { ConvShape } from './shape.js';

export const gatherKernels = defineTileKernels(convGatherWgsl);

/** Weights as the gathering kernel reads them: `[group, panel, tap, 4 depth4, panel column]`. */
export interface PackedWeights {
  readonly tensor: Tensor;
  /** Output channels of one group. */
  readonly columns: number;
}

/** Where the taps of a convolution read and which weights they use. */
interface Taps {
  readonly counts: readonly [number, number];
  /** Distance in the map, in vec4, of neighbouring taps; may be negative. */
  readonly distance: readonly [number, number];
  /** Number of the first tap in the packed weights, and the steps from there. */
  readonly first: number;
  readonly numbering: readonly [number, number];
}

interface Gather {
  readonly op: string;
  readonly engine: TileEngine;
  readonly images: number;
  readonly groups: number;
  /** Output pixels per image. */
  readonly grid: readonly [number, number];
  readonly maps: PackedMaps;
  /** Position in the maps of the first tap of output pixel (0, 0), and the distances of neighbouring pixels, in vec4. */
  readonly origin: number;
  readonly pixel: readonly [number, number];
  readonly taps: Taps;
  readonly weights: PackedWeights;
  readonly bias: Tensor | null;
  readonly relu: boolean;
  readonly output: {
    readonly tensor: Tensor;
    /** First element of the images' run, and its length. */
    readonly first: number;
    readonly count: number;
    /** Position of pixel (0, 0) in a plane, and distances in floats. */
    readonly origin: number;
    readonly image: number;
    readonly channel: number;
    readonly pixel: readonly [number, number];
  };
}

/** One implicit product of gathered pixels and packed weights, written to every pixel of a (strided) output grid. */
export function gather(product: Gather): void {
  const { op, engine, images, groups, grid, maps, origin, pixel, taps, weights, bias, relu, output } = product;
  const { device } = maps.tensor;
  const rows = images * grid[0] * grid[1];
  const columns4 = Math.ceil(weights.columns / 4);
  const [, panels, weightRows, pitch] = weights.tensor.shape as [number, number, number, number];
  const biasWindow = bias && windowOf(op, bias, 0, bias.size);
  const window = windowOf(op, output.tensor, output.first, output.count);
  device.dispatch(gatherKernels[operandType(maps.tensor)][engine], {
    bindings: {
      x: maps.tensor.binding(op),
      w: weights.tensor.binding(op),
      bias: biasWindow?.slice ?? weights.tensor.binding(op),
      y: window.slice,
    },
    params: {
      rows,
      columns: weights.columns,
      columns4,
      slices: groups,
      taps: taps.counts[0] * taps.counts[1],
      grid_height: grid[0],
      grid_width: grid[1],
      depth4: maps.depth4,
      taps_x: taps.counts[1],
      x_offset: origin,
      x_image: maps.image,
      x_row: pixel[0],
      x_column: pixel[1],
      x_tap_row: taps.distance[0],
      x_tap_column: taps.distance[1],
      w_row: pitch / 4,
      w_panel: (weightRows * pitch) / 4,
      w_group: (panels * weightRows * pitch) / 4,
      w_tap: taps.first,
      w_tap_row: taps.numbering[0],
      w_tap_column: taps.numbering[1],
      panel: pitch / 4,
      y_offset: window.offset + output.origin,
      y_image: output.image,
      y_channel: output.channel,
      y_row: output.pixel[0],
      y_column: output.pixel[1],
      bias_offset: biasWindow?.offset ?? 0,
      has_bias: bias !== null,
      relu,
    },
    workgroups: tilesOf(engine, rows, columns4, groups),
  });
}

/** Weights `[O, C / groups, KH, KW]` for the forward product: k is (tap, input channel), columns are output channels. */
export function packForwardWeights(
  op: string,
  w: Tensor,
  { groups, groupChannels, groupOutChannels, kernel }: ConvShape,
  unfolded: boolean,
  engine: TileEngine,
): PackedWeights {
  const taps = kernel[0] * kernel[1];
  const depth = unfolded ? groupChannels * kernel[1] : groupChannels;
  const tensor = pack(op, w.device, windowOf(op, w, 0, w.size), {
    slices: groups,
    blocks: unfolded ? kernel[0] : taps,
    blockRows: Math.ceil(depth / 4) * 4,
    blockValid: depth,
    columns: groupOutChannels,
    panel: tileOf(engine).columns4,
    sliceStride: groupOutChannels * groupChannels * taps,
    blockStride: unfolded ? kernel[1] : 1,
    inner: groupChannels,
    innerStride: taps,
    outerStride: 1,
    columnStride: groupChannels * taps,
  });
  return { tensor, columns: groupOutChannels };
}

/** The same weights for the gradient to the input: k is (tap, output channel), columns are input channels. */
export function packBackwardWeights(
  op: string,
  w: Tensor,
  { groups, groupChannels, groupOutChannels, kernel }: ConvShape,
  engine: TileEngine,
): PackedWeights {
  const taps = kernel[0] * kernel[1];
  const tensor = pack(op, w.device, windowOf(op, w, 0, w.size), {
    slices: groups,
    blocks: taps,
    blockRows: Math.ceil(groupOutChannels / 4) * 4,
    blockValid: groupOutChannels,
    columns: groupChannels,
    panel: tileOf(engine).columns4,
    sliceStride: groupOutChannels * groupChannels * taps,
    blockStride: 1,
    innerStride: groupChannels * taps,
    columnStride: taps,
  });
  return { tensor, columns: groupChannels };
}
