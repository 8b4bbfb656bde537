import packWgsl from '../../../shaders/tile/pack.wgsl';
import type { Device } from '../../runtime/device.js';
import { defineKernel } from '../../runtime/kernel.js';
import { Tensor } from '../../tensor/tensor.js';
import { type MemoryWindow, operandType } from './window.js';

const kernels = { f32: defineKernel(packWgsl, 'f32'), f16: defineKernel(packWgsl, 'f16') };
/** Rows that one invocation copies. */
const RUN = 8;

/** How rows, columns and slices stand in the source; see `shaders/tile/pack.wgsl`. Strides in elements. */
export interface PackLayout {
  readonly slices: number;
  /** Rows of the result: blocks * blockRows. */
  readonly blocks: number;
  readonly blockRows: number;
  /** Rows of a block that exist; the others become zeros. */
  readonly blockValid: number;
  readonly columns: number;
  /** Vec4 columns per panel, if there are so many; default all in one. */
  readonly panel?: number;
  readonly sliceStride: number;
  readonly blockStride: number;
  /** A block's row k stands at `floor(k / inner) * outerStride + (k % inner) * innerStride`; `inner` defaults to all rows. */
  readonly inner?: number;
  readonly innerStride: number;
  readonly outerStride?: number;
  readonly columnStride: number;
}

/** Copies strided memory of f32 or f16 into rows of whole vec4, zero-padded: `[slices, panels, rows, panel * 4]`. */
export function pack(op: string, device: Device, source: MemoryWindow, layout: PackLayout): Tensor {
  const { slices, blocks, blockRows, blockValid, columns } = layout;
  const dtype = operandType(source);
  const columns4 = Math.ceil(columns / 4);
  const panel = Math.max(1, Math.min(columns4, layout.panel ?? columns4));
  const panels = Math.ceil(columns4 / panel);
  const rows = blocks * blockRows;
  const output = Tensor.empty(device, [slices, panels, rows, panel * 4], dtype, op);
  const size = slices * panels * panel * Math.ceil(rows / RUN);
  if (output.size === 0) return output;
  device.dispatch(kernels[dtype], {
    bindings: { source: source.slice, output: output.binding(op) },
    params: {
      size,
      rows,
      columns,
      panel,
      panels,
      block_rows: blockRows,
      block_valid: blockValid,
      block_stride: layout.blockStride,
      inner: Math.max(1, layout.inner ?? blockValid),
      inner_stride: layout.innerStride,
      outer_stride: layout.outerStride ?? 0,
      column_stride: layout.columnStride,
      slice_stride: layout.sliceStride,
      source_offset: source.offset,
    },
    overrides: { RUN },
    invocations: size,
  });
  return output;
}
