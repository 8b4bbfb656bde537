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

/**
 * Classifies every readable picture of a loader under one protocol.
 * @throws SppgpuError where a label is not a class of the network, or no picture was readable
 */
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
  const { scores } = scored;
  let loss = 0;
  for (const [i, label] of labels.entries()) loss -= Math.log(Math.max(scores[i * classes + label]!, Number.MIN_VALUE));
  return {
    ...classificationReport(scores, labels, classes),
    ...scored,
    loss: loss / labels.length,
    labels: Int32Array.from(labels),
  };
}
