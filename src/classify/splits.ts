import { SppgpuError } from '../runtime/errors.js';
import type { Split } from '../svm/select-c.js';
import { Rng } from '../tensor/rng.js';

/** Words that keep the random streams of splits apart from others of the same seed. */
const STREAM = 0x53504c54;

/** Sample indices of every class, shuffled; the shuffle of a class does not depend on the other classes. */
function shuffledByClass(labels: ArrayLike<number>, classes: number, seed: number, stream: number): number[][] {
  const byClass: number[][] = Array.from({ length: classes }, () => []);
  for (let i = 0; i < labels.length; i += 1) {
    const own = byClass[labels[i]!];
    if (!own)
      throw new SppgpuError(
        `split: label ${labels[i]} of sample ${i} is not a class; labels go from 0 to ${classes - 1}`,
      );
    own.push(i);
  }
  return byClass.map((own, index) => new Rng(seed, [STREAM, stream, index]).shuffle(own));
}

const sorted = (parts: readonly number[][]): Int32Array => Int32Array.from(parts.flat()).sort();

/**
 * Caltech-101's split: `train` random samples per class, then up to `maximumTest` of the others.
 * @param index number of the split; splits of one seed are independent draws
 * @throws SppgpuError for a class with too few samples to leave one for testing
 */
export function caltechSplit(
  labels: ArrayLike<number>,
  classes: number,
  {
    train = 30,
    maximumTest = 50,
    seed = 0,
    index = 0,
  }: { train?: number; maximumTest?: number; seed?: number; index?: number } = {},
): Split {
  const byClass = shuffledByClass(labels, classes, seed, index);
  byClass.forEach((own, label) => {
    if (own.length > train) return;
    throw new SppgpuError(
      `split: class ${label} has ${own.length} samples; ${train} to train and one to test need ${train + 1}, so lower the training count`,
    );
  });
  return {
    train: sorted(byClass.map((own) => own.slice(0, train))),
    test: sorted(byClass.map((own) => own.slice(train, train + maximumTest))),
  };
}

/**
 * Holds a share of every class out for validation: at least one sample of a class with two or more; a single one trains.
 * The indices are positions in `labels`.
 */
export function stratifiedHoldout(
  labels: ArrayLike<number>,
  classes: number,
  { share = 1 / 3, seed = 0 }: { share?: number; seed?: number } = {},
): Split {
  const cut = (own: readonly number[]): number =>
    own.length < 2 ? 0 : Math.min(own.length - 1, Math.max(1, Math.round(own.length * share)));
  const byClass = shuffledByClass(labels, classes, seed, -1);
  return {
    train: sorted(byClass.map((own) => own.slice(cut(own)))),
    test: sorted(byClass.map((own) => own.slice(0, cut(own)))),
  };
}
