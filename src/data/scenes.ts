import type { Picture } from '../picture/picture.js';
import { type OptionNames, requireOptions } from '../runtime/options.js';
import type { Rng } from '../tensor/rng.js';
import { datasetOf, type ImageDataset, type ImageEntry } from './dataset.js';
import { type DigitSource, inkOf, splitMembers } from './digits.js';
import { type ImageObject, type PixelBox, presenceOf } from './objects.js';
import { resampleGrey } from './resample.js';
import { itemRng, PURPOSE } from './rng.js';
import { clutteredGround, paint } from './scene-ground.js';

/** What scenes look like. Lengths in pixels. */
export interface SceneStyle {
  readonly width: number;
  readonly height: number;
  /** Digits in a scene, from and to. */
  readonly digits: readonly [least: number, most: number];
  /** Height of the ink of a digit, log-uniform; the width is multiplied by a number from 1/maxStretch to maxStretch. */
  readonly minHeight: number;
  readonly maxHeight: number;
  readonly maxStretch: number;
}

const DEFAULT_STYLE: SceneStyle = {
  ...{ width: 160, height: 120, digits: [3, 6] },
  ...{ minHeight: 18, maxHeight: 64, maxStretch: 1.2 },
};

export interface ScenesOptions {
  /** Digits of which part: the two have none in common. */
  readonly split: 'train' | 'test';
  readonly count: number;
  /** The same seed gives the same scenes. */
  readonly seed: number;
  readonly style?: Partial<SceneStyle>;
}

const NAMES: OptionNames<ScenesOptions> = { split: true, count: true, seed: true, style: true };

/** Times that a place is looked for; a scene without room has fewer digits. */
const TRIES = 40;
/** Pixels between digits. */
const GAP = 3;

interface PlacedDigit {
  /** Which digit of the source. */
  readonly index: number;
  readonly box: PixelBox;
  readonly ink: readonly [red: number, green: number, blue: number];
}

/**
 * Scenes composed of real handwritten digits: each is scaled and stretched at random and set in light ink on a ground of shapes,
 * slopes and noise, none on another. Objects are the boxes around their ink. Scene by scene reproducible from the seed.
 */
export function scenesDataset(source: DigitSource, options: ScenesOptions): ImageDataset {
  requireOptions('scenesDataset', options, NAMES);
  const { split, count, seed } = options;
  const style = { ...DEFAULT_STYLE, ...options.style };
  const members = splitMembers(source.labels.length, split);
  const part = split === 'train' ? 0 : 1;
  const layout = (index: number) => placeDigits(source, members, itemRng(seed, PURPOSE.scene, part, index), style);
  const at = (index: number): ImageEntry => {
    const objects = layout(index).map((digit): ImageObject => {
      return { label: source.labels[digit.index]!, box: digit.box, difficult: false, truncated: false };
    });
    const labels = presenceOf(objects, 10);
    return { id: `scene-${split}-${index}`, objects, labels, label: labels.indexOf(1) };
  };
  const classes = Array.from({ length: 10 }, (_, digit) => String(digit));
  return datasetOf(`scenes ${split}`, classes, { length: count, at }, (index) => {
    const picture = clutteredGround(itemRng(seed, PURPOSE.scene, 2 + part, index), style.width, style.height);
    for (const digit of layout(index)) draw(picture, source, digit);
    return picture;
  });
}

function placeDigits(source: DigitSource, members: Uint32Array, rng: Rng, style: SceneStyle): PlacedDigit[] {
  const [least, most] = style.digits;
  const wanted = least + rng.int(most - least + 1);
  const placed: PlacedDigit[] = [];
  for (let tries = 0; tries < TRIES && placed.length < wanted; tries++) {
    const index = members[rng.int(members.length)]!;
    const { width, height } = inkOf(source, index);
    const tall = rng.logUniform(style.minHeight, style.maxHeight);
    const stretch = rng.logUniform(1 / style.maxStretch, style.maxStretch);
    const across = Math.max(3, Math.round(((tall * width) / height) * stretch));
    const down = Math.round(tall);
    const [spareX, spareY] = [style.width - across, style.height - down];
    const [x, y] = [rng.uniform(), rng.uniform()];
    if (spareX < 0 || spareY < 0) continue;
    const [x0, y0] = [Math.floor(x * (spareX + 1)), Math.floor(y * (spareY + 1))];
    const box = { x0, y0, x1: x0 + across, y1: y0 + down };
    const tint = (): number => 205 + rng.int(51);
    const ink = [tint(), tint(), tint()] as const;
    if (placed.every((other) => apart(other.box, box))) placed.push({ index, box, ink });
  }
  return placed;
}

const apart = (a: PixelBox, b: PixelBox): boolean =>
  a.x1 + GAP <= b.x0 || b.x1 + GAP <= a.x0 || a.y1 + GAP <= b.y0 || b.y1 + GAP <= a.y0;

function draw(picture: Picture, source: DigitSource, { index, box, ink }: PlacedDigit): void {
  const own = inkOf(source, index);
  const [width, height] = [box.x1 - box.x0, box.y1 - box.y0];
  const scaled = resampleGrey(own.pixels, own.width, own.height, width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) paint(picture, box.x0 + x, box.y0 + y, ink, scaled[y * width + x]! / 255);
  }
}
