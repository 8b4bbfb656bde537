import { type Command, InvalidArgumentError } from 'commander';
import { aloneWhereFailing } from '../classify/alone.js';
import { FeatureRows } from '../classify/feature-rows.js';
import { FEATURE_MODES, type FeatureMode, type FeatureOptions } from '../classify/feature-settings.js';
import { extractVectors } from '../classify/feature-vectors.js';
import type { ImageLoader } from '../data/loader.js';
import type { Network } from '../models/network.js';
import { SppgpuError } from '../runtime/errors.js';
import type { FeatureMatrix } from '../svm/features.js';
import { wholeNumber } from './options.js';
import { Progress } from './progress.js';

/** An option parser for one mode. */
export function featureMode(text: string): FeatureMode {
  const mode = FEATURE_MODES.find((known) => known === text);
  if (mode === undefined) throw new InvalidArgumentError(`choose from ${FEATURE_MODES.join(', ')}.`);
  return mode;
}

/** One way to show a picture to a network: a column of the paper's Tables 6 and 7. */
export type Look = Pick<FeatureOptions, 'mode' | 'scale'>;

/** A mode as `--mode` lists it; without a scale of its own it takes those of `--scale`. */
export type ModeEntry = Pick<Look, 'mode'> & Partial<Pick<Look, 'scale'>>;

/** An option parser for lists of modes, each perhaps at a scale of its own: `crop,full@224,full@392`. */
export function modeEntries(text: string): ModeEntry[] {
  return text.split(',').map((entry) => {
    const [mode = '', scale, ...more] = entry.trim().split('@');
    if (more.length > 0) throw new InvalidArgumentError(`${entry} has two scales; write full@224,full@392.`);
    return scale === undefined
      ? { mode: featureMode(mode) }
      : { mode: featureMode(mode), scale: wholeNumber(1)(scale) };
  });
}

/** Every look once, in the order of the modes. */
export function looksOf(modes: readonly ModeEntry[], scales: readonly number[]): Look[] {
  const all = modes.flatMap(({ mode, scale }) =>
    (scale === undefined ? scales : [scale]).map((side) => ({ mode, scale: side })),
  );
  return [...new Map(all.map((look) => [lookName(look), look])).values()];
}

/** `full 224`. */
export function lookName({ mode, scale }: Look): string {
  return `${mode} ${scale}`;
}

/** An option parser for lists of names. */
export function names(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}

export function withNormaliseFlag(command: Command): Command {
  return command.option('--no-normalise', 'leave the vectors at their own lengths');
}

/** Features of a whole data set, a matrix per layer, with what is known of each picture. */
export interface DatasetFeatures {
  readonly features: readonly FeatureMatrix[];
  /** Positions of the readable pictures in the data set. */
  readonly indices: readonly number[];
}

/**
 * One vector per layer for every readable picture of a loader.
 * @throws SppgpuError where no picture was readable, or vectors of a layer differ in length
 */
export async function datasetFeatures(
  network: Network,
  loader: ImageLoader,
  options: FeatureOptions,
): Promise<DatasetFeatures> {
  const { layers, indices } = await collect(network, loader, options, Number.POSITIVE_INFINITY);
  return { features: layers.map((rows) => rows.matrix()), indices };
}

/** Features of one layer of a data set, or why there are none. */
export interface LayerFeatures {
  readonly layer: string;
  readonly features: FeatureMatrix | SppgpuError;
  /** Positions of the readable pictures in the data set. */
  readonly indices: readonly number[];
}

/**
 * The layers of `options` one after the other. As many as `maxBytes` hold (one at least) come from one pass over the
 * pictures, and each is let go before the next is handed over: what is not needed any more does not stay in memory.
 * @throws SppgpuError where no picture was readable
 */
export async function* featuresByLayer(
  network: Network,
  loader: ImageLoader,
  options: FeatureOptions,
  maxBytes: number,
): AsyncGenerator<LayerFeatures> {
  let rest = options.layers;
  while (rest.length > 0) {
    const { layers: found, indices } = await collect(network, loader, { ...options, layers: rest }, maxBytes);
    rest = rest.slice(found.length);
    for (let rows = found.shift(); rows; rows = found.shift()) {
      yield { layer: rows.layer, features: rows.result(), indices };
    }
  }
}

/** One pass over the pictures for the first layers whose vectors fit into `maxBytes`, but for one at least. */
async function collect(
  network: Network,
  loader: ImageLoader,
  options: FeatureOptions,
  maxBytes: number,
): Promise<{ layers: FeatureRows[]; indices: number[] }> {
  const { name } = loader.dataset;
  const { places } = loader;
  let layers = options.layers.map((layer) => new FeatureRows(layer, places));
  const progress = new Progress(`${options.layers.join(', ')}, ${lookName(options)}:`, places, 'images');
  const indices: number[] = [];
  for await (const { items } of loader.epoch(0, options.signal ? { signal: options.signal } : {})) {
    const running = layers.filter(({ problem }) => problem === null);
    const wanted = { ...options, layers: running.map(({ layer }) => layer) };
    const outcomes = await aloneWhereFailing(items, (part) =>
      extractVectors(
        network,
        part.map(({ image }) => image),
        wanted,
      ),
    );
    for (const { items: part, result } of outcomes) {
      if (result instanceof SppgpuError) {
        loader.leaveOut(part[0]!.index, result);
        continue;
      }
      for (const [i, rows] of running.entries()) rows.append(result[i]!);
      // The first pictures show how long the vectors are.
      if (indices.length === 0) layers = fitting(layers, maxBytes);
      indices.push(...part.map(({ index }) => index));
    }
    progress.update(indices.length);
    if (layers.every(({ problem }) => problem !== null)) break;
  }
  progress.stop();
  if (indices.length === 0 && !loader.isPart) {
    throw new SppgpuError(`${name}: no picture was readable; repair the files or give other pictures`);
  }
  return { layers, indices };
}

function fitting(layers: readonly FeatureRows[], maxBytes: number): FeatureRows[] {
  let bytes = 0;
  const over = layers.findIndex((rows) => {
    bytes += rows.bytes;
    return bytes > maxBytes;
  });
  return layers.slice(0, over < 0 ? layers.length : Math.max(1, over));
}
