import type { EdgeMap } from '../../edges/edge-map.js';
import { type EdgeGroups, NO_GROUP } from './edge-groups.js';

/** Pixels within which two groups are neighbours. */
const REACH = 2;
/** An affinity below this ends every path. */
export const LEAST_AFFINITY = 0.05;

/** What a window is scored by: each group as a whole, and how well neighbours continue each other. */
export interface GroupLinks {
  /** Strengths of the group's pixels, together. */
  readonly strength: Float64Array;
  /** The pixel that stands for the group where it is asked whether it lies in a window: its last one. */
  readonly x: Int32Array;
  readonly y: Int32Array;
  /** The neighbours of group g are at `first[g]` up to `first[g + 1]`, the closest kin first. */
  readonly first: Int32Array;
  readonly neighbour: Int32Array;
  /** `LEAST_AFFINITY` to 1. */
  readonly affinity: Float64Array;
}

/**
 * Affinities of groups that come within 2 pixels of each other (Zitnick and Dollar 2014, equation 1):
 * |cos(a - c) cos(b - c)|^gamma, where a and b are the mean directions of the groups and c that from one mean place to the
 * other. One curve goes on in the other where it is near 1.
 */
export function linkGroups(edges: EdgeMap, orientation: Float32Array, groups: EdgeGroups, gamma: number): GroupLinks {
  const { count } = groups;
  const { strength, meanX, meanY, direction, x, y } = groupMeans(edges, orientation, groups);
  const links: { readonly to: number; readonly affinity: number }[][] = Array.from({ length: count }, () => []);
  for (const [a, b] of neighbours(edges, groups)) {
    // Orientations are normals, hence the quarter turn.
    const between = Math.atan2(meanY[b]! - meanY[a]!, meanX[b]! - meanX[a]!) + Math.PI / 2;
    const product = Math.abs(Math.cos(direction[a]! - between) * Math.cos(direction[b]! - between));
    const affinity = product ** gamma;
    if (!(affinity >= LEAST_AFFINITY)) continue;
    links[a]!.push({ to: b, affinity });
    links[b]!.push({ to: a, affinity });
  }
  const first = new Int32Array(count + 1);
  for (let g = 0; g < count; g++) {
    links[g]!.sort((one, other) => other.affinity - one.affinity || one.to - other.to);
    first[g + 1] = first[g]! + links[g]!.length;
  }
  const all = links.flat();
  return {
    ...{ strength, x, y, first },
    neighbour: Int32Array.from(all, ({ to }) => to),
    affinity: Float64Array.from(all, ({ affinity }) => affinity),
  };
}

/** Means of the groups, weighted by the strength of their pixels; those of directions from doubled angles. */
function groupMeans({ width, strength: edge }: EdgeMap, orientation: Float32Array, { labels, count }: EdgeGroups) {
  const sums = () => new Float64Array(count);
  const [strength, meanX, meanY, cos, sin] = [sums(), sums(), sums(), sums(), sums()];
  const x = new Int32Array(count);
  const y = new Int32Array(count);
  for (let i = 0; i < labels.length; i++) {
    const g = labels[i]!;
    if (g === NO_GROUP) continue;
    const own = edge[i]!;
    x[g] = i % width;
    y[g] = Math.floor(i / width);
    strength[g]! += own;
    meanX[g]! += own * x[g]!;
    meanY[g]! += own * y[g]!;
    cos[g]! += own * Math.cos(2 * orientation[i]!);
    sin[g]! += own * Math.sin(2 * orientation[i]!);
  }
  for (let g = 0; g < count; g++) {
    meanX[g]! /= strength[g]!;
    meanY[g]! /= strength[g]!;
  }
  const direction = cos.map((value, g) => Math.atan2(sin[g]!, value) / 2);
  return { strength, meanX, meanY, direction, x, y };
}

/** Every pair of groups that have pixels within reach, once. */
function neighbours({ width, height }: EdgeMap, { labels, count }: EdgeGroups): (readonly [number, number])[] {
  const seen = new Set<number>();
  const pairs: (readonly [number, number])[] = [];
  // Pixels to the right and below: the others have looked at this one.
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const own = labels[y * width + x]!;
      if (own === NO_GROUP) continue;
      for (let v = y; v <= Math.min(y + REACH, height - 1); v++) {
        for (let u = Math.max(0, x - REACH); u <= Math.min(x + REACH, width - 1); u++) {
          const other = labels[v * width + u]!;
          if (other === NO_GROUP || other === own) continue;
          const pair = Math.min(own, other) * count + Math.max(own, other);
          if (seen.has(pair)) continue;
          seen.add(pair);
          pairs.push([own, other]);
        }
      }
    }
  }
  return pairs;
}
