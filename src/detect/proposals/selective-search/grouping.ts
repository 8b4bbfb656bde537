import { COORDINATES } from '../../boxes.js';
import { PairHeap } from './pair-heap.js';
import type { Histograms, Regions } from './region-features.js';
import { type Strategy, similarity } from './similarity.js';

/** Regions merged two by two until one is left: the initial ones, then the merged ones in the order in which they came about. */
export interface Hierarchy {
  /** Initial regions. */
  readonly count: number;
  /** Boxes of all `2 * count - 1` regions; the last is the whole picture. */
  readonly boxes: Float32Array;
}

/**
 * Hierarchical grouping (IJCV paper, algorithm 1): the two neighbours that are most alike become one, whose histograms are the
 * means by size, until the whole picture is one region. Works in `regions`, in the places behind the initial ones.
 */
export function groupRegions(regions: Regions, strategy: Strategy): Hierarchy {
  const { count } = regions;
  const all = 2 * count - 1;
  const likeness = similarity(strategy);
  const gone = new Uint8Array(all);
  const neighbours: number[][] = Array.from({ length: all }, () => []);
  const heap = new PairHeap();
  for (let i = 0; i < regions.neighbours.length; i += 2) {
    const [a, b] = [regions.neighbours[i]!, regions.neighbours[i + 1]!];
    neighbours[a]!.push(b);
    neighbours[b]!.push(a);
    heap.push(likeness(regions, a, b), a, b);
  }
  const seenBy = new Int32Array(all).fill(-1);
  for (let merged = count; merged < all; ) {
    const { a, b } = heap.pop();
    // A pair of which one has gone into another region since.
    if (gone[a] || gone[b]) continue;
    gone[a] = 1;
    gone[b] = 1;
    mergeFeatures(regions, a, b, merged);
    for (const other of [...neighbours[a]!, ...neighbours[b]!]) {
      if (gone[other] || seenBy[other] === merged) continue;
      seenBy[other] = merged;
      neighbours[merged]!.push(other);
      neighbours[other]!.push(merged);
      heap.push(likeness(regions, other, merged), other, merged);
    }
    neighbours[a] = [];
    neighbours[b] = [];
    merged++;
  }
  return { count, boxes: regions.boxes.slice() };
}

function mergeFeatures({ sizes, boxes, colour, texture }: Regions, a: number, b: number, merged: number): void {
  const [from, other, to] = [a * COORDINATES, b * COORDINATES, merged * COORDINATES];
  boxes[to] = Math.min(boxes[from]!, boxes[other]!);
  boxes[to + 1] = Math.min(boxes[from + 1]!, boxes[other + 1]!);
  boxes[to + 2] = Math.max(boxes[from + 2]!, boxes[other + 2]!);
  boxes[to + 3] = Math.max(boxes[from + 3]!, boxes[other + 3]!);
  sizes[merged] = sizes[a]! + sizes[b]!;
  const share = sizes[a]! / sizes[merged]!;
  mergeHistograms(colour, a, b, merged, share);
  mergeHistograms(texture, a, b, merged, share);
}

function mergeHistograms({ bins, data }: Histograms, a: number, b: number, merged: number, share: number): void {
  const [from, other, to] = [a * bins, b * bins, merged * bins];
  for (let i = 0; i < bins; i++) data[to + i] = share * data[from + i]! + (1 - share) * data[other + i]!;
}
