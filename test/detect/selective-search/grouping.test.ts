/** Grouping against a plain search of the most similar pair, and ranking. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toColourSpace } from '../../../src/detect/proposals/selective-search/colour-spaces.js';
import { gaussianSmooth } from '../../../src/detect/proposals/selective-search/gaussian.js';
import { pixelGraph, segmentGraph } from '../../../src/detect/proposals/selective-search/graph-segmentation.js';
import { groupRegions, type Hierarchy } from '../../../src/detect/proposals/selective-search/grouping.js';
import { PairHeap } from '../../../src/detect/proposals/selective-search/pair-heap.js';
import { rankWindows } from '../../../src/detect/proposals/selective-search/ranking.js';
import { pixelBins, type Regions, regionsOf } from '../../../src/detect/proposals/selective-search/region-features.js';
import type { Likeness, Strategy } from '../../../src/detect/proposals/selective-search/similarity.js';
import type { Picture } from '../../../src/picture/picture.js';
import { pictures } from './pictures.js';

const STRATEGIES: readonly Strategy[] = [
  ['colour', 'texture', 'size', 'fill'],
  ['texture', 'size', 'fill'],
  ['fill'],
  ['size'],
];

const regionsIn = (picture: Picture, k: number): Regions => {
  const planes = toColourSpace(picture, 'hsv');
  const smooth = gaussianSmooth(planes, 0.8);
  return regionsOf(segmentGraph(pixelGraph(smooth), k, k), pixelBins(planes, smooth));
};

interface PlainRegion {
  readonly size: number;
  readonly box: readonly number[];
  readonly colour: readonly number[];
  readonly texture: readonly number[];
}

const PLAIN: Record<Likeness, (a: PlainRegion, b: PlainRegion, pixels: number) => number> = {
  colour: (a, b) => a.colour.reduce((sum, value, i) => sum + Math.min(value, b.colour[i]!), 0),
  texture: (a, b) => a.texture.reduce((sum, value, i) => sum + Math.min(value, b.texture[i]!), 0),
  size: (a, b, pixels) => 1 - (a.size + b.size) / pixels,
  fill: (a, b, pixels) => {
    const { box } = union(a, b);
    return 1 - ((box[2]! - box[0]!) * (box[3]! - box[1]!) - a.size - b.size) / pixels;
  },
};

function union(a: PlainRegion, b: PlainRegion): PlainRegion {
  const size = a.size + b.size;
  const mean = (p: readonly number[], q: readonly number[]) =>
    p.map((value, i) => Math.fround((a.size / size) * value + (1 - a.size / size) * q[i]!));
  return {
    size,
    box: a.box.map((value, i) => (i < 2 ? Math.min(value, b.box[i]!) : Math.max(value, b.box[i]!))),
    colour: mean(a.colour, b.colour),
    texture: mean(a.texture, b.texture),
  };
}

/** Boxes of the merged regions: at every step all touching pairs are compared anew, and the first of the most alike is taken. */
function plainGrouping(regions: Regions, strategy: Strategy): (readonly number[])[] {
  const row = (data: Float32Array, bins: number, i: number) => [...data.slice(i * bins, (i + 1) * bins)];
  const all: PlainRegion[] = Array.from({ length: regions.count }, (_, i) => ({
    size: regions.sizes[i]!,
    box: row(regions.boxes, 4, i),
    colour: row(regions.colour.data, regions.colour.bins, i),
    texture: row(regions.texture.data, regions.texture.bins, i),
  }));
  let pairs = Array.from({ length: regions.neighbours.length / 2 }, (_, i) => [
    regions.neighbours[2 * i]!,
    regions.neighbours[2 * i + 1]!,
  ]);
  while (pairs.length > 0) {
    const likeness = pairs.map(
      ([a, b]) =>
        strategy.reduce((sum, name) => sum + PLAIN[name](all[a!]!, all[b!]!, regions.pixels), 0) / strategy.length,
    );
    const [a, b] = pairs[likeness.indexOf(Math.max(...likeness))]!;
    const merged = all.length;
    all.push(union(all[a!]!, all[b!]!));
    const touching = [a!, b!].flatMap((own) =>
      pairs.filter((pair) => pair.includes(own)).map(([p, q]) => (p === own ? q! : p!)),
    );
    const others = [...new Set(touching)].filter((other) => other !== a && other !== b);
    pairs = pairs.filter((pair) => !pair.includes(a!) && !pair.includes(b!));
    pairs.push(...others.map((other) => [other, merged]));
  }
  return all.slice(regions.count).map(({ box }) => box);
}

