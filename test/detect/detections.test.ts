import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxTargets, correctBoxes } from '../../src/detect/box-targets.js';
import { boxesOf } from '../../src/detect/boxes.js';
import { DETECTION_LIMITS, detectionsOf } from '../../src/detect/detections.js';

const side = fc.double({ min: 1, max: 300, noNaN: true });
const place = fc.double({ min: 0, max: 300, noNaN: true });
const box = fc.tuple(place, place, side, side).map(([x0, y0, w, h]) => ({ x0, y0, x1: x0 + w, y1: y0 + h }));

describe('corrections of boxes', () => {
  it('take a window to the box that they were made from', () => {
    fc.assert(
      fc.property(box, box, (window, truth) => {
        fc.pre(
          (truth.x1 - truth.x0) / (window.x1 - window.x0) < 60 && (truth.y1 - truth.y0) / (window.y1 - window.y0) < 60,
        );
        fc.pre(
          (window.x1 - window.x0) / (truth.x1 - truth.x0) < 60 && (window.y1 - window.y0) / (truth.y1 - truth.y0) < 60,
        );
        const corrected = correctBoxes(boxesOf([window]), boxTargets(boxesOf([window]), 0, boxesOf([truth]), 0));
        for (const [i, value] of boxesOf([truth]).entries()) expect(Math.abs(corrected[i]! - value)).toBeLessThan(0.01);
      }),
    );
  });

  it('are those of the published formulas', () => {
    const [dx, dy, dw, dh] = boxTargets(
      boxesOf([{ x0: 0, y0: 0, x1: 10, y1: 20 }]),
      0,
      boxesOf([{ x0: 5, y0: 0, x1: 25, y1: 10 }]),
      0,
    );
    expect([dx, dy, dw, dh]).toEqual([1, -0.25, Math.log(2), Math.log(0.5)]);
  });

  it('that are not finite leave the window, and beyond reason are cut', () => {
    const window = boxesOf([{ x0: 10, y0: 10, x1: 20, y1: 30 }]);
    expect(correctBoxes(window, [Number.NaN, 0, 0, 0])).toEqual(window);
    expect(correctBoxes(window, [0, Infinity, 0, 0])).toEqual(window);
    const huge = correctBoxes(window, [0, 0, 800, -800]);
    expect(huge[2]! - huge[0]!).toBeCloseTo(625, 2);
    expect(huge[3]! - huge[1]!).toBeCloseTo(0.32, 2);
  });
});

describe('detections', () => {
  const boxes = boxesOf([
    { x0: 0, y0: 0, x1: 10, y1: 10 },
    { x0: 1, y0: 0, x1: 11, y1: 10 },
    { x0: 50, y0: 50, x1: 60, y1: 60 },
    { x0: 30, y0: 30, x1: 45, y1: 40 },
  ]);
  const size = { width: 55, height: 100 };

  it('are the best of each place for each class, the surest first, cut to the picture', () => {
    const scores = Float32Array.of(1, -2, 2, 0.5, 0, Number.NaN, -1.5, 3);
    const found = detectionsOf({ boxes, scores, corrections: null }, 2, size, DETECTION_LIMITS);
    expect(found).toEqual([
      { label: 1, score: 3, box: { x0: 30, y0: 30, x1: 45, y1: 40 } },
      { label: 0, score: 2, box: { x0: 1, y0: 0, x1: 11, y1: 10 } },
      { label: 1, score: 0.5, box: { x0: 1, y0: 0, x1: 11, y1: 10 } },
      { label: 0, score: 0, box: { x0: 50, y0: 50, x1: 55, y1: 60 } },
    ]);
  });

  it('have a threshold for each class', () => {
    const scores = Float32Array.of(1, 1, 2, 2, 0, 0, 3, 3);
    const limits = { ...DETECTION_LIMITS, minScore: [2.5, 0.5] };
    const found = detectionsOf({ boxes, scores, corrections: null }, 2, size, limits);
    expect(found.map(({ label, score }) => [label, score])).toEqual([
      [0, 3],
      [1, 3],
      [1, 2],
    ]);
  });

  it('are at most so many of a class, and none from the threshold down', () => {
    const scores = Float32Array.of(1, 2, 3, -1.5);
    const few = detectionsOf({ boxes, scores, corrections: null }, 1, size, { ...DETECTION_LIMITS, perClass: 1 });
    expect(few.map(({ score }) => score)).toEqual([3]);
    expect(detectionsOf({ boxes, scores, corrections: null }, 1, size, DETECTION_LIMITS)).toHaveLength(2);
    expect(detectionsOf({ boxes, scores, corrections: null }, 1, size, { ...DETECTION_LIMITS, minScore: 3 })).toEqual(
      [],
    );
  });

  it('are corrected after suppression, and suppressed again where corrections bring them together', () => {
    const scores = Float32Array.of(-9, 2, -9, 1);
    const corrections = new Float32Array(16).fill(Number.NaN);
    corrections.set([0.5, 0, 0, 0], 4);
    const shifted = detectionsOf({ boxes, scores, corrections }, 1, size, DETECTION_LIMITS);
    expect(shifted.map(({ box }) => box)).toEqual([
      { x0: 6, y0: 0, x1: 16, y1: 10 },
      { x0: 30, y0: 30, x1: 45, y1: 40 },
    ]);
    // Window 3 lands on window 1.
    corrections.set(boxTargets(boxes, 3, boxesOf([{ x0: 6, y0: 0, x1: 16, y1: 10 }]), 0), 12);
    expect(detectionsOf({ boxes, scores, corrections }, 1, size, DETECTION_LIMITS)).toHaveLength(1);
  });
});
