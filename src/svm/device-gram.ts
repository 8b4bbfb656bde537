import type { Device } from '../runtime/device.js';
import type { FeatureMatrix } from './features.js';
import type { Gram } from './gram.js';
import type { LinearSvm } from './linear-svm.js';

/**
 * Inner products of all pairs of samples, computed on a device block by block (the lower triangle, mirrored). The device
 * holds two blocks of 32 MiB (or of one sample) and their product at a time; the host the result, count^2 floats.
 */
export async function deviceGram(device: Device, features: FeatureMatrix): Promise<Gram> {
  const later = await import('./device-products.js');
  return later.deviceGram(device, features);
}

/**
 * Scores `[samples, classes]` of classifiers on a device, block by block.
 * @param rows the samples to score; default: all
 */
export async function deviceScores(
  device: Device,
  model: LinearSvm,
  features: FeatureMatrix,
  rows?: Int32Array,
): Promise<Float64Array> {
  const later = await import('./device-products.js');
  return later.deviceScores(device, model, features, rows);
}
