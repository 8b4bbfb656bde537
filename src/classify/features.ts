import type { Network } from '../models/network.js';
import type { Picture } from '../picture/picture.js';
import type { FeatureMatrix } from '../svm/features.js';
import type { FeatureOptions } from './feature-settings.js';

/**
 * One feature vector per picture from each of some layers (paper 3.2, 3.3), in the order of `options.layers`.
 * @throws SppgpuError for an unknown layer, or where pictures of several sizes would give vectors of several lengths
 */
export async function extractFeatures(
  network: Network,
  images: readonly Picture[],
  options: FeatureOptions,
): Promise<FeatureMatrix[]> {
  const later = await import('./later.js');
  return later.extractFeatures(network, images, options);
}
