import gridWgsl from '../../../shaders/common/grid.wgsl?raw';
import nanWgsl from '../../../shaders/common/nan.wgsl?raw';
import pyramidWgsl from '../../../shaders/pooling/pyramid.wgsl?raw';
import avgWgsl from '../../../shaders/pooling/pyramid_avg.wgsl?raw';
import avgGradientWgsl from '../../../shaders/pooling/pyramid_avg_gradient.wgsl?raw';
import maxWgsl from '../../../shaders/pooling/pyramid_max.wgsl?raw';
import maxGradientWgsl from '../../../shaders/pooling/pyramid_max_gradient.wgsl?raw';
import { record } from '../../autograd/record.js';
import { gridFor } from '../../runtime/grid.js';
import { defineKernel, type Kernel } from '../../runtime/kernel.js';
import { fill } from '../../tensor/fill.js';
import { Tensor } from '../../tensor/tensor.js';
import { dense } from '../op.js';

const maxKernel = defineKernel('pyramid_max', gridWgsl, nanWgsl, pyramidWgsl, maxWgsl);
const maxGradientKernel = defineKernel('pyramid_max_gradient', gridWgsl, pyramidWgsl, maxGradientWgsl);
const avgKernel = defineKernel('pyramid_avg', gridWgsl, pyramidWgsl, avgWgsl);
const avgGradientKernel = defineKernel('pyramid_avg_gradient', gridWgsl, pyramidWgsl, avgGradientWgsl);
const WG = 64;
/** Few planes must still spread over all cores. */
const GRADIENT_WG = 8;

/** Levels that the shader's table holds. */
export const MAX_LEVELS = 16;

/** One pyramid level: bins down and across. */
export type Level = readonly [number, number];

export type PoolMode = 'max' | 'avg';

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
): Tensor {
  const { device } = x;
  const [images, channels, height, width] = x.shape as readonly [number, number, number, number];
  const rows = windows ? windows.shape[0]! : images;
  let bins = 0;
  const table = levels.flatMap(([down, across]) => {
    const row = [down, across, bins, 0];
    bins += down * across;
    return row;
  });
  const params = {
    rows,
    channels,
    height,
    width,
    bins,
    levels: levels.length,
    has_windows: windows !== null,
    planes: images * channels,
    table,
  };
  const listed = windows ? dense(windows, op) : noWindows(x);
  const run = (kernel: Kernel, tensors: Record<string, Tensor>, count: number, WG: number) => {
    if (count === 0) return;
    device.dispatch(kernel, {
      bindings: Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensor.binding(op)])),
      params,
      overrides: { WG },
      workgroups: gridFor(count, WG, device.limits.maxComputeWorkgroupsPerDimension),
    });
  };

  const y = Tensor.empty(device, [rows, channels * bins], 'f32', op);
  const source = dense(x, op);
  const inputShape = x.shape;
  const emptyGradient = () => {
    const dx = Tensor.empty(device, inputShape, 'f32', op);
    fill(dx, 0);
    return dx;
  };
  if (mode === 'avg') {
    run(avgKernel, { x: source, windows: listed, y }, y.size, WG);
    return record(op, [x], y, {
      save: [listed],
      vjp: (gradient, [saved]) => {
        const dx = emptyGradient();
        run(avgGradientKernel, { gradient: dense(gradient, op), windows: saved!, dx }, images * channels, GRADIENT_WG);
        return [dx];
      },
    });
  }
  const indices = Tensor.empty(device, y.shape, 'i32', op);
  run(maxKernel, { x: source, windows: listed, y, indices }, y.size, WG);
  return record(op, [x], y, {
    save: [listed, indices],
    vjp: (gradient, [saved, positions]) => {
      const dx = emptyGradient();
      const tensors = { gradient: dense(gradient, op), windows: saved!, indices: positions!, dx };
      run(maxGradientKernel, tensors, images * channels, GRADIENT_WG);
      return [dx];
    },
  });
}

/** Something to bind where there are no windows; the shader does not read it. */
function noWindows(x: Tensor): Tensor {
  return Tensor.empty(x.device, [1, 5], 'i32', 'windows');
}
