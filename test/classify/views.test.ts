import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellWindows } from '../../src/classify/cell-windows.js';
import { averageViews, softmaxRows } from '../../src/classify/scores.js';
import { countViews, planViews, VIEW_PROTOCOLS, viewProtocol, viewWindows } from '../../src/classify/views.js';
import { mapGeometry, mapSize } from '../../src/models/geometry.js';
import { insideProjection } from '../../src/models/windows.js';
import { zf5 } from '../../src/models/zf5.js';

describe('view plans', () => {
  it.each([
    ['1', 1],
    ['10', 10],
    ['full', 1],
    ['96', 96],
    ['98', 98],
  ] as const)('%s has %i views on an oblong image, either way round', (name, views) => {
    expect(countViews(planViews(VIEW_PROTOCOLS[name], 500, 375))).toBe(views);
    expect(countViews(planViews(VIEW_PROTOCOLS[name], 375, 500))).toBe(views);
  });

  it('has 6 distinct views at 224 and 18 at every other scale', () => {
    const byScale = new Map<number, number>();
    for (const pass of planViews(VIEW_PROTOCOLS['96'], 640, 480)) {
      byScale.set(pass.scale, (byScale.get(pass.scale) ?? 0) + pass.windows.length);
    }
    expect([...byScale]).toEqual([
      [224, 6],
      [256, 18],
      [300, 18],
      [360, 18],
      [448, 18],
      [560, 18],
    ]);
  });

  it('has only 2 distinct views at 224 on a square image', () => {
    expect(countViews(planViews({ ...VIEW_PROTOCOLS['96'], scales: [224] }, 300, 300))).toBe(2);
  });

  it('lets the full views share the passes of their scale', () => {
    const passes = planViews(VIEW_PROTOCOLS['98'], 500, 375);
    expect(passes).toHaveLength(12);
    expect(passes[2]).toMatchObject({ scale: 256, width: 341, height: 256, flip: false });
    expect(passes[2]!.windows.at(-1)).toEqual({ x0: 0, y0: 0, x1: 341, y1: 256 });
  });

  it('places the ten views at the corners and the middle of the whole image', () => {
    const [plain] = planViews(VIEW_PROTOCOLS['10'], 512, 256);
    expect(plain!.windows.map(({ x0, y0 }) => [x0, y0])).toEqual([
      [0, 0],
      [288, 0],
      [144, 16],
      [0, 32],
      [288, 32],
    ]);
  });

  it('scales with the input of another net', () => {
    const protocol = viewProtocol('98', 112);
    expect(protocol).toMatchObject({ viewSize: 112, scales: [112, 128, 150, 180, 224, 280], fullScale: 128 });
    expect(countViews(planViews(protocol, 90, 60))).toBe(98);
    expect(() => viewProtocol('12')).toThrow('unknown protocol "12"; there are 1, 10, 96, 98, full');
  });

  it('keeps every window of any scale list inside images of any aspect ratio', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: 1, max: 3000 }),
        fc.uniqueArray(fc.integer({ min: 32, max: 600 }), { minLength: 1, maxLength: 4 }),
        fc.constantFrom('centre' as const, 'corners' as const, 'grid' as const),
        (width, height, scales, positions) => {
          const passes = planViews({ viewSize: 32, scales, positions, fullScale: null, flip: true }, width, height);
          expect(passes).toHaveLength(2 * scales.length);
          for (const pass of passes) {
            expect(Math.min(pass.width, pass.height)).toBe(pass.scale);
            expect(new Set(pass.windows.map((window) => JSON.stringify(window))).size).toBe(pass.windows.length);
            for (const { x0, y0, x1, y1 } of pass.windows) {
              expect([x1 - x0, y1 - y0]).toEqual([32, 32]);
              expect(Math.min(x0, y0)).toBeGreaterThanOrEqual(0);
              expect(x1).toBeLessThanOrEqual(pass.width);
              expect(y1).toBeLessThanOrEqual(pass.height);
            }
          }
        },
      ),
    );
  });

  it('refuses views larger than the image, and lengths that are none', () => {
    expect(() => planViews({ ...VIEW_PROTOCOLS['1'], scales: [180] }, 300, 400)).toThrow(
      '224x224 pixels do not fit a 180x240 image; use a smaller view or scales from 224',
    );
    expect(() => viewWindows(223, 500, 224, 'grid')).toThrow('do not fit a 223x500 image');
    expect(() => planViews(VIEW_PROTOCOLS['1'], 0, 100)).toThrow('0 is not a length in pixels');
    expect(() => planViews({ ...VIEW_PROTOCOLS['1'], scales: [256.5] }, 300, 400)).toThrow('256.5 is not a length');
  });

  it('keeps the aspect ratio to a pixel, up to eight: a line of pixels must not become a huge input', () => {
    expect(planViews(VIEW_PROTOCOLS.full, 500, 375)[0]).toMatchObject({ width: 341, height: 256 });
    expect(planViews(VIEW_PROTOCOLS.full, 3, 1000)[0]).toMatchObject({ width: 256, height: 2048 });
  });
});

describe('cell windows', () => {
  it('become rows for the pyramid: full views take the whole map, others the cells with centres inside', () => {
    const { features } = zf5();
    const passes = planViews({ ...VIEW_PROTOCOLS['98'], scales: [256] }, 500, 375);
    const map = { height: mapSize(features, 256), width: mapSize(features, 341) };
    expect(map).toEqual({ height: 15, width: 20 });
    const rows = cellWindows(passes[0]!, insideProjection(mapGeometry(features)), map, 7);
    expect(rows).toHaveLength(10 * 5);
    expect([...rows.subarray(0, 5)]).toEqual([7, 0, 0, 13, 13]);
    expect([...rows.subarray(40, 45)]).toEqual([7, 1, 7, 15, 20]);
    expect([...rows.subarray(45)]).toEqual([7, 0, 0, 15, 20]);
  });
});

describe('scores', () => {
  it('average the views of each image with equal weight', () => {
    expect([...averageViews([1, 0, 0, 1, 0.5, 0.5], [0, 1, 0], 2, 2)]).toEqual([0.75, 0.25, 0, 1]);
    expect(() => averageViews([1, 0], [0], 2, 2)).toThrow('image 1 has no view');
    expect(() => averageViews([1, 0], [2], 2, 2)).toThrow('view 0 belongs to image 2');
    expect(() => averageViews([1, 0, 1], [0], 1, 2)).toThrow('3 values are not a whole number of rows of 2');
  });

  it('are probabilities even for huge logits', () => {
    expect([...softmaxRows([1000, 1000, -1000, 0, 0, 0], 3)]).toEqual([0.5, 0.5, 0, 1 / 3, 1 / 3, 1 / 3]);
  });
});
