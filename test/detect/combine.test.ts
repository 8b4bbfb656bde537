/** Several detectors on one picture: what they found is chosen from all of it. */
import { describe, expect, it } from 'vitest';
import type { PixelBox } from '../../src/data/objects.js';
import { boxesOf } from '../../src/detect/boxes.js';
import { sharedClasses, unionOf } from '../../src/detect/combine.js';
import { detectTogether } from '../../src/detect/detect-together.js';
import { DETECTION_LIMITS, detectionsOf, type ScoredWindows } from '../../src/detect/detections.js';
import type { Detector } from '../../src/detect/detector.js';

const box = (x0: number, y0: number, side = 10): PixelBox => ({ x0, y0, x1: x0 + side, y1: y0 + side });
const BOXES = boxesOf([box(0, 0), box(1, 0), box(50, 50)]);
const PICTURE = { width: 100, height: 100, data: new Uint8Array(30_000) };

/** Windows with scores of two classes; corrections move every box to the right by a part of its width. */
function scored(scores: readonly number[], right: number | null): ScoredWindows {
  const corrections = right === null ? null : new Float32Array(24);
  if (corrections) for (let i = 0; i < 24; i += 4) corrections[i] = right!;
  return { boxes: BOXES, scores: Float32Array.from(scores), corrections };
}
const detector = (own: ScoredWindows, classes = ['cat', 'dog']): Detector =>
  ({ classes, score: async () => own }) as unknown as Detector;

describe('detectors together', () => {
  it('keep the surest of overlapping windows, whoever scored it, and what only one of them found', async () => {
    const first = scored([1, -2, 0.5, -2, -2, -2], null);
    const second = scored([0.2, -2, 2, -2, -2, 0.7], null);
    const found = await detectTogether([detector(first), detector(second)], PICTURE, BOXES);
    expect(found).toEqual([
      { label: 0, score: 2, box: box(1, 0) },
      { label: 1, score: expect.closeTo(0.7, 6), box: box(50, 50) },
    ]);
    expect(await detectTogether([detector(second), detector(first)], PICTURE, BOXES)).toEqual(found);
  });

  it('correct each box by the detector that scored it, and not at all where that one does not', () => {
    const union = unionOf([scored([1, -2, -2, -2, -2, -2], 0.5), scored([-2, -2, -2, -2, -2, 3], null)], 2);
    expect(detectionsOf(union, 2, PICTURE, DETECTION_LIMITS)).toEqual([
      { label: 1, score: 3, box: box(50, 50) },
      { label: 0, score: 1, box: { x0: 5, y0: 0, x1: 15, y1: 10 } },
    ]);
    expect(unionOf([scored([1, 1, 1, 1, 1, 1], null)], 2).corrections).toBeNull();
  });

  it('of one detector are those of this detector', async () => {
    const own = scored([1, 0.3, 0.5, -2, -1, 0.7], 0.1);
    const alone = detectionsOf(own, 2, PICTURE, DETECTION_LIMITS);
    expect(await detectTogether([detector(own)], PICTURE, BOXES)).toEqual(alone);
  });

  it('must have the same classes in the same order', () => {
    const own = scored([0, 0, 0, 0, 0, 0], null);
    const of =
      (...lists: string[][]) =>
      () =>
        sharedClasses(lists.map((classes) => detector(own, classes)));
    expect(of(['a', 'b'], ['a', 'b'])()).toEqual(['a', 'b']);
    expect(of(['a', 'b'], ['b', 'a'])).toThrow(/different classes \(they differ at "a"\)/);
    expect(of(['a'], ['a', 'b'])).toThrow(/they differ at "b"/);
    expect(of()).toThrow(/no detectors; give at least one/);
  });
});
