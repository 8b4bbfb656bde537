import avgWgsl from '../../../shaders/pooling/pyramid_avg.wgsl';
import { isGradEnabled } from '../../autograd/mode.js';
import { record } from '../../autograd/record.js';
import { defineKernel } from '../../runtime/kernel.js';
import { fill } from '../../tensor/fill.js';
import { Tensor } from '../../tensor/tensor.js';
import { packMaps } from '../conv/maps.js';
import { chooseRung } from '../ladder.js';
import { bind, dense } from '../op.js';
import { type PyramidAlgorithm, type PyramidGradient, pyramidGradientLadder, pyramidLadder } from './ladders.js';
import { maximaTable } from './maxima-table.js';
import { type Level, levelTable, nestedTable } from './nested-levels.js';
import {
  channelsKernel,
  directKernel,
  gradientKernels,
  nestedChannelsKernel,
  nestedKernel,
  sweepKernel,
  tableKernel,
  workgroupKernel,
} from './pyramid-kernels.js';
import { sweepOverrides } from './sweep.js';

const avgKernel = defineKernel(avgWgsl);

/** Channels of one row that a workgroup of the nested kernel pools: the shader's WG. */
const NESTED_WG = 32;
/** Channels of one map that a workgroup of the sweeping kernel pools: the shader's WG. */
const SWEEP_WG = 8;
/** Its workgroups, for as many maps each as there are: enough for all cores, and few, since each start costs a CPU adapter time. */
const SWEEP_GROUPS = 256;
/** Rows that a workgroup of the table's kernel pools, four channels of each: the shader's WG. */
const TABLE_WG = 8;
/** Unrolled reads, at most: more of them make the compilation long and nothing faster. */
const MOST_CELLS = 12;
const MOST_COLUMNS = 8;

/** Levels that the shader's table holds. */
export const MAX_LEVELS = 16;

export type PoolMode = 'max' | 'avg';

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
  const work = { images, rows, channels, height, width, levels, windows: windows !== null };
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
  const y = Tensor.empty(device, [rows, channels * bins], 'f32', op);
  const source = dense(x, op);
  const inputShape = x.shape;
  const runGradient = (gradient: Tensor, saved: Tensor, indices?: Tensor) => {
    const dx = Tensor.empty(device, inputShape, 'f32', op);
    const rung = chooseRung(op, pyramidGradientLadder, device, work, rungs.gradient);
    if (rung === 'scatter') fill(dx, 0);
    const call = { params, invocations: rung === 'scatter' ? images * channels : dx.size };
    const always = { gradient: dense(gradient, op), windows: saved, dx };
    if (mode === 'avg') device.dispatch(gradientKernels[rung].avg, { bindings: bind(op, always), ...call });
    else device.dispatch(gradientKernels[rung].max, { bindings: bind(op, { ...always, indices: indices! }), ...call });
    return dx;
  };
  if (mode === 'avg') {
    device.dispatch(avgKernel, { bindings: bind(op, { x: source, windows: listed, y }), params, invocations: y.size });
    return record(op, [x], y, {
      save: [listed],
      vjp: (gradient, [saved]) => [runGradient(gradient, saved!)],
    });
  }
  const withIndices = isGradEnabled() && x.requiresGrad;
  const indices = Tensor.empty(device, withIndices ? y.shape : [1], 'i32', op);
  const bindings = bind(op, { x: source, windows: listed, y, indices });
  const INDICES = withIndices;
  const overrides = { INDICES };
  switch (chooseRung(op, pyramidLadder, device, work, rungs.algorithm)) {
    case 'direct':
      device.dispatch(directKernel, { bindings, params, overrides, invocations: y.size });
      break;
    case 'workgroup':
      device.dispatch(workgroupKernel, { bindings, params, overrides, workgroups: y.size });
      break;
    case 'channels': {
      const call = { params, overrides, invocations: rows * bins * Math.ceil(channels / 4) };
      device.dispatch(channelsKernel, { bindings: { ...bindings, x: channelsLast(op, source).binding(op) }, ...call });
      break;
    }
    case 'nestedChannels': {
      const call = { params: { ...params, table: nestedTable(levels).flat() }, overrides };
      device.dispatch(nestedChannelsKernel, {
        bindings: { ...bindings, x: channelsLast(op, source).binding(op) },
        ...call,
        invocations: rows * Math.ceil(channels / 4),
      });
      break;
    }
    case 'table': {
      const { maxima, places, down, across } = maximaTable(op, source, levels, INDICES);
      device.dispatch(tableKernel, {
        bindings: bind(op, { maxima, places, windows: listed, y, indices }),
        params: { ...params, table: nestedTable(levels).flat() },
        overrides: { INDICES, DOWN: down, ACROSS: across },
        workgroups: [Math.ceil(rows / TABLE_WG), channels / 4, 1],
      });
      break;
    }
    case 'sweep': {
      const across = Math.ceil(channels / SWEEP_WG);
      device.dispatch(sweepKernel, {
        bindings,
        params: { ...params, table: nestedTable(levels).flat() },
        overrides: { INDICES, ...sweepOverrides(height, width, levels) },
        workgroups: [Math.min(rows, Math.ceil(SWEEP_GROUPS / across)), across, 1],
      });
      break;
    }
    case 'nested':
      device.dispatch(nestedKernel, {
        bindings,
        params: { ...params, table: nestedTable(levels).flat() },
        overrides: { INDICES, ...tileOf(levels, windows ? null : [height, width]) },
        workgroups: [rows, Math.ceil(channels / NESTED_WG), 1],
      });
  }
  return record(op, [x], y, {
    save: [listed, indices],
    vjp: (gradient, [saved, positions]) => [runGradient(gradient, saved!, positions!)],
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

/** Maps with channels last, four to a vec4. */
function channelsLast(op: string, x: Tensor): Tensor {
  const [images, channels, rows, columns] = x.shape as readonly [number, number, number, number];
  const size = [rows, columns] as const;
  return packMaps(op, x, 0, images, { channels, groups: 1, size, padTop: 0, padLeft: 0, rows, columns }).tensor;
}

/** Something to bind where there are no windows; the shader does not read it. */
function noWindows(x: Tensor): Tensor {
  return Tensor.empty(x.device, [1, 5], 'i32', 'windows');
}
