import { COORDINATES } from '../../boxes.js';
import type { Planes } from './colour-spaces.js';
import { DIRECTIONS, type Segmentation } from './graph-segmentation.js';

/**
 * What is known of regions 0 .. count - 1. There is room for one region more for each merge: 2 * count - 1 in all.
 */
export interface Regions {
  readonly count: number;
  /** Pixels of the picture. */
  readonly pixels: number;
  /** Pixels of each region. */
  readonly sizes: Float64Array;
  /** Tight boxes, x0, y0, x1, y1, half-open. */
  readonly boxes: Float32Array;
  /** Histograms of colour and of texture, each of which sums to 1: a row for each region. */
  readonly colour: Histograms;
  readonly texture: Histograms;
  /** Pairs of regions that touch, side by side or corner to corner: the smaller number, then the larger. */
  readonly neighbours: Uint32Array;
}

export interface Histograms {
  readonly bins: number;
  readonly data: Float32Array;
}

const COLOUR_BINS = 25;
const TEXTURE_BINS = 10;
/** Derivatives above this share of the range fill the last bin only. */
const TEXTURE_RANGE = 0.43;
/** Horizontal, vertical and the two diagonals; each counts its rises and its falls on their own. */
const ORIENTATIONS = 4;

/** Of each pixel, which bin of each channel's colour, and of each derivative, it counts for. Shared by all cuts of a picture. */
export interface PixelBins {
  readonly channels: number;
  /** Planes of 0 .. 24. */
  readonly colour: Uint8Array;
  /** `channels * 4` planes of -9 .. 9: the bin of the rise, or minus that of the fall. */
  readonly texture: Int8Array;
}

/**
 * @param picture the picture in its colour space
 * @param smooth the same under a Gaussian, whose differences are Gaussian derivatives
 */
export function pixelBins(picture: Planes, smooth: Planes): PixelBins {
  const { width, height, channels } = picture;
  const size = width * height;
  const colour = new Uint8Array(channels * size);
  for (let i = 0; i < colour.length; i++) {
    colour[i] = Math.min(COLOUR_BINS - 1, Math.max(0, Math.round(picture.data[i]! * (COLOUR_BINS - 1))));
  }
  const texture = new Int8Array(channels * ORIENTATIONS * size);
  for (let c = 0; c < channels; c++) {
    const source = smooth.data.subarray(c * size, (c + 1) * size);
    const planes = texture.subarray(c * ORIENTATIONS * size);
    for (let y = 0; y < height; y++) {
      const above = Math.max(0, y - 1) * width;
      const below = Math.min(height - 1, y + 1) * width;
      for (let x = 0; x < width; x++) {
        const i = y * width + x;
        const row = y * width;
        const dx = (source[row + Math.min(width - 1, x + 1)]! - source[row + Math.max(0, x - 1)]!) / 2;
        const dy = (source[below + x]! - source[above + x]!) / 2;
        planes[i] = signedBin(dx);
        planes[size + i] = signedBin(dy);
        planes[2 * size + i] = signedBin((dx + dy) * Math.SQRT1_2);
        planes[3 * size + i] = signedBin((dx - dy) * Math.SQRT1_2);
      }
    }
  }
  return { channels, colour, texture };
}

function signedBin(derivative: number): number {
  const bin = Math.min(TEXTURE_BINS - 1, Math.round((Math.abs(derivative) / TEXTURE_RANGE) * (TEXTURE_BINS - 1)));
  return derivative < 0 ? -bin : bin;
}

/** Sizes, boxes, histograms and neighbours of the parts of a picture. */
export function regionsOf(cut: Segmentation, bins: PixelBins): Regions {
  const { count } = cut;
  const sizes = new Float64Array(2 * count - 1);
  for (const label of cut.labels) sizes[label]!++;
  return {
    count,
    pixels: cut.labels.length,
    sizes,
    boxes: tightBoxes(cut),
    colour: colourHistograms(cut, bins, sizes),
    texture: textureHistograms(cut, bins, sizes),
    neighbours: touchingPairs(cut),
  };
}

function tightBoxes({ width, height, count, labels }: Segmentation): Float32Array {
  const boxes = new Float32Array((2 * count - 1) * COORDINATES);
  for (let label = 0; label < count; label++) boxes.set([width, height, 0, 0], label * COORDINATES);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const at = labels[i]! * COORDINATES;
      if (x < boxes[at]!) boxes[at] = x;
      if (y < boxes[at + 1]!) boxes[at + 1] = y;
      if (x >= boxes[at + 2]!) boxes[at + 2] = x + 1;
      if (y >= boxes[at + 3]!) boxes[at + 3] = y + 1;
    }
  }
  return boxes;
}

function colourHistograms(
  { count, labels }: Segmentation,
  { channels, colour }: PixelBins,
  sizes: Float64Array,
): Histograms {
  const bins = channels * COLOUR_BINS;
  const data = new Float32Array((2 * count - 1) * bins);
  for (let c = 0; c < channels; c++) {
    const plane = colour.subarray(c * labels.length, (c + 1) * labels.length);
    for (let i = 0; i < labels.length; i++) data[labels[i]! * bins + c * COLOUR_BINS + plane[i]!]!++;
  }
  return normalised({ bins, data }, count, sizes, channels);
}

function textureHistograms(
  { count, labels }: Segmentation,
  { channels, texture }: PixelBins,
  sizes: Float64Array,
): Histograms {
  const planes = channels * ORIENTATIONS;
  const bins = planes * 2 * TEXTURE_BINS;
  const data = new Float32Array((2 * count - 1) * bins);
  for (let p = 0; p < planes; p++) {
    const plane = texture.subarray(p * labels.length, (p + 1) * labels.length);
    const rises = p * 2 * TEXTURE_BINS;
    const falls = rises + TEXTURE_BINS;
    for (let i = 0; i < labels.length; i++) {
      const bin = plane[i]!;
      if (bin > 0) data[labels[i]! * bins + rises + bin]!++;
      else if (bin < 0) data[labels[i]! * bins + falls - bin]!++;
    }
  }
  // Every other pixel of a region counts 0: what rises does not fall, and most do neither.
  for (let start = 0; start < count * bins; start += TEXTURE_BINS) {
    let others = 0;
    for (let bin = start + 1; bin < start + TEXTURE_BINS; bin++) others += data[bin]!;
    data[start] = sizes[Math.floor(start / bins)]! - others;
  }
  return normalised({ bins, data }, count, sizes, 2 * planes);
}

/** @param each how often every pixel was counted */
function normalised(histograms: Histograms, count: number, sizes: Float64Array, each: number): Histograms {
  const { bins, data } = histograms;
  for (let region = 0; region < count; region++) {
    const scale = 1 / (each * sizes[region]!);
    for (let i = region * bins; i < (region + 1) * bins; i++) data[i]! *= scale;
  }
  return histograms;
}

function touchingPairs({ width, height, count, labels }: Segmentation): Uint32Array {
  const pairs = new Set<number>();
  let last = -1;
  for (const [dx, dy] of DIRECTIONS) {
    const step = dy * width + dx;
    for (let y = Math.max(0, -dy); y < height - Math.max(0, dy); y++) {
      for (let p = y * width; p < (y + 1) * width - dx; p++) {
        const a = labels[p]!;
        const b = labels[p + step]!;
        if (a === b) continue;
        const pair = a < b ? a * count + b : b * count + a;
        if (pair !== last) pairs.add(pair);
        last = pair;
      }
    }
  }
  return Uint32Array.from([...pairs].flatMap((pair) => [Math.floor(pair / count), pair % count]));
}
