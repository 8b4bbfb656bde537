import gridWgsl from '../../../shaders/common/grid.wgsl?raw';
import nanWgsl from '../../../shaders/common/nan.wgsl?raw';
import pyramidWgsl from '../../../shaders/pooling/pyramid.wgsl?raw';
import avgWgsl from '../../../shaders/pooling/pyramid_avg.wgsl?raw';
import avgGradientWgsl from '../../../shaders/pooling/pyramid_avg_gradient.wgsl?raw';
import gatherWgsl from '../../../shaders/pooling/pyramid_gather.wgsl?raw';
import gatherAvgWgsl from '../../../shaders/pooling/pyramid_gather_avg.wgsl?raw';
import gatherMaxWgsl from '../../../shaders/pooling/pyramid_gather_max.wgsl?raw';
import maxWgsl from '../../../shaders/pooling/pyramid_max.wgsl?raw';
import maxGradientWgsl from '../../../shaders/pooling/pyramid_max_gradient.wgsl?raw';
import nestedWgsl from '../../../shaders/pooling/pyramid_max_nested.wgsl?raw';
import { isGradEnabled } from '../../autograd/mode.js';
import { record } from '../../autograd/record.js';
import { gridFor } from '../../runtime/grid.js';
import { defineKernel, type Kernel } from '../../runtime/kernel.js';
import type { Overrides } from '../../runtime/pipelines.js';
import { fill } from '../../tensor/fill.js';
import { Tensor } from '../../tensor/tensor.js';
import { dense } from '../op.js';
import { type Level, levelTable, nestedTable } from './nested-levels.js';

const maxKernel = defineKernel('pyramid_max', gridWgsl, nanWgsl, pyramidWgsl, maxWgsl);
const nestedKernel = defineKernel('pyramid_max_nested', nanWgsl, pyramidWgsl, nestedWgsl);
const avgKernel = defineKernel('pyramid_avg', gridWgsl, pyramidWgsl, avgWgsl);
const gradientKernels = {
  gather: {
    max: defineKernel('pyramid_max_gather', gridWgsl, pyramidWgsl, gatherMaxWgsl, gatherWgsl),
    avg: defineKernel('pyramid_avg_gather', gridWgsl, pyramidWgsl, gatherAvgWgsl, gatherWgsl),
  },
  scatter: {
    max: defineKernel('pyramid_max_gradient', gridWgsl, pyramidWgsl, maxGradientWgsl),
    avg: defineKernel('pyramid_avg_gradient', gridWgsl, pyramidWgsl, avgGradientWgsl),
  },
};
const WG = 64;
/** Few planes must still spread over all cores. */
const SCATTER_WG = 8;

/** Channels of one row that a workgroup of the nested kernel pools. */
const NESTED_WG = 32;
/** Unrolled reads, at most: more of them make the compilation long and nothing faster. */
const MOST_CELLS = 12;
const MOST_COLUMNS = 8;

/** Levels that the shader's table holds. */
export const MAX_LEVELS = 16;

export type PoolMode = 'max' | 'avg';

/**
 * `direct`: an invocation a bin, for GPUs. `nested`: an invocation a row and channel, which makes coarse levels from finer
 * ones, for adapters that run on the CPU.
 */
export type PyramidAlgorithm = 'direct' | 'nested';

/**
 * `gather`: an invocation an input cell, for GPUs. `scatter`: an invocation a plane, for adapters that run on the CPU; a GPU
 * has too few planes to fill it. Both give the same bits.
 */
export type PyramidGradient = 'gather' | 'scatter';

/** Rungs of the pyramid's ladders by name; default: the best for this adapter. */
export interface PyramidRungs {
  /** Of max mode. */
  readonly algorithm?: PyramidAlgorithm | 'auto';
  /** Of the gradient, in both modes. */
  readonly gradient?: PyramidGradient | 'auto';
}

/**
 * The one pyramid dispatch behind `spatialPyramidPool` and the adaptive pools: `[N, C, H, W]` to `[R, C * bins]`,
 * with `R` windows, or `R = N` without. Temporaries belong to the caller's scope.
 */
