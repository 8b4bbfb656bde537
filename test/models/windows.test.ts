import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapGeometry, mapSize } from '../../src/models/geometry.js';
import { buildArchitecture } from '../../src/models/registry.js';
import type { Projection } from '../../src/models/windows.js';
import {
  insideProjection,
  preprintProjection,
  projectAxis,
  projectWindow,
  releasedConstants,
  releasedProjection,
  scaleCoordinate,
} from '../../src/models/windows.js';
import { zf5 } from '../../src/models/zf5.js';

const released = zf5({ padding: 'B' }).features;
const deployment = zf5({ padding: 'half' }).features;
const releasedRule = releasedProjection(releasedConstants(mapGeometry(released)));
const insideRule = insideProjection(mapGeometry(deployment));

/** x1, y1, x2, y2 of 1-based boxes and cells, as the worked vectors are written. */
type Box = readonly [number, number, number, number];

/** Raw cells of a scaled 1-based box; `base` is 1 where the statement counts cells from 1. */
function rawCells(rule: Projection, [x1, y1, x2, y2]: Box, base: 0 | 1): number[] {
  const columns = rule(x1 - 1, x2 - 1);
  const rows = rule(y1 - 1, y2 - 1);
  return [columns.first, rows.first, columns.last, rows.last].map((cell) => cell + base);
}

describe('worked vectors of the released ZF-5', () => {
  const vectors = [
    {
      image: [500, 375],
      scale: 480,
      box: [1, 1, 500, 375],
      scaled: [1, 1, 640.09, 480],
      map: [39, 29],
      code: [0, 0, 39, 29],
      clamped: [1, 1, 39, 29],
      preprint: [0, 0, 39, 29],
      journal: [1, 1, 39, 29],
    },
    {
      image: [500, 375],
      scale: 480,
      box: [101, 51, 300, 250],
      scaled: [129.07, 65.04, 383.94, 319.91],
      map: [39, 29],
      code: [8, 4, 23, 19],
      clamped: [8, 4, 23, 19],
      preprint: [8, 4, 23, 19],
      journal: [9, 5, 23, 19],
    },
    {
      image: [500, 375],
      scale: 1200,
      box: [240, 120, 279, 159],
      scaled: [767.21, 382.5, 892.24, 507.53],
      map: [99, 74],
      code: [48, 24, 55, 31],
      clamped: [48, 24, 55, 31],
      preprint: [48, 24, 55, 31],
      journal: [48, 24, 55, 31],
    },
    {
      image: [353, 500],
      scale: 480,
      box: [48, 240, 195, 371],
      scaled: [64.96, 326.23, 264.99, 504.49],
      map: [29, 41],
      code: [4, 20, 16, 31],
      clamped: [4, 20, 16, 31],
      preprint: [4, 20, 16, 31],
      journal: [4, 21, 16, 31],
    },
  ] as const;

  it.each(vectors)('$box of a $image image at scale $scale', (vector) => {
    const [width, height] = vector.image;
    const shorter = Math.min(width, height);
    const scaled = vector.box.map((value) => scaleCoordinate(value - 1, vector.scale, shorter) + 1) as unknown as Box;
    scaled.forEach((value, index) => {
      expect(value).toBeCloseTo(vector.scaled[index]!, 1);
    });
    const resized = [width, height].map((side) => Math.round((side * vector.scale) / shorter));
    const map = resized.map((side) => mapSize(released, side));
    expect(map).toEqual(vector.map);

    expect(rawCells(releasedRule, scaled, 1)).toEqual(vector.code);
    const columns = projectAxis(releasedRule, scaled[0] - 1, scaled[2] - 1, map[0]!);
    const rows = projectAxis(releasedRule, scaled[1] - 1, scaled[3] - 1, map[1]!);
    expect([columns.first + 1, rows.first + 1, columns.last + 1, rows.last + 1]).toEqual(vector.clamped);
    expect(rawCells(preprintProjection, scaled, 1)).toEqual(vector.preprint);
    expect(rawCells(insideRule, scaled, 0)).toEqual(vector.journal);
  });

  it('collapses a window that holds no cell', () => {
    const raw = releasedRule(103 - 1, 110 - 1);
    expect([raw.first + 1, raw.last + 1]).toEqual([7, 6]);
    expect(projectAxis(releasedRule, 102, 109, 39)).toEqual({ first: 5, last: 5 });
  });

  it('computes the released constants from the layer records', () => {
    expect(releasedConstants(mapGeometry(released))).toEqual({ offset0: 21, offset: 6.5, step: 16 });
  });

  it('simplifies as the paper writes it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 1, max: 2000 }), (a, b) => {
        const code = releasedRule(a - 1, b - 1);
        expect([code.first + 1, code.last + 1]).toEqual([
          Math.floor((a - 6.5) / 16) + 1,
          Math.ceil((b - 19.5) / 16) + 0,
        ]);
        const journal = insideRule(a - 1, b - 1);
        expect([journal.first, journal.last]).toEqual([Math.floor((a - 1) / 16) + 1, Math.ceil((b - 1) / 16) - 1]);
      }),
    );
  });
});

describe('the rule of receptive-field centres', () => {
  it('selects exactly the cells whose centre is inside, for any net', () => {
    const nets = ['zf5', 'convnet5', 'overfeat7', 'squeezenet11', 'small'].map((name) => buildArchitecture(name));
    fc.assert(
      fc.property(fc.constantFrom(...nets), fc.nat(600), fc.integer({ min: 1, max: 600 }), (net, start, length) => {
        const geometry = mapGeometry(net.features);
        const { first, last } = insideProjection(geometry)(start, start + length - 1);
        for (let cell = -5; cell < 400; cell += 1) {
          const centre = geometry.centre + geometry.stride * cell;
          expect(cell >= first && cell <= last).toBe(centre > start && centre < start + length - 1);
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['zf5', 13],
    ['convnet5', 13],
    ['overfeat7', 18],
  ])('gives a 224 view at the corner of %s the %i cells that the crop itself has', (name, cells) => {
    const { features } = buildArchitecture(name);
    expect(mapSize(features, 224)).toBe(cells);
    const window = { x0: 0, y0: 0, x1: 224, y1: 224 };
    const map = { height: mapSize(features, 360), width: mapSize(features, 480) };
    expect(projectWindow(insideProjection(mapGeometry(features)), window, map)).toEqual([0, 0, cells, cells]);
  });

  it('never leaves the map and is never empty, whatever the window', () => {
    const rules = [insideRule, releasedRule, preprintProjection];
    fc.assert(
      fc.property(
        fc.constantFrom(...rules),
        fc.integer({ min: -500, max: 1500 }),
        fc.integer({ min: 1, max: 800 }),
        fc.integer({ min: 1, max: 80 }),
        (rule, start, length, cells) => {
          const window = { x0: start, x1: start + length, y0: start, y1: start + length };
          const [y0, x0, y1, x1] = projectWindow(rule, window, { height: cells, width: cells });
          expect(y0).toBeGreaterThanOrEqual(0);
          expect(y1).toBeGreaterThan(y0);
          expect(y1).toBeLessThanOrEqual(cells);
          expect([x0, x1]).toEqual([y0, y1]);
        },
      ),
    );
  });

  it('scales a one-pixel side without dividing by zero', () => {
    expect(scaleCoordinate(0, 224, 1)).toBe(0);
    expect(scaleCoordinate(3, 224, 1)).toBe(672);
  });
});
