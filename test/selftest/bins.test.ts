/** The bin rule of the pyramid: properties for every size and level, and the worked examples of the SPP-net paper's sizes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bin, bins } from '../../src/selftest/reference/bins.js';
import { nd } from '../../src/selftest/reference/nd.js';
import { maxPool2dWithIndices } from '../../src/selftest/reference/pool2d.js';
import { spatialPyramidPool } from '../../src/selftest/reference/spatial-pyramid-pool.js';

const size = fc.integer({ min: 1, max: 64 });
const level = fc.integer({ min: 1, max: 8 });

describe('bins', () => {
  test('are never empty and stay inside', () => {
    fc.assert(
      fc.property(size, level, (cells, count) => {
        for (const [start, end] of bins(count, cells)) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(cells);
          expect(end).toBeGreaterThan(start);
        }
      }),
    );
  });

  test('cover every cell, in order', () => {
    fc.assert(
      fc.property(size, level, (cells, count) => {
        const list = bins(count, cells);
        expect(list[0]![0]).toBe(0);
        expect(list.at(-1)![1]).toBe(cells);
        list.slice(1).forEach(([start, end], i) => {
          expect(start).toBeLessThanOrEqual(list[i]![1]);
          expect(start).toBeGreaterThanOrEqual(list[i]![0]);
          expect(end).toBeGreaterThanOrEqual(list[i]![1]);
        });
      }),
    );
  });

  test('are mirror images of each other', () => {
    fc.assert(
      fc.property(size, level, fc.nat(7), (cells, count, index) => {
        const i = index % count;
        const [start, end] = bin(i, count, cells);
        expect(bin(count - 1 - i, count, cells)).toEqual([cells - end, cells - start]);
      }),
    );
  });

  test('partition the map when the level divides it', () => {
    fc.assert(
      fc.property(level, fc.integer({ min: 1, max: 8 }), (count, length) => {
        bins(count, count * length).forEach((b, i) => {
          expect(b).toEqual([i * length, (i + 1) * length]);
        });
      }),
    );
  });
});

describe('worked examples', () => {
  const examples: [cells: number, count: number, expected: [number, number][]][] = [
    [
      13,
      6,
      [
        [0, 3],
        [2, 5],
        [4, 7],
        [6, 9],
        [8, 11],
        [10, 13],
      ],
    ],
    [
      13,
      4,
      [
        [0, 4],
        [3, 7],
        [6, 10],
        [9, 13],
      ],
    ],
    [
      13,
      3,
      [
        [0, 5],
        [4, 9],
        [8, 13],
      ],
    ],
    [
      13,
      2,
      [
        [0, 7],
        [6, 13],
      ],
    ],
    [13, 1, [[0, 13]]],
    [
      10,
      6,
      [
        [0, 2],
        [1, 4],
        [3, 5],
        [5, 7],
        [6, 9],
        [8, 10],
      ],
    ],
    [
      10,
      4,
      [
        [0, 3],
        [2, 5],
        [5, 8],
        [7, 10],
      ],
    ],
    [
      10,
      3,
      [
        [0, 4],
        [3, 7],
        [6, 10],
      ],
    ],
    [
      10,
      2,
      [
        [0, 5],
        [5, 10],
      ],
    ],
    [
      18,
      6,
      [
        [0, 3],
        [3, 6],
        [6, 9],
        [9, 12],
        [12, 15],
        [15, 18],
      ],
    ],
    [
      18,
      3,
      [
        [0, 6],
        [6, 12],
        [12, 18],
      ],
    ],
    [
      18,
      2,
      [
        [0, 9],
        [9, 18],
      ],
    ],
    [
      1,
      4,
      [
        [0, 1],
        [0, 1],
        [0, 1],
        [0, 1],
      ],
    ],
  ];

  test.each(examples)('%i cells in %i bins', (cells, count, expected) => {
    expect(bins(count, cells)).toEqual(expected);
  });
});

describe("the paper's sliding-window form (window ceil(a/n), stride floor(a/n))", () => {
  const ramp = (cells: number) =>
    nd(
      [1, 1, cells, cells],
      Array.from({ length: cells * cells }, (_, i) => (i * 37) % 101),
    );

  const agreeing = [13, 18].flatMap((cells) => [1, 2, 3, 6].map((count) => [cells, count] as const));

  test.each(agreeing)('equals the bins for %i cells, level %i', (cells, count) => {
    const x = ramp(cells);
    const sliding = maxPool2dWithIndices(x, {
      kernelSize: Math.ceil(cells / count),
      stride: Math.floor(cells / count),
    });
    expect([...spatialPyramidPool(x, [count]).data]).toEqual([...sliding.output.data]);
  });

  test('gives 81 outputs instead of 36 for 10 cells, level 6: the reason for one rule', () => {
    expect(maxPool2dWithIndices(ramp(10), { kernelSize: 2, stride: 1 }).output.data).toHaveLength(81);
    expect(spatialPyramidPool(ramp(10), [6]).data).toHaveLength(36);
  });

  test("the 2x2 pool of the released model (window 7, stride 7, ceil) differs from the paper's bins at 13", () => {
    const x = nd([1, 1, 13, 13]);
    x.data[6 * 13 + 6] = 1; // the shared middle cell of the paper's four bins
    const released = maxPool2dWithIndices(x, { kernelSize: 7, stride: 7, ceilMode: true }).output;
    expect([...released.data]).toEqual([1, 0, 0, 0]);
    expect([...spatialPyramidPool(x, [2]).data]).toEqual([1, 1, 1, 1]);
  });
});

test('features are ordered by level, then channel, row, column', () => {
  const x = nd([1, 2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
  expect([...spatialPyramidPool(x, [1, 2]).data]).toEqual([4, 8, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect([...spatialPyramidPool(x, [2, 1]).data]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 4, 8]);
});
