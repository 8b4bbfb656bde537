/** The parts of Selective Search before it groups: colours, smoothing, sorting, the first cut and what is known of its parts. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ColourSpace, toColourSpace } from '../../../src/detect/proposals/selective-search/colour-spaces.js';
import { gaussianSmooth } from '../../../src/detect/proposals/selective-search/gaussian.js';
import {
  pixelGraph,
  type Segmentation,
  segmentGraph,
} from '../../../src/detect/proposals/selective-search/graph-segmentation.js';
import { sortAscending } from '../../../src/detect/proposals/selective-search/radix-sort.js';
import { pixelBins, regionsOf } from '../../../src/detect/proposals/selective-search/region-features.js';
import type { Picture } from '../../../src/picture/picture.js';
import { drawn, pictures } from './pictures.js';

const SPACES: readonly ColourSpace[] = ['hsv', 'lab', 'rgI', 'hue', 'intensity'];

const near8 = (width: number, height: number, i: number): number[] => {
  const [x, y] = [i % width, Math.floor(i / width)];
  const around = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => [x + dx, y + dy] as const));
  return around
    .filter(([u, v]) => (u !== x || v !== y) && u >= 0 && u < width && v >= 0 && v < height)
    .map(([u, v]) => v * width + u);
};

describe('colour spaces', () => {
  const pixel = (red: number, green: number, blue: number, space: ColourSpace): number[] => [
    ...toColourSpace(
      drawn(1, 1, () => [red, green, blue]),
      space,
    ).data,
  ];
  const close = (found: number[], wanted: number[]) => {
    expect(found).toHaveLength(wanted.length);
    for (const [i, value] of wanted.entries()) expect(found[i]).toBeCloseTo(value, 4);
  };

  it('give the values of the literature', () => {
    close(pixel(255, 0, 0, 'hsv'), [0, 1, 1]);
    close(pixel(0, 128, 128, 'hsv'), [0.5, 1, 128 / 255]);
    close(pixel(90, 30, 120, 'hue'), [280 / 360]);
    close(pixel(60, 90, 150, 'rgI'), [0.2, 0.3, (0.299 * 60 + 0.587 * 90 + 0.114 * 150) / 255]);
    close(pixel(0, 0, 0, 'rgI'), [1 / 3, 1 / 3, 0]);
    close(pixel(255, 255, 255, 'intensity'), [1]);
    // L*, a*, b* of red and of white under D65.
    const lab = (l: number, a: number, b: number) => [l / 100, (a + 128) / 255, (b + 128) / 255];
    close(pixel(255, 0, 0, 'lab'), lab(53.2408, 80.0925, 67.2032));
    close(pixel(255, 255, 255, 'lab'), lab(100, 0, 0));
  });

  it('stay from 0 to 1 for every colour', () => {
    for (const space of SPACES) {
      const all = drawn(64, 64, (x, y) => [(x & 15) * 17, ((x >> 4) * 4 + (y & 3)) * 17, (y >> 2) * 17]);
      const { data } = toColourSpace(all, space);
      expect(data.reduce((least, value) => Math.min(least, value))).toBeGreaterThanOrEqual(-1e-6);
      expect(data.reduce((most, value) => Math.max(most, value))).toBeLessThanOrEqual(1 + 1e-6);
    }
  });
});

describe('smoothing', () => {
  it('is the Gaussian, and leaves a flat plane as it is, up to the edge', () => {
    const data = new Float32Array(21);
    data[10] = 1;
    const { data: row } = gaussianSmooth({ width: 21, height: 1, channels: 1, data }, 0.8);
    const sum = Array.from({ length: 21 }, (_, i) => Math.exp(-0.5 * ((i - 10) / 0.8) ** 2)).reduce((a, b) => a + b);
    for (let i = 0; i < 21; i++) expect(row[i]).toBeCloseTo(Math.exp(-0.5 * ((i - 10) / 0.8) ** 2) / sum, 5);
    const flat = { width: 3, height: 2, channels: 2, data: new Float32Array(12).fill(0.25) };
    for (const value of gaussianSmooth(flat, 2).data) expect(value).toBeCloseTo(0.25, 6);
  });

  it('takes rows and columns alike', () => {
    fc.assert(
      fc.property(pictures(9), (picture) => {
        const planes = toColourSpace(picture, 'intensity');
        const { width, height } = planes;
        const turned = (data: Float32Array, across: number) =>
          data.map((_, i) => data[(i % (data.length / across)) * across + Math.floor(i / (data.length / across))]!);
        const twice = gaussianSmooth(
          { ...planes, width: height, height: width, data: turned(planes.data, width) },
          0.8,
        );
        const once = gaussianSmooth(planes, 0.8);
        for (const [i, value] of turned(twice.data, height).entries()) expect(value).toBeCloseTo(once.data[i]!, 5);
      }),
    );
  });
});

it('the radix sort is the stable sort', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.float({ min: 0, noNaN: true }), fc.nat(3)), { maxLength: 60 }), (list) => {
      const keys = Float32Array.from(list);
      const items = Uint32Array.from(list, (_, i) => i);
      const wanted = [...items].sort((a, b) => keys[a]! - keys[b]! || a - b);
      const sorted = wanted.map((i) => keys[i]!);
      sortAscending(keys, items);
      expect([...items]).toEqual(wanted);
      expect([...keys]).toEqual(sorted);
    }),
  );
});

/** The definition, word by word: all pairs of neighbours by weight, labels written anew at every merge. */
function plainSegmentation(picture: Picture, space: ColourSpace, k: number, minSize: number): number[] {
  const { width, height, channels, data } = gaussianSmooth(toColourSpace(picture, space), 0.8);
  const size = width * height;
  const offsets = [1, width, width + 1, 1 - width];
  const edges: { p: number; q: number; d: number; weight: number }[] = [];
  for (let p = 0; p < size; p++) {
    for (const q of near8(width, height, p)) {
      const d = offsets.indexOf(q - p);
      // A picture one or two pixels wide has several directions of one offset; either end may be the first.
      if (q - p === 1 - width ? q % width !== (p % width) + 1 : q < p) continue;
      if (d < 0) continue;
      let sum = 0;
      for (let c = 0; c < channels; c++) sum += (data[c * size + p]! - data[c * size + q]!) ** 2;
      edges.push({ p, q, d, weight: Math.fround(255 * Math.sqrt(sum)) });
    }
  }
  edges.sort((a, b) => a.weight - b.weight || a.d - b.d || a.p - b.p);
  let labels = Array.from({ length: size }, (_, i) => i);
  const heaviest = new Map<number, number>();
  const count = (label: number) => labels.filter((other) => other === label).length;
  const bound = (label: number) => Math.fround((heaviest.get(label) ?? 0) + k / count(label));
  const merge = (a: number, b: number) => {
    labels = labels.map((label) => (label === b ? a : label));
  };
  for (const { p, q, weight } of edges) {
    const [a, b] = [labels[p]!, labels[q]!];
    if (a === b || weight > bound(a) || weight > bound(b)) continue;
    merge(a, b);
    heaviest.set(a, weight);
  }
  for (const { p, q } of edges) {
    const [a, b] = [labels[p]!, labels[q]!];
    if (a !== b && (count(a) < minSize || count(b) < minSize)) merge(a, b);
  }
  const names = [...new Set(labels)];
  return labels.map((label) => names.indexOf(label));
}

