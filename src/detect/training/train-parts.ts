import type { WindowSource } from '../features/window-source.js';
import type { TrainingSet } from './examples.js';
import type { TrainedParts, TrainPartsOptions } from './train-all-parts.js';

/**
 * Trains a detector on the features of a network as it is: mean lengths, a linear SVM for each class with hard negatives, and the
 * correction of boxes. What trains is loaded with the first call. Everything stays in memory; `sppgpu detect train` goes through the same stages over a folder.
 * @throws SppgpuError for a feature that is not finite; the reason of `signal` when it aborts
 */
export async function trainParts(
  source: WindowSource,
  set: TrainingSet,
  options: TrainPartsOptions = {},
): Promise<TrainedParts> {
  const later = await import('./train-all-parts.js');
  return later.trainParts(source, set, options);
}
