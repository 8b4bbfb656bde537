import { COORDINATES } from '../../boxes.js';
import type { Histograms, Regions } from './region-features.js';

/** What makes two regions alike, each from 0 to 1 (IJCV paper, section 3.2). */
export type Likeness = 'colour' | 'texture' | 'size' | 'fill';

/** The mean of some kinds of likeness. */
export type Strategy = readonly Likeness[];

type Measure = (regions: Regions, a: number, b: number) => number;

const MEASURES: Readonly<Record<Likeness, Measure>> = {
  colour: ({ colour }, a, b) => intersection(colour, a, b),
  texture: ({ texture }, a, b) => intersection(texture, a, b),
  /** Small regions first, so that no region eats all others one by one. */
  size: ({ sizes, pixels }, a, b) => 1 - (sizes[a]! + sizes[b]!) / pixels,
  /** How well the two fill the box around both. */
  fill: ({ sizes, boxes, pixels }, a, b) => 1 - (unionArea(boxes, a, b) - sizes[a]! - sizes[b]!) / pixels,
};

/** The likeness of regions `a` and `b` by a strategy. */
export function similarity(strategy: Strategy): Measure {
  const measures = strategy.map((name) => MEASURES[name]);
  return (regions, a, b) => {
    let sum = 0;
    for (const measure of measures) sum += measure(regions, a, b);
    return sum / measures.length;
  };
}

function intersection({ bins, data }: Histograms, a: number, b: number): number {
  let sum = 0;
  for (let i = a * bins, j = b * bins, end = i + bins; i < end; i++, j++) {
    const p = data[i]!;
    const q = data[j]!;
    sum += p < q ? p : q;
  }
  return sum;
}

/** Square pixels of the box around two regions. */
function unionArea(boxes: Float32Array, a: number, b: number): number {
  const i = a * COORDINATES;
  const j = b * COORDINATES;
  const width = Math.max(boxes[i + 2]!, boxes[j + 2]!) - Math.min(boxes[i]!, boxes[j]!);
  const height = Math.max(boxes[i + 3]!, boxes[j + 3]!) - Math.min(boxes[i + 1]!, boxes[j + 1]!);
  return width * height;
}
