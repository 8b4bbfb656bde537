import { aloneWhereFailing } from '../../classify/alone.js';
import { classifyViews } from '../../classify/evaluator.js';
import { extractFeatures } from '../../classify/features.js';
import type { StoredSvm } from '../../classify/svm-file.node.js';
import type { ViewProtocol } from '../../classify/views.js';
import type { OpenModel } from '../../models/load-model.js';
import type { Picture } from '../../picture/picture.js';
import type { SppgpuError } from '../../runtime/errors.js';
import { svmScores } from '../../svm/linear-svm.js';

/** Scores of pictures, [pictures, classes]. */
export type Scorer = (images: readonly Picture[]) => Promise<Float64Array>;

/** Probabilities by the network's own last layer. */
export function networkScorer(
  { network, preparation, labels }: OpenModel,
  protocol: ViewProtocol,
  crops = false,
): Scorer {
  const options = { ...preparation, labels, ...(crops && { mode: 'crops' as const }) };
  return async (images) => (await classifyViews(network, images, protocol, options)).scores;
}

/** Scores by classifiers on vectors of the network. */
export function svmScorer({ network, preparation }: OpenModel, { model, description }: StoredSvm): Scorer {
  const { layer, mode, scale, normalise, levels } = description;
  const options = { ...preparation, layers: [layer], mode, scale, normalise, ...(levels && { levels }) };
  return async (images) => svmScores(model, (await extractFeatures(network, images, options))[0]!);
}

/**
 * Scores of a group of pictures; where the group fails, each alone, so that one bad picture does not end the others.
 * @returns for each picture its scores, or why there are none
 */
export async function scoreEach(
  score: Scorer,
  images: readonly Picture[],
  classes: number,
): Promise<(Float64Array | SppgpuError)[]> {
  const outcomes = await aloneWhereFailing(images, score);
  return outcomes.flatMap(({ items, result }) =>
    items.map((_, i) => (result instanceof Error ? result : result.subarray(i * classes, (i + 1) * classes))),
  );
}
