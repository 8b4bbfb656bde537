import { isGradEnabled } from '../autograd/mode.js';
import { record } from '../autograd/record.js';
import { ShapeError } from '../runtime/errors.js';
import { checkChoice, type OptionNames, requireOptions } from '../runtime/options.js';
import { scope } from '../tensor/scope.js';
import { Tensor } from '../tensor/tensor.js';
import { chooseRung } from './ladder.js';
import { type LrnAlgorithm, lrnForwardLadder, lrnGradientLadder, lrnWalk } from './normalization/lrn.js';
import { lrnGradientKernel, lrnKernel } from './normalization/lrn-kernels.js';
import { bind, checkDTypes, checkRank, dense, type OpRow } from './op.js';

const OP = 'localResponseNorm';

export interface LocalResponseNormOptions {
  /** Channels, or cells per side, of the neighbourhood; odd within a channel. */
  readonly size: number;
  readonly alpha?: number;
  readonly beta?: number;
  readonly k?: number;
  readonly mode?: 'acrossChannels' | 'withinChannel';
  /** The rung of the forward pass; default: the best for this adapter. */
  readonly algorithm?: LrnAlgorithm | 'auto';
  /** The rung of the gradient; default: the best for this adapter. */
  readonly gradient?: LrnAlgorithm | 'auto';
}

export const LRN_NAMES: OptionNames<LocalResponseNormOptions> = {
  size: true,
  alpha: true,
  beta: true,
  k: true,
  mode: true,
  algorithm: true,
  gradient: true,
};

/**
 * `x * (k + a * sum of squares)^-beta` over a neighbourhood clipped at the border. `acrossChannels` (default): `size`
 * channels and `a = alpha / size`, as PyTorch. `withinChannel`: a `size x size` square and `a = alpha / size^2`, as Caffe
 * and the released ZF-5. `x` is `[N, C, H, W]`. With `k` 0, where the definition divides 0 by 0 (a neighbourhood of zeros),
 * zeros stay zeros and get no gradient.
 * @throws ShapeError for a wrong rank or size
 */
export function localResponseNorm(x: Tensor, options: LocalResponseNormOptions): Tensor {
  requireOptions(OP, options, LRN_NAMES);
  checkChoice(OP, 'mode', options.mode, ['acrossChannels', 'withinChannel']);
  const { size, alpha = 1e-4, beta = 0.75, k = 1, mode = 'acrossChannels' } = options;
  checkDTypes(OP, 'input', x, ['f32']);
  checkRank(OP, 'input', x, 4, '[N, C, H, W]');
  const within = mode === 'withinChannel';
  if (!Number.isInteger(size) || size < 1 || (within && size % 2 === 0)) {
    throw new ShapeError(`${OP}: size ${size} is not usable; give an ${within ? 'odd ' : ''}integer >= 1`);
  }
  const [before, after] = [Math.floor(size / 2), Math.floor((size - 1) / 2)];
  const common = { alpha: alpha / (within ? size * size : size), beta };
  const work = { shape: x.shape, size, within };
  const { device } = x;
  return scope(() => {
    const source = dense(x, OP);
    const y = Tensor.empty(device, x.shape, 'f32', OP);
    // Only the gradient reads the scale.
    const recorded = isGradEnabled() && x.requiresGrad;
    const scale = Tensor.empty(device, recorded ? x.shape : [1], 'f32', OP);
    if (x.size > 0) {
      const rung = chooseRung(OP, lrnForwardLadder, device, work, options.algorithm);
      const { params, overrides, invocations } = lrnWalk(rung, work, before);
      device.dispatch(lrnKernel, {
        bindings: bind(OP, { x: source, y, scale }),
        params: { ...params, ...common, before, after },
        overrides: { ...overrides, K: k, SCALE: recorded },
        invocations,
      });
    }
    return record(OP, [x], y, {
      save: [source, y, scale],
      vjp: (gradient, saved) => {
        const [x, y, scale] = saved as [Tensor, Tensor, Tensor];
        const dx = Tensor.empty(device, x.shape, 'f32', OP);
        if (dx.size === 0) return [dx];
        const rung = chooseRung(OP, lrnGradientLadder, device, work, options.gradient);
        const { params, ...call } = lrnWalk(rung, work, before);
        device.dispatch(lrnGradientKernel, {
          bindings: bind(OP, { gradient: dense(gradient, OP), x, y, scale, dx }),
          // A cell's gradient comes from the neighbourhoods that have it: those are as far behind it as theirs reach ahead.
          params: { ...params, ...common, before: after, after: before },
          ...call,
        });
        return [dx];
      },
    });
  });
}

export const row: OpRow = {
  name: OP,
  family: 'normalization',
  summary: 'normalisation by the squares of neighbouring channels or cells',
  dtypes: ['f32'],
  differentiable: [0],
};
