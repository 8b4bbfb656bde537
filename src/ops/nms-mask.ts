import overlapsWgsl from '../../shaders/detection/nms_overlaps.wgsl';
import sweepWgsl from '../../shaders/detection/nms_sweep.wgsl';
import { ShapeError } from '../runtime/errors.js';
import { defineKernel } from '../runtime/kernel.js';
import { checkOptions, checkSetting, type OptionNames } from '../runtime/options.js';
import { zeros } from '../tensor/create.js';
import { scope } from '../tensor/scope.js';
import { showShape } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import { sortedPlaces } from './movement/sorted-places.js';
import { bind, checkDTypes, commonDevice, dense, type OpRow } from './op.js';

const OP = 'nmsMask';
const overlapsKernel = defineKernel(overlapsWgsl);
const sweepKernel = defineKernel(sweepWgsl);

export interface NmsMaskOptions {
  /** Boxes that overlap a better one by more (intersection over union) are taken out. Default 0.5. */
  readonly threshold?: number;
}

const NAMES: OptionNames<NmsMaskOptions> = { threshold: true };

/**
 * Greedy non-maximum suppression on the device, of boxes `[K, 4]` (x0, y0, x1, y1) with scores `[K]`: u32 `[K]`, 1 for a box
 * that stays, as torchvision's `nms`. A mask and not places, for their number would have to be waited for; of equal scores the
 * first box wins. Without gradient. For boxes on the host there is `nms`.
 * @throws ShapeError, DTypeError
 */
export function nmsMask(boxes: Tensor, scores: Tensor, options: NmsMaskOptions = {}): Tensor {
  checkOptions(OP, options, NAMES);
  const { threshold = 0.5 } = options;
  checkSetting(OP, 'threshold', threshold, { least: 0, most: 1 });
  for (const [name, tensor] of Object.entries({ boxes, scores })) checkDTypes(OP, name, tensor, ['f32']);
  const count = scores.size;
  if (scores.rank !== 1 || boxes.rank !== 2 || boxes.shape[0] !== count || boxes.shape[1] !== 4) {
    throw new ShapeError(
      `${OP}: boxes ${showShape(boxes.shape)} and scores ${showShape(scores.shape)} do not fit; give [K, 4] and [K]`,
    );
  }
  const device = commonDevice(OP, [boxes, scores]);
  return scope(() => {
    const keep = Tensor.empty(device, [count], 'u32', OP);
    if (count === 0) return keep;
    const order = sortedPlaces(OP, scores, true);
    const words = Math.ceil(count / 32);
    const overlaps = Tensor.empty(device, [count, words], 'u32', OP);
    device.dispatch(overlapsKernel, {
      bindings: bind(OP, { boxes: dense(boxes, OP), order, overlaps }),
      params: { size: overlaps.size, count, words, threshold },
      invocations: overlaps.size,
    });
    device.dispatch(sweepKernel, {
      bindings: bind(OP, { overlaps, order, removed: zeros(device, [words], { dtype: 'u32' }), keep }),
      params: { count, words },
      workgroups: 1,
    });
    return keep;
  });
}

export const row: OpRow = {
  name: 'nmsMask',
  family: 'detection',
  summary: 'which boxes stay after greedy non-maximum suppression',
  dtypes: ['f32'],
  differentiable: [],
};
