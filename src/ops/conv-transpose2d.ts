import { record } from '../autograd/record.js';
import { ShapeError } from '../runtime/errors.js';
import { checkOptions, type OptionNames } from '../runtime/options.js';
import { scope } from '../tensor/scope.js';
import { showShape } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import { add } from './add.js';
import { convForward, convInputGradient, convWeightGradient } from './conv/passes.js';
import { type ConvGeometry, type ConvShape, convShape } from './conv/shape.js';
import { checkDTypes, checkRank, commonDevice, dense, type OpRow } from './op.js';
import { type Pair, pairOf } from './pair.js';
import { reshape } from './reshape.js';

const OP = 'convTranspose2d';

export interface ConvTranspose2dOptions extends ConvGeometry {
  /** Rows and columns more at the end, below the stride: several input sizes give one output size of a convolution. Default 0. */
  readonly outputPadding?: Pair;
}

const NAMES: OptionNames<ConvTranspose2dOptions> = {
  stride: true,
  padding: true,
  dilation: true,
  groups: true,
  outputPadding: true,
};

/**
 * The transpose of a convolution: maps `[N, C, H, W]` are spread by filters `[C, O / groups, KH, KW]`, plus bias `[O]`, to
 * `[N, O, (H - 1) stride - 2 padding + dilation (KH - 1) + outputPadding + 1, ...]`, as PyTorch's. f32. It runs on the
 * gradient kernels of `conv2d`.
 * @throws ShapeError naming the argument that does not fit
 */
export function convTranspose2d(
  x: Tensor,
  w: Tensor,
  bias: Tensor | null = null,
  options: ConvTranspose2dOptions = {},
): Tensor {
  checkOptions(OP, options, NAMES);
  for (const [name, tensor] of Object.entries({ input: x, weight: w })) checkDTypes(OP, name, tensor, ['f32']);
  commonDevice(OP, bias ? [x, w, bias] : [x, w]);
  const shape = transposedShape(x, w, options);
  if (bias && (bias.rank !== 1 || bias.size !== shape.channels)) {
    throw new ShapeError(
      `${OP}: bias has shape ${showShape(bias.shape)}, but must be [${shape.channels}], one per output channel`,
    );
  }
  return scope(() => {
    const [maps, weights] = [dense(x, OP), dense(w, OP)];
    const y = record(OP, [x, w], convInputGradient(maps, weights, shape, {}), {
      save: [maps, weights],
      vjp: (gradient, [savedX, savedW], needs) => {
        const g = dense(gradient, OP);
        return [
          needs[0] ? forward(g, savedW!, shape) : null,
          needs[1] ? convWeightGradient(savedX!, g, savedW!, shape, {}) : null,
        ];
      },
    });
    return bias ? add(y, reshape(bias, [-1, 1, 1])) : y;
  });
}

/** The convolution whose transpose it is: its output is this op's input. */
function transposedShape(x: Tensor, w: Tensor, { outputPadding = 0, ...geometry }: ConvTranspose2dOptions): ConvShape {
  checkRank(OP, 'input', x, 4, '[N, C, H, W]');
  checkRank(OP, 'weight', w, 4, '[C, O / groups, KH, KW]');
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = geometry;
  const [steps, pads, gaps] = [
    pairOf(OP, 'stride', stride, 1),
    pairOf(OP, 'padding', padding, 0),
    pairOf(OP, 'dilation', dilation, 1),
  ];
  const extra = pairOf(OP, 'outputPadding', outputPadding, 0);
  const [images, channels] = x.shape as [number, number];
  if (!Number.isInteger(groups) || groups < 1 || channels % groups !== 0 || w.shape[0] !== channels) {
    throw new ShapeError(
      `${OP}: weight ${showShape(w.shape)} in ${groups} groups does not fit the input ${showShape(x.shape)}; give [${channels}, O / groups, KH, KW] and groups that divide ${channels}`,
    );
  }
  if (extra.some((cells, axis) => cells >= steps[axis]!)) {
    throw new ShapeError(`${OP}: outputPadding ${showShape(extra)} must be below the stride ${showShape(steps)}`);
  }
  const size = [0, 1].map(
    (axis) =>
      (x.shape[2 + axis]! - 1) * steps[axis]! -
      2 * pads[axis]! +
      gaps[axis]! * (w.shape[2 + axis]! - 1) +
      extra[axis]! +
      1,
  );
  if (x.shape.slice(2).includes(0) || size.some((cells) => cells < 1)) {
    throw new ShapeError(
      `${OP}: the input ${showShape(x.shape)} with padding ${showShape(pads)} gives a map ${showShape(size)}; use less padding or a larger input`,
    );
  }
  return convShape({ rank: 4, shape: [images, w.shape[1]! * groups, ...size] }, w, geometry);
}

function forward(x: Tensor, w: Tensor, shape: ConvShape): Tensor {
  const y = Tensor.empty(x.device, [shape.images, shape.outChannels, ...shape.out], 'f32', OP);
  if (y.size > 0) convForward(x, w, null, y, shape, false, {});
  return y;
}

export const row: OpRow = {
  name: 'convTranspose2d',
  family: 'convolution',
  summary: 'the transpose of a 2-d convolution, which enlarges maps',
  dtypes: ['f32'],
  differentiable: [0, 1, 2],
};
