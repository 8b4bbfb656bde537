import type { AveragePrecisionMethod } from '../svm/average-precision.js';
import type { FeatureMatrix } from '../svm/features.js';
import type { Targets } from '../svm/targets.js';
import type { CaltechResult, ProtocolOptions, VocResult } from './svm-protocols.js';

/**
 * The Caltech-101 protocol (paper 3.3): random splits of 30 training and up to 50 test samples per class, mean of the
 * per-class accuracies, mean and deviation over splits. C is chosen within each training part, a third of it held out.
 * @param labels class of each sample
 * @throws SppgpuError for a class that is too small, or a feature that is not finite
 */
export async function runCaltech101(
  features: FeatureMatrix,
  labels: ArrayLike<number>,
  classes: number,
  options: ProtocolOptions & { splits?: number; train?: number; maximumTest?: number } = {},
): Promise<CaltechResult> {
  const later = await import('./later.js');
  return later.runCaltech101(features, labels, classes, options);
}

/**
 * The VOC 2007 classification protocol (paper 3.2): C chosen by mean average precision with `train` training and `val`
 * judging, then trained on both and tested. Difficult images (target 0) neither train nor count.
 * @param parts samples of train, val and test by index; without C to choose, val only adds to the training set
 * @throws SppgpuError for a feature that is not finite
 */
export async function runVoc07(
  features: FeatureMatrix,
  targets: Targets,
  parts: { readonly train: Int32Array; readonly val: Int32Array; readonly test: Int32Array },
  options: ProtocolOptions & { method?: AveragePrecisionMethod } = {},
): Promise<VocResult> {
  const later = await import('./later.js');
  return later.runVoc07(features, targets, parts, options);
}