describe('grouping', () => {
  it('merges the most alike of all neighbours at every step', () => {
    fc.assert(
      fc.property(pictures(24), fc.constantFrom(...STRATEGIES), (picture, strategy) => {
        const regions = regionsIn(picture, 8);
        const wanted = plainGrouping(regions, strategy);
        const { boxes, count } = groupRegions(regions, strategy);
        const merged = Array.from({ length: wanted.length }, (_, i) => [
          ...boxes.slice(4 * (count + i), 4 * (count + i + 1)),
        ]);
        expect(merged).toEqual(wanted);
      }),
      { numRuns: 60 },
    );
  });

  it('ends in one region that is the whole picture; histograms sum to 1 all the way', () => {
    fc.assert(
      fc.property(pictures(40), fc.constantFrom(...STRATEGIES), (picture, strategy) => {
        const regions = regionsIn(picture, 10);
        const { boxes, count } = groupRegions(regions, strategy);
        const last = 2 * count - 2;
        expect(boxes).toHaveLength(4 * (last + 1));
        expect([...boxes.slice(4 * last)]).toEqual([0, 0, picture.width, picture.height]);
        expect(regions.sizes[last]).toBe(picture.width * picture.height);
        for (const { bins, data } of [regions.colour, regions.texture]) {
          for (let i = 0; i <= last; i++) {
            expect(data.slice(i * bins, (i + 1) * bins).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 4);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('its heap gives the largest first, equal ones in the order of arrival', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(6), { minLength: 1, maxLength: 40 }), (keys) => {
        const heap = new PairHeap();
        for (const [i, key] of keys.entries()) heap.push(key, i, -i);
        const wanted = [...keys.keys()].sort((a, b) => keys[b]! - keys[a]! || a - b);
        expect(keys.map(() => heap.pop().a)).toEqual(wanted);
      }),
    );
  });
});

describe('ranking', () => {
  const of = (count: number, ...boxes: readonly (readonly [number, number, number, number])[]): Hierarchy => ({
    count,
    boxes: Float32Array.from(boxes.flat()),
  });
  const rank = (hierarchies: readonly (readonly Hierarchy[])[], maxBoxes = 100, seed = 0) => {
    const { boxes, scores } = rankWindows(hierarchies, { minSide: 20, maxBoxes, seed });
    return { boxes: Array.from({ length: scores.length }, (_, i) => boxes.slice(4 * i, 4 * i + 4).join(' ')), scores };
  };

  it('goes from the whole picture to the first cut, each window once and none too small', () => {
    const parts = [
      [0, 0, 50, 100],
      [50, 0, 100, 100],
      [0, 0, 100, 9],
      [0, 60, 60, 90],
    ] as const;
    const first = of(4, ...parts, [0, 0, 50, 92], [0, 0, 100, 100]);
    const second = of(3, [9, 9, 99, 99], [9, 9, 99, 99], [9, 9, 99, 99], [50, 0, 100, 100], [0, 0, 100, 100]);
    const { boxes, scores } = rank([[first, second]]);
    expect(boxes[0]).toBe('0 0 100 100');
    // A window that two hierarchies have stands at its better level; the first cut of the second is that of the first.
    expect(boxes.slice(1, 3).sort()).toEqual(['0 0 50 92', '50 0 100 100']);
    // What nearly repeats a better one comes last.
    expect(boxes.slice(3)).toEqual(['0 60 60 90', '0 0 50 100']);
    for (const [i, score] of [1, 0.8, 0.6, 0.4, 0.2].entries()) expect(scores[i]).toBeCloseTo(score, 6);
    expect(rank([[first, second]], 2).boxes).toEqual(boxes.slice(0, 2));
  });

  it('a region half too narrow or low gets a window of the least size around it, inside the picture', () => {
    const whole = [0, 0, 100, 60] as const;
    const { boxes } = rank([
      [
        of(
          4,
          [30, 10, 41, 50],
          [89, 0, 100, 20],
          [0, 45, 30, 60],
          [30, 0, 39, 60],
          [1, 1, 19, 19],
          [70, 10, 90, 30],
          whole,
        ),
      ],
    ]);
    expect(boxes.sort()).toEqual(['0 0 100 60', '0 40 30 60', '25 10 45 50', '70 10 90 30', '80 0 100 20']);
  });

  it('the seed turns the order within a level, and nothing else', () => {
    const cuts = Array.from({ length: 12 }, (_, i) => [of(1, [8 * i, 0, 8 * i + 20, 40], [0, 0, 200, 200])]);
    const order = rank(cuts).boxes;
    expect(rank(cuts).boxes).toEqual(order);
    expect(rank(cuts, 100, 1).boxes).not.toEqual(order);
    expect(rank(cuts, 100, 1).boxes.sort()).toEqual([...order].sort());
  });
});
