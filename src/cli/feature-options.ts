import { type Command, InvalidArgumentError } from 'commander';
import { extractFeatures, FEATURE_MODES, type FeatureMode, type FeatureOptions } from '../classify/features.js';
import type { ImageLoader } from '../data/loader.js';
import type { Network } from '../models/network.js';
import { SppgpuError } from '../runtime/errors.js';
import { type FeatureMatrix, featureMatrix } from '../svm/features.js';
import { Progress } from './progress.js';

/** One way to turn pictures into vectors: a column and row of the paper's Tables 6 and 7. */
export type FeatureChoice = Pick<FeatureOptions, 'layer' | 'scale' | 'mode'>;

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

/** Features of a whole data set, with what is known of each picture. */
export interface DatasetFeatures {
  readonly features: FeatureMatrix;
  /** Positions of the readable pictures in the data set. */
  readonly indices: readonly number[];
}

/**
 * One vector for every readable picture of a loader.
 * @throws SppgpuError where no picture was readable, or vectors differ in length
 */
export async function datasetFeatures(
  network: Network,
  loader: ImageLoader,
  options: FeatureOptions,
  title = `${options.layer} ${options.mode} ${options.scale}:`,
): Promise<DatasetFeatures> {
  const progress = new Progress(title, loader.dataset.length, 'images');
  const parts: FeatureMatrix[] = [];
  const indices: number[] = [];
  for await (const { items } of loader.epoch(0)) {
    parts.push(
      await extractFeatures(
        network,
        items.map(({ image }) => image),
        options,
      ),
    );
    indices.push(...items.map(({ index }) => index));
    progress.update(indices.length);
  }
  progress.stop();
  const dimension = parts[0]?.dimension;
  if (dimension === undefined) throw new SppgpuError(`${loader.dataset.name}: no picture was readable`);
  const data = new Float32Array(indices.length * dimension);
  let position = 0;
  for (const part of parts) {
    if (part.dimension !== dimension) {
      throw new SppgpuError(
        `${options.layer}: ${dimension} values for some pictures and ${part.dimension} for others, because the map follows the picture's size; use --mode crop or warp, or a pooled layer such as spp`,
      );
    }
    data.set(part.data, position);
    position += part.data.length;
  }
  return { features: featureMatrix(data, dimension), indices };
}
