import packMapsWgsl from '../../../shaders/conv/pack_maps.wgsl';
import { defineKernel } from '../../runtime/kernel.js';
import { Tensor } from '../../tensor/tensor.js';
import { operandType, windowOf } from '../tile/window.js';
import type { ConvShape } from './shape.js';

const kernels = { f32: defineKernel(packMapsWgsl, 'f32'), f16: defineKernel(packMapsWgsl, 'f16') };
/** Columns that one invocation copies. */
const RUN = 8;

/** Maps with channels last, four to a vec4, padding written out: `[images, rows, columns, groups * depth4 * 4]`. */
export interface PackedMaps {
  readonly tensor: Tensor;
  /** Numbers per group and position, and vec4 that hold them. */
  readonly depth: number;
  readonly depth4: number;
  /** Distances in vec4. */
  readonly image: number;
  readonly row: number;
  readonly column: number;
}

interface Padded {
  readonly channels: number;
  readonly groups: number;
  readonly size: readonly [number, number];
  readonly padTop: number;
  readonly padLeft: number;
  readonly rows: number;
  readonly columns: number;
  /** Kernel columns written side by side; 1 leaves the map as it is. */
  readonly unfold?: { readonly taps: number; readonly step: number; readonly tapStep: number };
}

/** Packs images `first` to `first + count` of a dense `[N, C, H, W]`. */
export function packMaps(op: string, x: Tensor, first: number, count: number, padded: Padded): PackedMaps {
  const { channels, groups, size, rows, columns, unfold = { taps: 1, step: 1, tapStep: 1 } } = padded;
  const { device } = x;
  const dtype = operandType(x);
  const groupChannels = channels / groups;
  const depth = groupChannels * unfold.taps;
  const depth4 = Math.ceil(depth / 4);
  const vectors = groups * depth4;
  const tensor = Tensor.empty(device, [count, rows, columns, vectors * 4], dtype, op);
  const perImage = channels * size[0] * size[1];
  const source = windowOf(op, x, first * perImage, count * perImage);
  const invocations = count * rows * vectors * Math.ceil(columns / RUN);
  device.dispatch(kernels[dtype], {
    bindings: { x: source.slice, output: tensor.binding(op) },
    params: {
      size: invocations,
      channels,
      height: size[0],
      width: size[1],
      out_height: rows,
      out_width: columns,
      depth,
      depth4,
      groups,
      group_channels: groupChannels,
      pad_top: padded.padTop,
      pad_left: padded.padLeft,
      step: unfold.step,
      tap_step: unfold.tapStep,
      x_offset: source.offset,
    },
    overrides: { RUN },
    invocations: invocations,
  });
  return { tensor, depth, depth4, image: rows * columns * vectors, row: columns * vectors, column: vectors };
}

/** How the gathering kernels see a convolution's input: its packing, and their kernel over it. */
export interface InputLayout {
  readonly rows: number;
  readonly columns: number;
  readonly unfolded: boolean;
  readonly depth: number;
  readonly depth4: number;
  /** Kernel rows and columns left for the gathering kernel. */
  readonly taps: readonly [number, number];
  /** Map columns per output column. */
  readonly columnStep: number;
}

/** Vec4 of the packed input per multiply-add column that unfolding must save to be worth its larger maps. */
const UNFOLD_GAIN = 0.9;

/**
 * Rows and columns that the kernel touches, and whether its columns are unfolded (few channels).
 * @param outColumns output columns that must be readable; those beyond the real ones see zeros or the map's margin
 */
export function inputLayout(shape: ConvShape, outColumns = shape.out[1]): InputLayout {
  const { out, kernel, stride, dilation, groupChannels } = shape;
  const reach = (cells: number, axis: 0 | 1) => (cells - 1) * stride[axis] + (kernel[axis] - 1) * dilation[axis] + 1;
  const depth4 = Math.ceil(groupChannels / 4);
  const unfolded4 = Math.ceil((groupChannels * kernel[1]) / 4);
  const unfolded = unfolded4 < UNFOLD_GAIN * depth4 * kernel[1];
  return unfolded
    ? {
        rows: reach(out[0], 0),
        columns: outColumns,
        unfolded,
        depth: groupChannels * kernel[1],
        depth4: unfolded4,
        taps: [kernel[0], 1],
        columnStep: 1,
      }
    : {
        rows: reach(out[0], 0),
        columns: reach(outColumns, 1),
        unfolded,
        depth: groupChannels,
        depth4,
        taps: kernel,
        columnStep: stride[1],
      };
}

/** Packs the input of a convolution by its layout. */
export function packInput(
  op: string,
  x: Tensor,
  first: number,
  count: number,
  shape: ConvShape,
  layout: InputLayout,
): PackedMaps {
  const { channels, groups, size, padding, kernel, stride, dilation } = shape;
  const padded = { channels, groups, size, padTop: padding[0], padLeft: padding[1] };
  const unfold = { taps: kernel[1], step: stride[1], tapStep: dilation[1] };
  const { rows, columns, unfolded } = layout;
  return packMaps(op, x, first, count, { ...padded, rows, columns, ...(unfolded && { unfold }) });
}

/** Elements of one packed image. */
export function packedImageSize(groups: number, { rows, columns, depth4 }: InputLayout): number {
  return rows * columns * groups * depth4 * 4;
}
