import convWeightWgsl from '../../../shaders/conv/conv_weight.wgsl';
import type { Device } from '../../runtime/device.js';
import { accumulate } from '../../tensor/fill.js';
import { scope } from '../../tensor/scope.js';
import { Tensor } from '../../tensor/tensor.js';
import { defineTileKernels, splitsFor, type TileEngine, tilesOf } from '../tile/engines.js';
import { sumSlices } from '../tile/sum-slices.js';
import { operandType, windowOf } from '../tile/window.js';
import { inputLayout, packedImageSize, packInput } from './maps.js';
import { pixelVectors } from './pixel-vectors.js';
import { type ConvShape, imageRuns, imageSizes } from './shape.js';

export const weightKernels = defineTileKernels(convWeightWgsl);
const OP = 'conv2d';

/** Steps of four pixels beyond which a run gains nothing by being longer. */
const LONG_RUN = 256;

/**
 * Rows that a run of the sum takes on a CPU adapter, where to begin a run costs as much as two steps: as many as make it long, if they
 * divide the map and leave each slice a run.
 */
function rowsOfRun({ info }: Device, height: number, rowSteps: number, images: number, splits: number): number {
  if (!info.software) return 1;
  const most = Math.min(height, Math.floor(LONG_RUN / rowSteps), Math.floor((images * height) / splits));
  for (let rows = most; rows > 1; rows--) if (height % rows === 0) return rows;
  return 1;
}

/** Gradient to the weights as an implicit product over all pixels; slices and runs of images are added in a fixed order. Fills `dw`. */
export function implicitWeightGradient(x: Tensor, dy: Tensor, dw: Tensor, shape: ConvShape, engine: TileEngine): void {
  const { groups, groupOutChannels, outChannels, out, kernel, stride, dilation } = shape;
  const { device } = x;
  const rowSteps = Math.ceil(out[1] / 4);
  const layout = inputLayout(shape, rowSteps * 4);
  const columns4 = layout.taps[0] * layout.taps[1] * layout.depth4;
  const taps = kernel[0] * kernel[1];
  const { input } = imageSizes(shape);
  const largest = Math.max(input, outChannels * out[0] * rowSteps * 4, packedImageSize(groups, layout));
  const runs = imageRuns(shape.images, largest, device.maxBindingBytes);
  const steps = runs[0]!.count * out[0] * rowSteps;
  const most = Math.floor(device.maxBindingBytes / (4 * dw.size));
  const splits = Math.max(1, Math.min(most, splitsFor(device, engine, groupOutChannels * groups, columns4, steps)));
  const partSize = dw.size / groups;
  for (const { first, count } of runs) {
    scope(() => {
      // One result per group and slice of its pixels.
      const parts = Tensor.empty(device, [groups, splits, partSize], 'f32', OP);
      const maps = packInput(OP, x, first, count, shape, layout);
      const gradient = pixelVectors(dy, first, count, outChannels, out);
      const runHeight = rowsOfRun(device, out[0], rowSteps, count, splits);
      const mapRuns = out[0] / runHeight;
      device.dispatch(weightKernels[operandType(x)][engine], {
        bindings: {
          dy: gradient.slice,
          x: maps.tensor.binding(OP),
          parts: windowOf(OP, parts, 0, parts.size).slice,
        },
        params: {
          rows: groupOutChannels,
          columns4,
          slices: groups * splits,
          splits,
          runs: count * mapRuns,
          runs_per_split: Math.ceil((count * mapRuns) / splits),
          map_runs: mapRuns,
          run_height: runHeight,
          grid_height: out[0],
          grid_width: out[1],
          row_steps: rowSteps,
          channels: outChannels,
          depth: maps.depth,
          depth4: maps.depth4,
          taps_x: layout.taps[1],
          dy_offset: gradient.offset / 4,
          x_offset: 0,
          x_image: maps.image,
          x_row: stride[0] * maps.row,
          x_column: layout.columnStep * maps.column,
          x_tap_row: dilation[0] * maps.row,
          x_tap_column: dilation[1] * maps.column,
          parts_group: splits * partSize,
          part_size: partSize,
          weight_row: shape.groupChannels * taps,
          weight_tap: layout.unfolded ? kernel[1] : 1,
          inner: shape.groupChannels,
          inner_stride: taps,
          outer_stride: 1,
        },
        overrides: { TAIL: out[1] % 4 !== 0, ROWS: runHeight > 1 },
        workgroups: tilesOf(engine, groupOutChannels, columns4, groups * splits),
      });
      const total = first === 0 ? dw : Tensor.empty(device, dw.shape, 'f32', OP);
      sumSlices(OP, windowOf(OP, total, 0, dw.size), { parts, batches: groups, splits, size: partSize });
      if (total !== dw) accumulate(dw, total);
    });
  }
}
