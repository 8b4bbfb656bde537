import { datasetOf, type ImageDataset, type ImageItem } from '../data/dataset.js';
import type { DigitFrame } from '../data/digit-frame.js';
import { type DigitSource, digitsDataset } from '../data/digits.js';

/**
 * Pictures of 16 to 96 pixels a side (nine of ten from 18 to 66), from three times as tall as wide to three times as wide as
 * tall.
 */
const FRAME: DigitFrame = {
  ...{ medianSide: 34, sideDeviation: 0.45, minSide: 16, maxSide: 96, maxRatio: 3 },
  ...{ fill: 0.9, maxStretch: 1.1, minMargin: 0.08, spread: 0.6 },
};

/**
 * The demo's pictures, made once: every epoch of both nets reads the same ones.
 * @param most pictures at most, taken evenly from all classes
 */
export async function demoPictures(
  source: DigitSource,
  split: 'train' | 'test',
  seed: number,
  most = Number.POSITIVE_INFINITY,
): Promise<readonly ImageItem[]> {
  const dataset = digitsDataset(source, { split, seed, frame: FRAME });
  const count = Math.min(most, dataset.length);
  return Promise.all(Array.from({ length: count }, (_, i) => dataset.item(Math.floor((i * dataset.length) / count))));
}

/** Pictures of ten classes as a data set. */
export function digitsInMemory(items: readonly ImageItem[]): ImageDataset {
  const classes = Array.from({ length: 10 }, (_, digit) => String(digit));
  return datasetOf('digits', classes, items, (index) => items[index]!.image);
}
