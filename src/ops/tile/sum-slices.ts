import sumSlicesWgsl from '../../../shaders/tile/sum_slices.wgsl';
import { defineKernel } from '../../runtime/kernel.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { MemoryWindow } from './window.js';

const kernel = defineKernel(sumSlicesWgsl);

export interface SumSlices {
  readonly parts: Tensor;
  readonly batches: number;
  readonly splits: number;
  /** Elements of one result. */
  readonly size: number;
  readonly bias?: { readonly window: MemoryWindow; readonly period: number; readonly length: number } | null;
  readonly relu?: boolean;
}

/** Adds `parts[batch, splits, size]` over the splits, in order, into `output[batch, size]`, then bias and ReLU. */
export function sumSlices(op: string, output: MemoryWindow, sum: SumSlices): void {
  const { parts, batches, splits, size, bias = null, relu = false } = sum;
  const { device } = parts;
  const total = batches * size;
  if (total === 0) return;
  const slices = parts.binding(op);
  device.dispatch(kernel, {
    bindings: { parts: slices, bias: bias?.window.slice ?? slices, output: output.slice },
    params: {
      total,
      size,
      splits,
      bias_period: bias?.period ?? 1,
      bias_length: bias?.length ?? 1,
      has_bias: bias !== null,
      relu,
      bias_offset: bias?.window.offset ?? 0,
      output_offset: output.offset,
    },
    invocations: total,
  });
}