const cut = (picture: Picture, space: ColourSpace, k: number, minSize: number): Segmentation =>
  segmentGraph(pixelGraph(gaussianSmooth(toColourSpace(picture, space), 0.8)), k, minSize);

describe('the first cut', () => {
  it('is that of the definition', () => {
    fc.assert(
      fc.property(
        pictures(9),
        fc.constantFrom(...SPACES),
        fc.constantFrom(1, 20, 100),
        fc.nat(12),
        (picture, space, k, least) => {
          const { count, labels } = cut(picture, space, k, least);
          expect([...labels]).toEqual(plainSegmentation(picture, space, k, least));
          expect(new Set(labels).size).toBe(count);
        },
      ),
    );
  });

  it('covers the picture with connected parts, none of them too small', () => {
    fc.assert(
      fc.property(pictures(40), fc.constantFrom(1, 10, 50), (picture, k) => {
        const { width, height, count, labels } = cut(picture, 'lab', k, k);
        const seen = new Uint8Array(labels.length);
        let parts = 0;
        for (let start = 0; start < labels.length; start++) {
          if (seen[start]) continue;
          parts++;
          const stack = [start];
          seen[start] = 1;
          let pixels = 0;
          while (stack.length > 0) {
            const at = stack.pop()!;
            pixels++;
            for (const next of near8(width, height, at)) {
              if (seen[next] || labels[next] !== labels[at]) continue;
              seen[next] = 1;
              stack.push(next);
            }
          }
          if (count > 1) expect(pixels).toBeGreaterThanOrEqual(k);
        }
        // As many connected areas as labels: no part lies in two places.
        expect(parts).toBe(count);
      }),
      { numRuns: 50 },
    );
  });

  it('of a flat picture is one part, of two colours two', () => {
    expect(
      cut(
        drawn(30, 20, () => [9, 9, 9]),
        'hsv',
        50,
        50,
      ).count,
    ).toBe(1);
    const halves = cut(
      drawn(40, 40, (x) => (x < 20 ? [250, 10, 10] : [10, 10, 250])),
      'lab',
      50,
      50,
    );
    expect(halves.count).toBe(2);
    expect([halves.labels[0], halves.labels[39]]).toEqual([0, 1]);
  });
});

