import type { ImageLoader } from '../data/loader.js';
import type { Network } from '../models/network.js';
import { SppgpuError } from '../runtime/errors.js';
import { type ClassifyOptions, classifyViews } from './evaluator.js';
import { type ClassificationReport, classificationReport } from './metrics.js';
import type { ViewProtocol } from './views.js';

export interface EvaluateOptions extends ClassifyOptions {
  readonly onProgress?: (images: number) => void;
  readonly signal?: AbortSignal;
}

/** What a network said of every picture of a data set. */
export interface Evaluation extends ClassificationReport {
  /** Mean views of a picture (narrow ones have fewer distinct positions). */
  readonly viewsPerImage: number;
  /** Mean cross-entropy of the averaged probabilities. */
  readonly loss: number;
  readonly seconds: number;
  /** [images, classes] */
  readonly scores: Float64Array;
  readonly labels: Int32Array;
  readonly ids: readonly string[];
}

/**
 * Classifies every readable picture of a loader under one protocol.
 * @throws SppgpuError where a label is no class of the network, or no picture was readable
 */
export async function evaluate(
  network: Network,
  loader: ImageLoader,
  protocol: ViewProtocol,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  const { classes } = network.architecture;
  const start = performance.now();
  const ids: string[] = [];
  const labels: number[] = [];
  const scores: number[] = [];
  let views = 0;
  let loss = 0;
  for await (const { items } of loader.epoch(0, options.signal ? { signal: options.signal } : {})) {
    const found = await classifyViews(
      network,
      items.map(({ image }) => image),
      protocol,
      options,
    );
    for (const [i, { id, label }] of items.entries()) {
      if (label < 0 || label >= classes) {
        throw new SppgpuError(
          `${id}: label ${label} is no class of the model (0 to ${classes - 1}); give its own data`,
        );
      }
      ids.push(id);
      labels.push(label);
      loss -= Math.log(Math.max(found.scores[i * classes + label]!, Number.MIN_VALUE));
    }
    for (const score of found.scores) scores.push(score);
    views += found.views.reduce((sum, count) => sum + count, 0);
    options.onProgress?.(ids.length);
  }
  if (ids.length === 0) throw new SppgpuError(`${loader.dataset.name}: no picture was readable; check the data set`);
  return {
    ...classificationReport(scores, labels, classes),
    viewsPerImage: views / ids.length,
    loss: loss / ids.length,
    seconds: (performance.now() - start) / 1000,
    scores: Float64Array.from(scores),
    labels: Int32Array.from(labels),
    ids,
  };
}
