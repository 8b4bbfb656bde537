import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxAt, boxCount, boxesOf, clipBoxes, iou, takeBoxes } from '../../src/detect/boxes.js';
import { byScore, nms } from '../../src/detect/nms.js';
import { concatArrays } from '../../src/runtime/concat-arrays.js';

const box = fc
  .tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 30 }), fc.nat(20), fc.nat(20))
  .map(([x0, y0, width, height]) => ({ x0, y0, x1: x0 + width, y1: y0 + height }));
const boxList = fc.array(box, { minLength: 1, maxLength: 30 });

/** Intersection over union by counting pixels. */
function countedIou(a: ReturnType<typeof boxAt>, b: ReturnType<typeof boxAt>): number {
  let shared = 0;
  let union = 0;
  for (let y = 0; y < 60; y++) {
    for (let x = 0; x < 60; x++) {
      const inA = x >= a.x0 && x < a.x1 && y >= a.y0 && y < a.y1;
      const inB = x >= b.x0 && x < b.x1 && y >= b.y0 && y < b.y1;
      shared += Number(inA && inB);
      union += Number(inA || inB);
    }
  }
  return union === 0 ? 0 : shared / union;
}

describe('boxes', () => {
  it('iou is the share of pixels', () => {
    fc.assert(
      fc.property(box, box, (a, b) => {
        expect(iou(boxesOf([a]), 0, boxesOf([b]), 0)).toBeCloseTo(countedIou(a, b), 12);
      }),
      { numRuns: 50 },
    );
  });

  it('are taken, joined and clipped', () => {
    const boxes = boxesOf([
      { x0: 1, y0: 2, x1: 3, y1: 4 },
      { x0: -5, y0: 6, x1: 70, y1: 8 },
    ]);
    expect([...takeBoxes(boxes, [1, 0, 1])]).toEqual([-5, 6, 70, 8, 1, 2, 3, 4, -5, 6, 70, 8]);
    expect(boxCount(concatArrays(Float32Array, [boxes, boxes]))).toBe(4);
    expect(boxAt(clipBoxes(boxes, 50, 7), 1)).toEqual({ x0: 0, y0: 6, x1: 50, y1: 7 });
  });
});

describe('nms', () => {
  it('orders by score, equal ones as they came, NaN last, behind -Infinity', () => {
    expect([...byScore([1, Number.NaN, 3, 1, -Infinity])]).toEqual([2, 0, 3, 4, 1]);
  });

  it('keeps what overlaps by exactly the threshold', () => {
    const boxes = boxesOf([
      { x0: 0, y0: 0, x1: 10, y1: 10 },
      { x0: 5, y0: 0, x1: 15, y1: 10 },
    ]);
    expect(nms(boxes, [1, 2], 1 / 3)).toEqual([1, 0]);
    expect(nms(boxes, [1, 2], 0.33)).toEqual([1]);
    expect(nms(boxes, [1, 2], 1, 1)).toEqual([1]);
  });

  it('keeps boxes that are apart, and drops each other one for a better one that stays', () => {
    fc.assert(
      fc.property(boxList, fc.array(fc.nat(5), { minLength: 30, maxLength: 30 }), (list, values) => {
        const boxes = boxesOf(list);
        const scores = values.slice(0, list.length);
        const kept = nms(boxes, scores, 0.3);
        for (const [place, a] of kept.entries()) {
          for (const b of kept.slice(0, place)) expect(iou(boxes, a, boxes, b)).toBeLessThanOrEqual(0.3);
        }
        for (let i = 0; i < list.length; i++) {
          if (kept.includes(i)) continue;
          expect(kept.some((k) => scores[k]! >= scores[i]! && iou(boxes, k, boxes, i) > 0.3)).toBe(true);
        }
      }),
    );
  });
});
