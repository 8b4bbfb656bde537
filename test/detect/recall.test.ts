import { describe, expect, it } from 'vitest';
import type { ImageObject } from '../../src/data/objects.js';
import { boxesOf } from '../../src/detect/boxes.js';
import { RecallMeter, type RecallOptions } from '../../src/detect/proposals/recall.js';

const object = (label: number, x0: number, x1: number, difficult = false): ImageObject => ({
  label,
  box: { x0, y0: 0, x1, y1: 10 },
  difficult,
  truncated: false,
});
/** Boxes of rows 0 to 9. */
const spans = (...list: readonly (readonly [number, number])[]) =>
  boxesOf(list.map(([x0, x1]) => ({ x0, y0: 0, x1, y1: 10 })));

describe('recall of proposals', () => {
  const measured = (options: RecallOptions) => {
    const meter = new RecallMeter(options);
    // Best overlaps by one box: 0.5 (class 0), 0.6 (class 1); by two: 0.8, 0.6; by all: 0.8, 1.
    meter.add(spans([0, 5], [0, 8], [90, 99]), [object(0, 0, 10)]);
    meter.add(spans([0, 6], [50, 60], [0, 10]), [object(1, 0, 10)]);
    // Class 0 again, with no box on it at all; and one without area, which nothing can cover.
    meter.add(spans([0, 5]), [object(0, 70, 80, true), object(1, 4, 4)]);
    return meter.rows();
  };

  it('counts the first boxes of every picture: shares of objects, the mean overlap by class', () => {
    const rows = measured({ limits: [1, 2, Infinity] });
    expect(rows.map(({ limit }) => limit)).toEqual([1, 2, Infinity]);
    expect(rows.map(({ boxes }) => boxes)).toEqual([1, 5 / 3, 7 / 3]);
    expect(rows.map(({ objects }) => objects)).toEqual([3, 3, 3]);
    expect(rows.map(({ recall50 }) => recall50)).toEqual([2 / 3, 2 / 3, 2 / 3]);
    expect(rows.map(({ recall70 }) => recall70)).toEqual([0, 1 / 3, 2 / 3]);
    for (const [i, wanted] of [(0.25 + 0.6) / 2, (0.4 + 0.6) / 2, (0.4 + 1) / 2].entries())
      expect(rows[i]!.mabo).toBeCloseTo(wanted, 6);
  });

  it('leaves difficult objects out where asked, and has no number without objects', () => {
    const [row] = measured({ limits: [2], difficult: false });
    expect(row).toMatchObject({ objects: 2, recall50: 1, recall70: 0.5 });
    expect(row!.mabo).toBeCloseTo(0.7, 6);
    const none = new RecallMeter({ limits: [10] });
    none.add(spans(), []);
    expect(none.rows()).toEqual([
      { limit: 10, boxes: 0, recall50: Number.NaN, recall70: Number.NaN, mabo: Number.NaN, objects: 0 },
    ]);
  });
});