export function poolPyramid(
  op: string,
  x: Tensor,
  levels: readonly Level[],
  windows: Tensor | null,
  mode: PoolMode,
  rungs: PyramidRungs = {},
): Tensor {
  const { device } = x;
  const [images, channels, height, width] = x.shape as readonly [number, number, number, number];
  const rows = windows ? windows.shape[0]! : images;
  const table = levelTable(levels);
  const bins = table.reduce((total, [down, across]) => total + down * across, 0);
  const params = {
    rows,
    channels,
    height,
    width,
    bins,
    levels: levels.length,
    has_windows: windows !== null,
    planes: images * channels,
    table: table.flat(),
  };
  const listed = windows ? dense(windows, op) : noWindows(x);
  const bind = (tensors: Record<string, Tensor>) =>
    Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensor.binding(op)]));
  const run = (
    kernel: Kernel,
    tensors: Record<string, Tensor>,
    count: number,
    overrides: Overrides & { WG: number },
  ) => {
    if (count === 0) return;
    const workgroups = gridFor(count, overrides.WG, device.limits.maxComputeWorkgroupsPerDimension);
    device.dispatch(kernel, { bindings: bind(tensors), params, overrides, workgroups });
  };

  const y = Tensor.empty(device, [rows, channels * bins], 'f32', op);
  const source = dense(x, op);
  const inputShape = x.shape;
  const rungFor = <T extends string>(rung: T | 'auto' = 'auto', gpu: T, cpu: T): T =>
    rung !== 'auto' ? rung : device.info.software ? cpu : gpu;
  const runGradient = (tensors: Record<string, Tensor>) => {
    const dx = Tensor.empty(device, inputShape, 'f32', op);
    const rung = rungFor(rungs.gradient, 'gather', 'scatter');
    if (rung === 'scatter') fill(dx, 0);
    const [count, workgroup] = rung === 'scatter' ? [images * channels, SCATTER_WG] : [dx.size, WG];
    run(gradientKernels[rung][mode], { ...tensors, dx }, count, { WG: workgroup });
    return dx;
  };
  if (mode === 'avg') {
    run(avgKernel, { x: source, windows: listed, y }, y.size, { WG });
    return record(op, [x], y, {
      save: [listed],
      vjp: (gradient, [saved]) => [runGradient({ gradient: dense(gradient, op), windows: saved! })],
    });
  }
  const withIndices = isGradEnabled() && x.requiresGrad;
  const indices = Tensor.empty(device, withIndices ? y.shape : [1], 'i32', op);
  const tensors = { x: source, windows: listed, y, indices };
  const INDICES = Number(withIndices);
  if (rungFor(rungs.algorithm, 'direct', 'nested') === 'direct') {
    run(maxKernel, tensors, y.size, { WG, INDICES });
  } else if (y.size > 0) {
    const most = device.limits.maxComputeWorkgroupsPerDimension;
    device.dispatch(nestedKernel, {
      bindings: bind(tensors),
      params: { ...params, table: nestedTable(levels).flat() },
      overrides: { WG: NESTED_WG, INDICES, ...tileOf(levels, windows ? null : [height, width]) },
      workgroups: [Math.min(rows, most), Math.min(Math.ceil(channels / NESTED_WG), most), 1],
    });
  }
  return record(op, [x], y, {
    save: [listed, indices],
    vjp: (gradient, [saved, positions]) => [
      runGradient({ gradient: dense(gradient, op), windows: saved!, indices: positions! }),
    ],
  });
}

/**
 * Rows and columns of the finest level's bins that are read at once; a column that two bins share is read apart. The bins
 * of windows are of any size: small steps.
 */
function tileOf(levels: readonly Level[], map: readonly [number, number] | null): { TILE_Y: number; TILE_X: number } {
  if (!map) return { TILE_Y: 2, TILE_X: 2 };
  const finest = [0, 1].map((axis) => Math.max(...levels.map((level) => level[axis]!))) as [number, number];
  const tallest = Math.floor(map[0] / finest[0]) + Math.min(map[0] % finest[0], 2);
  const widest = Math.floor(map[1] / finest[1]) - (map[1] % finest[1] === 0 ? 0 : 1);
  const TILE_X = evenStep(Math.max(widest, 1), MOST_COLUMNS);
  return { TILE_Y: evenStep(tallest, Math.max(1, Math.floor(MOST_CELLS / TILE_X))), TILE_X };
}

/** The smallest step, at most `most`, that covers `size` in as few steps as possible. */
function evenStep(size: number, most: number): number {
  return Math.ceil(size / Math.ceil(size / most));
}

/** Something to bind where there are no windows; the shader does not read it. */
function noWindows(x: Tensor): Tensor {
  return Tensor.empty(x.device, [1, 5], 'i32', 'windows');
}
