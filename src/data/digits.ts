import type { Picture } from '../picture/picture.js';
import { type OptionNames, requireOptions } from '../runtime/options.js';
import type { Rng } from '../tensor/rng.js';
import { datasetOf, type ImageDataset, type ImageEntry } from './dataset.js';
import type { DigitFrame } from './digit-frame.js';
import { cropToInk, type InkedDigit, pasteInk } from './digit-ink.js';
import { itemRng, PURPOSE } from './rng.js';

/** Handwritten digits as they come: `side * side` grey bytes each (0 background, 255 ink), one label each. */
export interface DigitSource {
  side: number;
  pixels: Uint8Array;
  labels: Uint8Array;
}

/** How a digit is placed. Lengths in pixels; both ranges are log-uniform. */
export interface DigitPlacement {
  minHeight: number;
  maxHeight: number;
  /** The width is multiplied by a number from 1/maxStretch to maxStretch. */
  maxStretch: number;
  /** Empty border on each side, as a part of the height of the ink. */
  minMargin: number;
  maxMargin: number;
}

export const DEFAULT_PLACEMENT: DigitPlacement = {
  minHeight: 16,
  maxHeight: 40,
  maxStretch: 1.6,
  minMargin: 0.08,
  maxMargin: 0.3,
};

export interface DigitsOptions {
  split: 'train' | 'test' | 'all';
  /** Seed of the placement: the same seed gives the same pictures. */
  seed: number;
  placement?: Partial<DigitPlacement>;
  /** Pictures with a size and a shape of their own, in place of `placement`. */
  frame?: DigitFrame;
  /** Another number gives every digit of the split another place, scale and aspect ratio. */
  variant?: number;
}

const NAMES: OptionNames<DigitsOptions> = { split: true, seed: true, placement: true, frame: true, variant: true };

/** The split never changes with the placement: four fifths for training, chosen by this seed. */
const DIGIT_SPLIT_SEED = 2014;
const TRAIN_SHARE = 0.8;

/**
 * Digits of many sizes: each is cropped to its ink, scaled and stretched at random and set into a border of random widths
 * (`placement`) or into a picture of any size and shape (`frame`), so that every picture has its own size and aspect ratio.
 * Item by item reproducible from the seed.
 */
export function digitsDataset(source: DigitSource, options: DigitsOptions): ImageDataset {
  requireOptions('digitsDataset', options, NAMES);
  const { split, seed, frame, variant = 0 } = options;
  const placement = { ...DEFAULT_PLACEMENT, ...options.placement };
  const members = splitMembers(source.labels.length, split);
  const entries = Array.from(members, (index): ImageEntry => ({ id: `digit-${index}`, label: source.labels[index]! }));
  const classes = Array.from({ length: 10 }, (_, digit) => String(digit));
  const size = source.side * source.side;
  return datasetOf(`digits ${split}`, classes, entries, async (position) => {
    const index = members[position]!;
    const pixels = source.pixels.subarray(index * size, (index + 1) * size);
    const rng = itemRng(seed, PURPOSE.digitPlacement, variant, index);
    if (!frame) return placeDigit(pixels, source.side, rng, placement);
    const { frameDigit } = await import('./digit-frame.js');
    return frameDigit(cropToInk(pixels, source.side), rng, frame);
  });
}

/** One digit cropped to its ink and placed at random: white ink on black. */
export function placeDigit(
  pixels: Uint8Array,
  side: number,
  rng: Rng,
  placement: DigitPlacement = DEFAULT_PLACEMENT,
): Picture {
  const ink = cropToInk(pixels, side);
  const { minHeight, maxHeight, maxStretch } = placement;
  const tall = rng.logUniform(minHeight, maxHeight);
  const height = Math.round(tall);
  const stretch = rng.logUniform(1 / maxStretch, maxStretch);
  const width = Math.max(1, Math.round(((tall * ink.width) / ink.height) * stretch));
  const margin = () => Math.round(tall * rng.uniform(placement.minMargin, placement.maxMargin));
  const [top, right, bottom, left] = [margin(), margin(), margin(), margin()];
  return pasteInk(ink, { left, top, width, height }, left + width + right, top + height + bottom);
}

/** Which digits belong to a part, by their numbers. */
export function splitMembers(length: number, split: DigitsOptions['split']): Uint32Array {
  const order = Uint32Array.from({ length }, (_, i) => i);
  if (split === 'all') return order;
  itemRng(DIGIT_SPLIT_SEED, PURPOSE.digitSplit, 0, 0).shuffle(order);
  const cut = Math.floor(length * TRAIN_SHARE);
  return (split === 'train' ? order.subarray(0, cut) : order.subarray(cut)).slice().sort();
}

/** The ink of a digit of the source, cut out. */
export function inkOf({ side, pixels }: DigitSource, index: number): InkedDigit {
  return cropToInk(pixels.subarray(index * side * side, (index + 1) * side * side), side);
}