describe('what is known of the parts', () => {
  it('sizes, tight boxes, neighbours, and histograms that sum to 1', () => {
    fc.assert(
      fc.property(pictures(30), fc.constantFrom(...SPACES), (picture, space) => {
        const planes = toColourSpace(picture, space);
        const smooth = gaussianSmooth(planes, 0.8);
        const parts = segmentGraph(pixelGraph(smooth), 10, 10);
        const regions = regionsOf(parts, pixelBins(planes, smooth));
        const { width, height, labels, count } = parts;
        const pairs = new Set<string>();
        for (let i = 0; i < labels.length; i++) {
          for (const other of near8(width, height, i)) {
            if (labels[other]! > labels[i]!) pairs.add(`${labels[i]} ${labels[other]}`);
          }
        }
        const found = Array.from({ length: regions.neighbours.length / 2 }, (_, i) =>
          regions.neighbours.slice(2 * i, 2 * i + 2).join(' '),
        );
        expect(found.sort()).toEqual([...pairs].sort());
        for (let region = 0; region < count; region++) {
          const own = [...labels.keys()].filter((i) => labels[i] === region);
          const [xs, ys] = [own.map((i) => i % width), own.map((i) => Math.floor(i / width))];
          expect(regions.sizes[region]).toBe(own.length);
          expect([...regions.boxes.slice(4 * region, 4 * region + 4)]).toEqual([
            ...[Math.min(...xs), Math.min(...ys), Math.max(...xs) + 1, Math.max(...ys) + 1],
          ]);
          for (const { bins, data } of [regions.colour, regions.texture]) {
            const row = data.slice(region * bins, (region + 1) * bins);
            expect(Math.min(...row)).toBeGreaterThanOrEqual(0);
            expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 4);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('an edge shows in the texture by its direction: rises, falls, and both diagonals', () => {
    const texture = (picture: Picture) => {
      const planes = toColourSpace(picture, 'intensity');
      const smooth = gaussianSmooth(planes, 0.8);
      const whole = {
        width: picture.width,
        height: picture.height,
        count: 1,
        labels: new Int32Array(planes.data.length),
      };
      const { bins, data } = regionsOf(whole, pixelBins(planes, smooth)).texture;
      expect(bins).toBe(80);
      // Share of the pixels that do not count 0, for rise and fall of each of the four derivatives.
      return Array.from({ length: 8 }, (_, half) => data[half * 10]! < 1 / 8 - 1e-6);
    };
    const step = (bright: (x: number, y: number) => boolean) =>
      texture(drawn(24, 24, (x, y) => (bright(x, y) ? [255, 255, 255] : [0, 0, 0])));
    // Derivatives along x, y, down the first diagonal, up the second: [rise, fall] each.
    expect(step((x) => x >= 12)).toEqual([true, false, false, false, true, false, true, false]);
    expect(step((x) => x < 12)).toEqual([false, true, false, false, false, true, false, true]);
    expect(step((_, y) => y >= 12)).toEqual([false, false, true, false, true, false, false, true]);
    // Along an edge nothing changes, save in the corners, where the picture ends.
    const [, , , , down, downFalls] = step((x, y) => x + y >= 24);
    expect([down, downFalls]).toEqual([true, false]);
  });
});
