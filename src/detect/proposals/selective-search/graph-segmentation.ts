import type { Planes } from './colour-spaces.js';
import { sortAscending } from './radix-sort.js';

/** A picture cut into connected parts: `labels` has the part of each pixel, 0 .. count - 1 in the order of their first pixels. */
export interface Segmentation {
  readonly width: number;
  readonly height: number;
  readonly count: number;
  readonly labels: Int32Array;
}

/** Pixels and their neighbours to the right, below, below right and above right, the most alike first. */
export interface PixelGraph {
  readonly width: number;
  readonly height: number;
  /** 4 * p + d: an edge from pixel p in direction d. */
  readonly edges: Uint32Array;
  /** Of each edge, rising. */
  readonly weights: Float32Array;
}

/** The weights of the paper are for bytes. */
const BYTE = 255;

/** x and y of the four directions: with their opposites, all eight neighbours. */
export const DIRECTIONS: readonly (readonly [dx: number, dy: number])[] = [
  [1, 0],
  [0, 1],
  [1, 1],
  [1, -1],
];

/** The graph of Felzenszwalb and Huttenlocher (IJCV 2004): an edge weighs the Euclidean distance of its pixels' colours, 0 to 255. */
export function pixelGraph({ width, height, channels, data }: Planes): PixelGraph {
  const size = width * height;
  const count = DIRECTIONS.reduce((sum, [dx, dy]) => sum + (width - dx) * (height - Math.abs(dy)), 0);
  const edges = new Uint32Array(count);
  const weights = new Float32Array(count);
  let edge = 0;
  for (const [d, [dx, dy]] of DIRECTIONS.entries()) {
    const step = dy * width + dx;
    for (let y = Math.max(0, -dy); y < height - Math.max(0, dy); y++) {
      for (let p = y * width; p < (y + 1) * width - dx; p++) {
        let sum = 0;
        for (let plane = 0; plane < channels * size; plane += size) {
          const difference = data[plane + p]! - data[plane + p + step]!;
          sum += difference * difference;
        }
        weights[edge] = BYTE * Math.sqrt(sum);
        edges[edge++] = DIRECTIONS.length * p + d;
      }
    }
  }
  sortAscending(weights, edges);
  return { width, height, edges, weights };
}

/**
 * The segmentation of Felzenszwalb and Huttenlocher: along the edges from the most alike on, two parts become one where the
 * edge weighs no more than the heaviest edge inside either part plus `k` / pixels of that part; then parts of less than
 * `minSize` pixels join the neighbour that is most like them.
 */
export function segmentGraph({ width, height, edges, weights }: PixelGraph, k: number, minSize: number): Segmentation {
  const forest = new Forest(width * height);
  const { size } = forest;
  const limit = new Float32Array(width * height).fill(k);
  const steps = Int32Array.from(DIRECTIONS, ([dx, dy]) => dy * width + dx);
  // Edges between two parts, in their order: all others are inside a part from then on.
  const between = new Uint32Array(edges.length);
  let open = 0;
  for (let i = 0; i < edges.length; i++) {
    const edge = edges[i]!;
    const p = edge >>> 2;
    const a = forest.root(p);
    const b = forest.root(p + steps[edge & 3]!);
    if (a === b) continue;
    const weight = weights[i]!;
    if (weight <= limit[a]! && weight <= limit[b]!) {
      const joined = forest.join(a, b);
      limit[joined] = weight + k / size[joined]!;
    } else between[open++] = edge;
  }
  for (let i = 0; i < open; i++) {
    const edge = between[i]!;
    const p = edge >>> 2;
    const a = forest.root(p);
    const b = forest.root(p + steps[edge & 3]!);
    if (a !== b && (size[a]! < minSize || size[b]! < minSize)) forest.join(a, b);
  }
  return { width, height, ...forest.labels() };
}

/** Disjoint sets of pixels (union by size, paths halved). */
class Forest {
  readonly size: Int32Array;
  private readonly parent: Int32Array;

  constructor(pixels: number) {
    this.size = new Int32Array(pixels).fill(1);
    this.parent = new Int32Array(pixels).map((_, i) => i);
  }

  root(pixel: number): number {
    const { parent } = this;
    let at = pixel;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  }

  /** Joins the sets of two different roots; returns the new root. */
  join(a: number, b: number): number {
    if (this.size[a]! < this.size[b]!) return this.join(b, a);
    this.parent[b] = a;
    this.size[a]! += this.size[b]!;
    return a;
  }

  labels(): { count: number; labels: Int32Array } {
    const labels = new Int32Array(this.parent.length);
    const ofRoot = new Int32Array(this.parent.length).fill(-1);
    let count = 0;
    for (let i = 0; i < labels.length; i++) {
      const root = this.root(i);
      if (ofRoot[root]! < 0) ofRoot[root] = count++;
      labels[i] = ofRoot[root]!;
    }
    return { count, labels };
  }
}
