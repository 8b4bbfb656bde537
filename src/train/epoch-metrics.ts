import type { EpochSums } from '../models/checkpoint-info.js';
import type { Objective, Target } from './objective.js';

export const NO_EXAMPLES: EpochSums = { examples: 0, loss: 0 };

/** Adds one batch: its mean loss, and the scores of logits `[N, classes]`. */
export function addBatch<Scores extends object>(
  { scores, score }: Objective<Scores>,
  sums: EpochSums,
  meanLoss: number,
  logits: Float32Array,
  targets: readonly Target[],
): EpochSums {
  const classes = logits.length / targets.length;
  const next: Record<string, number> = {};
  for (const name of scores) next[name] = sums[name] ?? 0;
  for (const [i, target] of targets.entries()) {
    const own = score(logits.subarray(i * classes, (i + 1) * classes), target) as Record<string, number>;
    for (const name of scores) next[name]! += own[name]!;
  }
  return { examples: sums.examples + targets.length, loss: sums.loss + meanLoss * targets.length, ...next };
}

/** What was counted over two parts of an epoch. */
export function addSums(a: EpochSums, b: EpochSums): EpochSums {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries([...names].map((name) => [name, (a[name] ?? 0) + (b[name] ?? 0)])) as EpochSums;
}

/** Means of an epoch; NaN where there were no examples. */
export function means<Scores extends object>(
  { scores }: Objective<Scores>,
  sums: EpochSums,
): Scores & { loss: number } {
  const { examples, loss } = sums;
  const shares = Object.fromEntries(scores.map((name) => [name, (sums[name] ?? 0) / examples]));
  return { loss: loss / examples, ...(shares as Scores) };
}
