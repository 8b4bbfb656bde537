import { describe, expect, it } from 'vitest';
import { BoxRegressor } from '../../../src/detect/box-regression.js';
import { correctBoxes } from '../../../src/detect/box-targets.js';
import { boxAt, boxCount, boxesOf, iou } from '../../../src/detect/boxes.js';
import { slidingWindows } from '../../../src/detect/proposals/sliding-windows.js';
import { type TrainingSet, truthOf } from '../../../src/detect/training/examples.js';
import { trainRegression } from '../../../src/detect/training/train-regression.js';
import { tensor } from '../../../src/tensor/create.js';
import { testDevice } from '../../setup/device.js';
import { fakeSource } from '../fake-source.js';

const picture = { width: 100, height: 80, data: new Uint8Array(0) };
const TRUTH = { x0: 22, y0: 14, x1: 71, y1: 66 };

/** A vector that shows where the object lies as seen from the window. */
function seen(box: Float32Array): Float32Array {
  const { x0, y0, x1, y1 } = boxAt(box, 0);
  const [w, h] = [x1 - x0, y1 - y0];
  return Float32Array.of((TRUTH.x0 - x0) / w, (TRUTH.x1 - x1) / w, (TRUTH.y0 - y0) / h, (TRUTH.y1 - y1) / h, 1);
}

const set: TrainingSet = {
  classes: ['thing', 'nothing'],
  length: 3,
  at: async (index) =>
    index === 1
      ? null
      : {
          id: `${index}`,
          picture,
          ...truthOf([{ label: 0, box: TRUTH, difficult: false, truncated: false }], picture, 2),
          proposals: slidingWindows(picture, { step: 0.15 }),
        },
};

describe('box regression', () => {
  it('brings windows nearer to the object; a class without examples leaves them', async () => {
    const device = await testDevice();
    const source = fakeSource(device, 5, (_, box) => seen(box));
    const { model, examples } = await trainRegression(source, set, 2, { lambda: 1e-3 });
    expect(examples[0]).toBeGreaterThan(50);
    expect(examples[1]).toBe(0);
    const windows = slidingWindows(picture, { step: 0.2 });
    const near = Array.from({ length: boxCount(windows) }, (_, i) => windows.subarray(i * 4, i * 4 + 4)).filter(
      (box) => iou(box, 0, boxesOf([TRUTH]), 0) > 0.6,
    );
    const regressor = new BoxRegressor(device, model);
    const pooled = tensor(device, Float32Array.from(near.flatMap((box) => [...seen(box)])), {
      shape: [near.length, 5],
    });
    const corrections = regressor.corrections(pooled);
    const values = (await corrections.data()) as Float32Array;
    const overlap = (boxes: Float32Array): number => iou(boxes, 0, boxesOf([TRUTH]), 0);
    let [before, after] = [0, 0];
    for (const [i, box] of near.entries()) {
      before += overlap(box) / near.length;
      after += overlap(correctBoxes(box, values.subarray(i * 8, i * 8 + 4))) / near.length;
      expect(correctBoxes(box, values.subarray(i * 8 + 4, i * 8 + 8))).toEqual(new Float32Array(box));
    }
    expect(before).toBeLessThan(0.8);
    expect(after).toBeGreaterThan(0.93);
    for (const tensorOf of [pooled, corrections, regressor]) tensorOf.dispose();
  });

  it('of more examples than there is room for keeps a choice that the seed decides', async () => {
    const device = await testDevice();
    const source = fakeSource(device, 5, (_, box) => seen(box));
    const options = { lambda: 1, maxBytes: 40 * 2 * 5 * 4 };
    const first = await trainRegression(source, set, 2, options);
    expect(first.examples[0]).toBe(40);
    expect(await trainRegression(source, set, 2, options)).toEqual(first);
    expect((await trainRegression(source, set, 2, { ...options, seed: 1 })).model.weights).not.toEqual(
      first.model.weights,
    );
  });

  it('refuses vectors that are not finite, in one line', async () => {
    const source = fakeSource(await testDevice(), 5, () => new Float32Array(5).fill(Number.POSITIVE_INFINITY));
    await expect(trainRegression(source, set, 2)).rejects.toThrow(
      /^svm: feature 0 of sample 0 is Infinity; leave that sample out$/,
    );
  });
});
