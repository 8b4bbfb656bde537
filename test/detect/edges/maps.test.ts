/** Smoothing, orientation and thinning of maps, against what can be said without them. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gradientEdges } from '../../../src/detect/edges/gradient-edges.js';
import { edgeOrientation } from '../../../src/detect/edges/orientation.js';
import { thinEdges } from '../../../src/detect/edges/thin-edges.js';
import { triangleFilter } from '../../../src/detect/edges/triangle-filter.js';
import { lineMap, pictureOf } from './drawn.js';

describe('triangleFilter', () => {
  /** The mirrored plane at any place. */
  function at(plane: Float32Array, width: number, height: number, x: number, y: number): number {
    const fold = (place: number, count: number): number =>
      place < 0 ? fold(-1 - place, count) : place >= count ? fold(2 * count - 1 - place, count) : place;
    return plane[fold(y, height) * width + fold(x, width)]!;
  }

  test('is the weighted mean of the mirrored neighbourhood', () => {
    const planes = fc.record({ width: fc.integer({ min: 1, max: 7 }), height: fc.integer({ min: 1, max: 7 }) });
    fc.assert(
      fc.property(planes, fc.nat(5), fc.infiniteStream(fc.nat(255)), ({ width, height }, radius, values) => {
        const plane = Float32Array.from([...values.take(width * height)]);
        const smooth = triangleFilter(plane, width, height, radius);
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            let sum = 0;
            for (let v = -radius; v <= radius; v++) {
              for (let u = -radius; u <= radius; u++) {
                const weight = (radius + 1 - Math.abs(u)) * (radius + 1 - Math.abs(v));
                sum += weight * at(plane, width, height, x + u, y + v);
              }
            }
            expect(smooth[y * width + x]).toBeCloseTo(sum / (radius + 1) ** 4, 3);
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('edgeOrientation', () => {
  test.each([0, 20, 45, 70, 90, 120, 160])('is the normal of a line: %i degrees', (degrees) => {
    const normal = (degrees / 180) * Math.PI;
    const map = lineMap(61, 61, normal);
    const found = edgeOrientation(map)[30 * 61 + 30]!;
    // Lines have no direction: 0 and 180 degrees are the same.
    const off = Math.abs(found - normal) % Math.PI;
    expect(Math.min(off, Math.PI - off)).toBeLessThan(0.02);
  });

  test.each([
    [1, 1],
    [1, 9],
    [9, 1],
  ])('%i x %i is no matter', (width, height) => {
    const strength = new Float32Array(width * height).fill(0.5);
    const map = { width, height, strength };
    const orientation = edgeOrientation(map);
    expect(orientation.every((angle) => angle >= 0 && angle < Math.PI)).toBe(true);
    expect(thinEdges(map, orientation).strength).toHaveLength(width * height);
  });
});

describe('thinEdges', () => {
  test.each([0, 45, 90, 110])('leaves a line about one pixel wide: %i degrees', (degrees) => {
    const map = lineMap(61, 61, (degrees / 180) * Math.PI);
    const thin = thinEdges(map, edgeOrientation(map));
    const count = (strength: Float32Array) => strength.filter((value) => value > 0.1).length;
    expect(count(map.strength)).toBeGreaterThan(4 * 55);
    expect(count(thin.strength)).toBeGreaterThanOrEqual(50);
    expect(count(thin.strength)).toBeLessThan(2 * 61);
    expect(thin.strength[30 * 61 + 30]).toBe(map.strength[30 * 61 + 30]);
  });

  test('fades out at the border, and takes NaN for no edge', () => {
    const map = { width: 7, height: 7, strength: new Float32Array(49).fill(1) };
    map.strength[24] = Number.NaN;
    const { strength } = thinEdges(map, new Float32Array(49), { border: 2 });
    expect([...strength.slice(14, 21)]).toEqual([0, 0.5, 1, 1, 1, 0.5, 0]);
    expect(strength[24]).toBe(0);
    expect(strength[0]).toBe(0);
  });
});

describe('gradientEdges', () => {
  test('sees a step of colour, where it is, and nothing on a flat picture', () => {
    const step = gradientEdges(pictureOf(40, 30, (x) => (x < 20 ? [200, 40, 40] : [40, 200, 40])));
    const row = step.strength.slice(15 * 40, 16 * 40);
    expect(row.indexOf(Math.max(...row))).toBeGreaterThanOrEqual(19);
    expect(row.indexOf(Math.max(...row))).toBeLessThanOrEqual(20);
    expect(Math.max(...row)).toBeGreaterThan(0.3);
    expect(row[5]).toBeLessThan(0.05);
    expect(step.strength.every((value) => value >= 0 && value <= 1)).toBe(true);
    expect(gradientEdges(pictureOf(20, 20, () => [90, 90, 90])).strength.every((value) => value === 0)).toBe(true);
  });

  test('one pixel has no edges', () => {
    expect([...gradientEdges(pictureOf(1, 1, () => [10, 20, 30])).strength]).toEqual([0]);
  });
});
