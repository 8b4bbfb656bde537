import { type Command, InvalidArgumentError } from 'commander';
import {
  extractFeatures,
  FEATURE_MODES,
  type FeatureMode,
  type FeatureOptions,
  joinFeatures,
} from '../classify/features.js';
import type { ImageLoader } from '../data/loader.js';
import type { Network } from '../models/network.js';
import { SppgpuError } from '../runtime/errors.js';
import type { FeatureMatrix } from '../svm/features.js';
import { Progress } from './progress.js';

/** One way to turn pictures into vectors: a row and a column of the paper's Tables 6 and 7. */
export type FeatureChoice = Pick<FeatureOptions, 'scale' | 'mode'> & { readonly layer: string };

/** An option parser for one mode. */
export function featureMode(text: string): FeatureMode {
  const mode = FEATURE_MODES.find((known) => known === text);
  if (mode === undefined) throw new InvalidArgumentError(`choose from ${FEATURE_MODES.join(', ')}.`);
  return mode;
}

/** An option parser for lists of modes: `crop,full`. */
export function featureModes(text: string): FeatureMode[] {
  return text.split(',').map(featureMode);
}

/** An option parser for lists of names. */
export function names(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}

export function withNormaliseFlag(command: Command): Command {
  return command.option('--no-normalise', 'leave the vectors at their own lengths');
}

/** Features of a whole data set, a matrix a layer, with what is known of each picture. */
export interface DatasetFeatures {
  readonly features: readonly FeatureMatrix[];
  /** Positions of the readable pictures in the data set. */
  readonly indices: readonly number[];
}

/**
 * One vector a layer for every readable picture of a loader.
 * @throws SppgpuError where no picture was readable, or vectors of a layer differ in length
 */
export async function datasetFeatures(
  network: Network,
  loader: ImageLoader,
  options: FeatureOptions,
): Promise<DatasetFeatures> {
  const { layers, mode, scale } = options;
  const progress = new Progress(`${layers.join(', ')}, ${mode} ${scale}:`, loader.dataset.length, 'images');
  const parts: FeatureMatrix[][] = layers.map(() => []);
  const indices: number[] = [];
  for await (const { items } of loader.epoch(0)) {
    const images = items.map(({ image }) => image);
    for (const [i, part] of (await extractFeatures(network, images, options)).entries()) parts[i]!.push(part);
    indices.push(...items.map(({ index }) => index));
    progress.update(indices.length);
  }
  progress.stop();
  if (indices.length === 0) throw new SppgpuError(`${loader.dataset.name}: no picture was readable`);
  return { features: parts.map((own, i) => joinFeatures(own, layers[i]!)), indices };
}
