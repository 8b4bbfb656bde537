import crossEntropyWgsl from '../../shaders/loss/cross_entropy.wgsl';
import gradientWgsl from '../../shaders/loss/cross_entropy_gradient.wgsl';
import workgroupRowsWgsl from '../../shaders/loss/cross_entropy_rows.wgsl';
import totalWgsl from '../../shaders/loss/cross_entropy_total.wgsl';
import { record } from '../autograd/record.js';
import { ShapeError } from '../runtime/errors.js';
import { defineKernel } from '../runtime/kernel.js';
import { checkOptions, type OptionNames } from '../runtime/options.js';
import { scope } from '../tensor/scope.js';
import { showShape } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import { checkDTypes, checkRank, commonDevice, dense, type OpRow } from './op.js';
import { type RowAlgorithm, type RowNotes, rowLadder, rowNotes, workgroupRows } from './reduction/row-ladder.js';
import { sumAxis } from './reduction/sum-axis.js';

const OP = 'crossEntropy';
const rowsKernel = defineKernel(crossEntropyWgsl);
const workgroupRowsKernel = defineKernel(workgroupRowsWgsl);
const totalKernel = defineKernel(totalWgsl);
const gradientKernel = defineKernel(gradientWgsl);

export const crossEntropyLadder = /* @__PURE__ */ rowLadder(OP, [rowsKernel], [workgroupRowsKernel]);
export const crossEntropyNotes: RowNotes = /* @__PURE__ */ rowNotes(
  'loss/cross_entropy.wgsl',
  'loss/cross_entropy_rows.wgsl',
);

/** Rows that the one invocation of the total adds up itself. */
const FEW_ROWS = 256;

export interface CrossEntropyOptions {
  /** Rows with this label give 0 and are not counted. Default -100. */
  readonly ignoreIndex?: number;
  /** `mean` (default) over the rows that count (NaN if none does), `sum`, or `none`: a loss for each row. */
  readonly reduction?: 'mean' | 'sum' | 'none';
  /** Share of the target spread evenly over all classes, 0 to 1. Default 0. */
  readonly labelSmoothing?: number;
  /** How rows are worked on. Default `auto`. */
  readonly algorithm?: RowAlgorithm;
}

const NAMES: OptionNames<CrossEntropyOptions> = {
  ignoreIndex: true,
  reduction: true,
  labelSmoothing: true,
  algorithm: true,
};

/**
 * Cross-entropy of `logits` `[N, C]` with `labels` i32 `[N]`, as PyTorch defines it, in nats.
 * A label that is neither a class nor `ignoreIndex` makes the loss and its row's gradient NaN, so that it cannot go unseen.
 * @throws ShapeError, DTypeError
 */
export function crossEntropy(logits: Tensor, labels: Tensor, options: CrossEntropyOptions = {}): Tensor {
  checkOptions('crossEntropy', options, NAMES);
  const { ignoreIndex = -100, reduction = 'mean', labelSmoothing = 0, algorithm } = options;
  check(logits, labels, labelSmoothing);
  const device = commonDevice(OP, [logits, labels]);
  const [rows, classes] = logits.shape as [number, number];
  return scope(() => {
    const source = dense(logits, OP);
    const targets = dense(labels, OP);
    const losses = Tensor.empty(device, [rows], 'f32', OP);
    const statistics = Tensor.empty(device, [rows, 4], 'f32', OP);
    const byWorkgroup = workgroupRows(OP, crossEntropyLadder, device, { rows, length: classes }, algorithm);
    device.dispatch(byWorkgroup ? workgroupRowsKernel : rowsKernel, {
      bindings: {
        logits: source.binding(OP),
        labels: targets.binding(OP),
        losses: losses.binding(OP),
        rows: statistics.binding(OP),
      },
      params: { rows, classes, ignore_index: ignoreIndex, smoothing: labelSmoothing },
      ...(byWorkgroup ? { workgroups: rows } : { invocations: rows }),
    });
    const { loss, counted } =
      reduction === 'none' ? { loss: losses, counted: losses } : total(statistics, reduction === 'mean');
    return record(OP, [logits], loss, {
      save: [source, targets, statistics, counted],
      vjp: (gradient, saved) => {
        const [x, label, stored, count] = saved as [Tensor, Tensor, Tensor, Tensor];
        const dx = Tensor.empty(device, [rows, classes], 'f32', OP);
        const size = Math.ceil(dx.size / 4);
        device.dispatch(gradientKernel, {
          bindings: {
            logits: x.binding(OP),
            labels: label.binding(OP),
            rows: stored.binding(OP),
            counted: count.binding(OP),
            gradient: dense(gradient, OP).binding(OP),
            dx: dx.binding(OP),
          },
          params: {
            size,
            rows,
            classes,
            ignore_index: ignoreIndex,
            smoothing: labelSmoothing,
            per_row: reduction === 'none',
            divide: reduction === 'mean',
          },
          invocations: size,
        });
        return [dx];
      },
    });
  });
}

/** The scalar loss and the number of rows that count, from `[rows, 4]`. */
function total(statistics: Tensor, divide: boolean): { loss: Tensor; counted: Tensor } {
  const { device } = statistics;
  const rows = statistics.shape[0]!;
  const few = rows <= FEW_ROWS ? statistics : sumAxis(OP, statistics, { outer: 1, n: rows, inner: 4 });
  const loss = Tensor.empty(device, [], 'f32', OP);
  const counted = Tensor.empty(device, [], 'f32', OP);
  device.dispatch(totalKernel, {
    bindings: { rows: few.binding(OP), loss: loss.binding(OP), counted: counted.binding(OP) },
    params: { rows: few === statistics ? rows : 1, divide },
    workgroups: 1,
  });
  return { loss, counted };
}

function check(logits: Tensor, labels: Tensor, labelSmoothing: number): void {
  checkDTypes(OP, 'logits', logits, ['f32']);
  checkRank(OP, 'logits', logits, 2, '[rows, classes]');
  checkDTypes(OP, 'labels', labels, ['i32']);
  if (labels.rank !== 1 || labels.shape[0] !== logits.shape[0]) {
    throw new ShapeError(
      `${OP}: labels ${showShape(labels.shape)} do not match logits ${showShape(logits.shape)}; give one label per row, [${logits.shape[0]}]`,
    );
  }
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new ShapeError(`${OP}: labelSmoothing ${labelSmoothing} is not a share; use 0 to 1`);
  }
}

export const row: OpRow = {
  name: 'crossEntropy',
  family: 'loss',
  summary: 'log-softmax and negative log-likelihood of integer labels, fused',
  dtypes: ['f32'],
  differentiable: [0],
};
