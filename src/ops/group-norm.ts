import { ShapeError } from '../runtime/errors.js';
import { checkOptions, checkSetting, type OptionNames } from '../runtime/options.js';
import { scope } from '../tensor/scope.js';
import { showShape, sizeOf } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { add } from './add.js';
import { mul } from './mul.js';
import { type GroupLayout, momentsOf, normalizeGroups } from './normalization/groups.js';
import type { OpRow } from './op.js';
import { reshape } from './reshape.js';

export interface GroupNormOptions {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
}

const NAMES: OptionNames<GroupNormOptions> = { eps: true };

/**
 * Normalises `groups` runs of channels of each image of `[N, C, ...]` (Wu and He 2018), then multiplies each channel by
 * `weight` and adds `bias`, both `[C]` or null. With one group it is a layer norm, with `C` an instance norm. f32.
 * @throws ShapeError, DTypeError
 */
export function groupNorm(
  x: Tensor,
  groups: number,
  weight: Tensor | null = null,
  bias: Tensor | null = null,
  options: GroupNormOptions = {},
): Tensor {
  checkOptions('groupNorm', options, NAMES);
  const { eps = 1e-5 } = options;
  checkSetting('groupNorm', 'eps', eps, { least: 0 });
  const [images, channels] = x.shape;
  if (x.rank < 2 || !Number.isInteger(groups) || groups < 1 || channels! % groups !== 0) {
    throw new ShapeError(
      `groupNorm: ${groups} groups for an input ${showShape(x.shape)}; give [N, C, ...] and groups that divide C`,
    );
  }
  for (const [name, tensor] of Object.entries({ weight, bias })) {
    if (tensor && (tensor.rank !== 1 || tensor.size !== channels)) {
      throw new ShapeError(`groupNorm: ${name} has shape ${showShape(tensor.shape)}, but must be [${channels}]`);
    }
  }
  const layout: GroupLayout = [1, images! * groups, sizeOf(x.shape.slice(1)) / groups];
  return scope(() => {
    const y = normalizeGroups('groupNorm', x, null, null, layout, eps, { ...momentsOf(x, layout), own: true });
    const perChannel = (values: Tensor) => reshape(values, [channels!, ...x.shape.slice(2).map(() => 1)]);
    const scaled = weight ? mul(y, perChannel(weight)) : y;
    return bias ? add(scaled, perChannel(bias)) : scaled;
  });
}

export const row: OpRow = {
  name: 'groupNorm',
  family: 'normalization',
  summary: 'runs of channels normalised in each image',
  dtypes: ['f32'],
  differentiable: [0, 1, 2],
};
