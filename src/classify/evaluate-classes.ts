import type { ImageLoader } from '../data/loader.js';
import type { Network } from '../models/network.js';
import { SppgpuError } from '../runtime/errors.js';
import { printable } from '../runtime/quote.js';
import { type ClassificationReport, classificationReport } from './metrics.js';
import { type EvaluateOptions, type ScoredPictures, scorePictures } from './score-pictures.js';
import type { ViewProtocol } from './views.js';

/** What a network said of every picture of a data set. */
export interface Evaluation extends ClassificationReport, ScoredPictures {
  /** Mean cross-entropy of the averaged probabilities. */
  readonly loss: number;
  readonly labels: Int32Array;
}

/** How right the scores of pictures are, where each has one class. */
export type JudgedClasses = Pick<Evaluation, keyof ClassificationReport | 'loss'>;

/** See `evaluate`. */
export async function evaluate(
  network: Network,
  loader: ImageLoader,
  protocol: ViewProtocol,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  const { classes } = network.architecture;
  const labels: number[] = [];
  const scored = await scorePictures(network, loader, protocol, options, ({ id, label }) => {
    if (label < 0 || label >= classes) {
      throw new SppgpuError(
        `${printable(id, 200)}: label ${label} is not a class of the model (0 to ${classes - 1}); give its own data`,
      );
    }
    labels.push(label);
  });
  return { ...scored, ...judgeClasses(scored.scores, labels, classes), labels: Int32Array.from(labels) };
}

/** Judges probabilities, [pictures, classes], by the class of each picture. */
export function judgeClasses(scores: Float64Array, labels: readonly number[], classes: number): JudgedClasses {
  let loss = 0;
  for (const [i, label] of labels.entries()) loss -= Math.log(Math.max(scores[i * classes + label]!, Number.MIN_VALUE));
  return { ...classificationReport(scores, labels, classes), loss: loss / labels.length };
}
