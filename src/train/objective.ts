import { rankOf } from '../classify/metrics.js';
import type { ImageEntry, LabelKind } from '../data/dataset.js';
import { binaryCrossEntropyWithLogits } from '../ops/binary-cross-entropy-with-logits.js';
import { crossEntropy } from '../ops/cross-entropy.js';
import { mul } from '../ops/mul.js';
import { SppgpuError } from '../runtime/errors.js';
import { printable } from '../runtime/quote.js';
import { tensor } from '../tensor/create.js';
import type { Tensor } from '../tensor/tensor.js';

/** What is to be learned of one picture. */
export type Target = Pick<ImageEntry, 'id' | 'label' | 'labels'>;

/** What a network learns from pictures, and what is counted on the way. `Scores` has one number for each name. */
export interface Objective<Scores extends object> {
  /** Whether a picture has one class or several. */
  readonly labels: LabelKind;
  /** Names of the scores, in the order of logs. */
  readonly scores: readonly string[];
  /** The scalar loss of logits `[N, classes]`, a mean over the pictures; runs inside a scope. */
  loss(logits: Tensor, targets: readonly Target[]): Tensor;
  /** Scores of one picture from its row of logits, 0 to 1 each. */
  score(logits: Float32Array, target: Target): Scores;
}

/** Shares of pictures whose class is the first, and one of the first five, that the network names. */
export type SingleLabelScores = { readonly top1: number; readonly top5: number };

/**
 * One class per picture: softmax and cross-entropy.
 * @param labelSmoothing share of the target spread evenly over all classes, 0 to 1: a net that need not be certain learns
 *   faster from few pictures (Szegedy et al., arXiv 1512.00567, section 7)
 */
export function smoothedLabel(labelSmoothing: number): Objective<SingleLabelScores> {
  return {
    labels: 'single',
    scores: ['top1', 'top5'],
    loss: (logits, targets) => {
      const labels = Int32Array.from(targets, ({ label }) => label);
      return crossEntropy(logits, tensor(logits.device, labels), { labelSmoothing });
    },
    score: (logits, { label }) => {
      const rank = rankOf(logits, 0, logits.length, label);
      return { top1: Number(rank < 1), top5: Number(rank < 5) };
    },
  };
}

/** One class per picture, and nothing else is right. */
export const singleLabel: Objective<SingleLabelScores> = /* @__PURE__ */ smoothedLabel(0);

/** Share of the classes of a picture on which the network is right (above or below one half); difficult ones do not count. */
export type MultiLabelScores = { readonly labelAccuracy: number };

/**
 * Any number of classes per picture: a sigmoid and a binary cross-entropy for each. The loss of a picture is the sum over its
 * classes (as Caffe has it), so that a learning rate means about the same as with one class per picture. Classes that are
 * only difficult in a picture (VOC) neither train nor count.
 */
export const multiLabel: Objective<MultiLabelScores> = {
  labels: 'multi',
  scores: ['labelAccuracy'],
  loss: (logits, targets) => {
    const { device, shape } = logits;
    const presence = targets.flatMap(presenceOf);
    const wanted = tensor(
      device,
      Float32Array.from(presence, (value) => Number(value > 0)),
      { shape },
    );
    const weight = tensor(
      device,
      Float32Array.from(presence, (value) => Number(value !== 0)),
      { shape },
    );
    return mul(binaryCrossEntropyWithLogits(logits, wanted, { weight, reduction: 'sum' }), 1 / targets.length);
  },
  score: (logits, target) => {
    const presence = presenceOf(target);
    const counted = presence.filter((value) => value !== 0).length;
    const right = presence.filter((value, c) => (value > 0 ? logits[c]! > 0 : value < 0 && logits[c]! <= 0)).length;
    return { labelAccuracy: counted === 0 ? 1 : right / counted };
  },
};

/** 1, 0 (difficult) or -1 for each class. */
function presenceOf({ id, labels }: Target): readonly number[] {
  if (!labels) throw new SppgpuError(`${printable(id, 200)}: has no list of classes; train with one class per picture`);
  return labels;
}
