import { topClasses } from '../classify/metrics.js';

/** Sums over the examples of an epoch so far: plain numbers, so that a checkpoint can hold them. */
export interface EpochSums {
  readonly examples: number;
  readonly loss: number;
  readonly top1: number;
  readonly top5: number;
}

export const NO_EXAMPLES: EpochSums = { examples: 0, loss: 0, top1: 0, top5: 0 };

/** Adds one batch: its mean loss, and hits counted from logits `[N, classes]`. */
export function addBatch(
  sums: EpochSums,
  meanLoss: number,
  logits: Float32Array,
  labels: ArrayLike<number>,
): EpochSums {
  const classes = logits.length / labels.length;
  let [top1, top5] = [0, 0];
  for (let i = 0; i < labels.length; i++) {
    const best = topClasses(logits.subarray(i * classes, (i + 1) * classes), Math.min(5, classes));
    if (best[0] === labels[i]) top1++;
    if (best.includes(labels[i]!)) top5++;
  }
  return {
    examples: sums.examples + labels.length,
    loss: sums.loss + meanLoss * labels.length,
    top1: sums.top1 + top1,
    top5: sums.top5 + top5,
  };
}

/** Means of an epoch; NaN where there were no examples. */
export function means({ examples, loss, top1, top5 }: EpochSums): { loss: number; top1: number; top5: number } {
  return { loss: loss / examples, top1: top1 / examples, top5: top5 / examples };
}
