import type { ImageLoader } from '../data/loader.js';
import type { Network } from '../models/network.js';
import type { Evaluation } from './evaluate-classes.js';
import type { LabelEvaluation } from './evaluate-label-lists.js';
import type { EvaluateOptions } from './score-pictures.js';
import type { ViewProtocol } from './views.js';

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
  const later = await import('./later.js');
  return later.evaluate(network, loader, protocol, options);
}

/**
 * Scores every readable picture of a multi-label loader under one protocol: sigmoid outputs, mean over views, average
 * precision class by class. Classes that are only difficult in a picture do not count there.
 * @throws SppgpuError where a picture has no list of the network's classes, or none was readable
 */
export async function evaluateLabels(
  network: Network,
  loader: ImageLoader,
  protocol: ViewProtocol,
  options: EvaluateOptions = {},
): Promise<LabelEvaluation> {
  const later = await import('./later.js');
  return later.evaluateLabels(network, loader, protocol, options);
}
