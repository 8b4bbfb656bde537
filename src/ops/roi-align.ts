import roiAlignWgsl from '../../shaders/detection/roi_align.wgsl';
import gradientWgsl from '../../shaders/detection/roi_align_gradient.wgsl';
import weightsWgsl from '../../shaders/detection/roi_weights.wgsl';
import { record } from '../autograd/record.js';
import { ShapeError } from '../runtime/errors.js';
import { defineKernel } from '../runtime/kernel.js';
import { checkSetting, type OptionNames, requireOptions } from '../runtime/options.js';
import { scope } from '../tensor/scope.js';
import { showShape } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import { bind, checkDTypes, checkRank, commonDevice, dense, type OpRow } from './op.js';
import { type Pair, pairOf } from './pair.js';

const OP = 'roiAlign';
const weightsKernel = defineKernel(weightsWgsl);
const forwardKernel = defineKernel(roiAlignWgsl);
const gradientKernel = defineKernel(gradientWgsl);

export interface RoiAlignOptions {
  /** Bins per side, or `[rows, columns]`. */
  readonly outputSize: Pair;
  /** Cells of the map per pixel of the boxes. Default 1. */
  readonly spatialScale?: number;
  /** Samples per side of a bin; 0 (default): one per cell that it is long, rounded up. */
  readonly samplingRatio?: number;
  /** Whether pixel centres lie at half-integers (Detectron2) and boxes may be smaller than a cell. Default false, as torchvision. */
  readonly aligned?: boolean;
}

const NAMES: OptionNames<RoiAlignOptions> = {
  outputSize: true,
  spatialScale: true,
  samplingRatio: true,
  aligned: true,
};

/**
 * The mean of bilinear samples in each bin of boxes on maps `[N, C, H, W]` (He et al. 2017, Mask R-CNN): `[K, C, rows,
 * columns]`. Boxes are `[K, 5]`: the image's number, x0, y0, x1, y1; one on an image that does not exist gives NaN. The
 * gradient goes to the maps, gathered in a fixed order, not to the boxes. f32. As torchvision's `roi_align`.
 * @throws ShapeError, DTypeError
 */
export function roiAlign(x: Tensor, boxes: Tensor, options: RoiAlignOptions): Tensor {
  requireOptions(OP, options, NAMES);
  const { spatialScale = 1, samplingRatio = 0, aligned = false } = options;
  const bins = pairOf(OP, 'outputSize', options.outputSize, 1);
  checkSetting(OP, 'spatialScale', spatialScale, { above: 0 });
  checkSetting(OP, 'samplingRatio', samplingRatio, { least: 0, integer: true });
  for (const [name, tensor] of Object.entries({ input: x, boxes })) checkDTypes(OP, name, tensor, ['f32']);
  checkRank(OP, 'input', x, 4, '[N, C, H, W]');
  if (boxes.rank !== 2 || boxes.shape[1] !== 5 || x.shape.slice(2).includes(0)) {
    throw new ShapeError(
      `${OP}: maps ${showShape(x.shape)} and boxes ${showShape(boxes.shape)} are not usable; give maps with cells and boxes [K, 5]: image, x0, y0, x1, y1`,
    );
  }
  const device = commonDevice(OP, [x, boxes]);
  const [images, channels, ...map] = x.shape as [number, number, number, number];
  const count = boxes.shape[0]!;
  const placing = { scale: spatialScale, aligned };
  return scope(() => {
    const places = dense(boxes, OP);
    const tables = ([0, 1] as const).map((axis) => {
      const weights = Tensor.empty(device, [count, bins[axis], map[axis]!], 'f32', OP);
      device.dispatch(weightsKernel, {
        bindings: bind(OP, { boxes: places, weights }),
        params: { size: weights.size, bins: bins[axis], cells: map[axis]!, axis, samples: samplingRatio, ...placing },
        invocations: weights.size,
      });
      return weights;
    });
    const shared = { channels, map, bins, ...placing };
    const y = Tensor.empty(device, [count, channels, ...bins], 'f32', OP);
    const [rows, columns] = tables as [Tensor, Tensor];
    device.dispatch(forwardKernel, {
      bindings: bind(OP, { x: dense(x, OP), boxes: places, rows, columns, y }),
      params: { ...shared, size: y.size, images },
      invocations: y.size,
    });
    return record(OP, [x], y, {
      save: [places, rows, columns],
      vjp: (gradient, saved) => {
        const [boxes, rows, columns] = saved as [Tensor, Tensor, Tensor];
        const dx = Tensor.empty(device, [images, channels, ...map], 'f32', OP);
        device.dispatch(gradientKernel, {
          bindings: bind(OP, { gradient: dense(gradient, OP), boxes, rows, columns, dx }),
          params: { ...shared, size: dx.size, count },
          invocations: dx.size,
        });
        return [dx];
      },
    });
  });
}

export const row: OpRow = {
  name: 'roiAlign',
  family: 'detection',
  summary: 'bilinear means of bins of boxes on a map',
  dtypes: ['f32'],
  differentiable: [0],
};
