/** A detector on windows whose vectors are known. */
import { beforeAll, expect, it } from 'vitest';
import { boxesOf } from '../../src/detect/boxes.js';
import { Detector, type DetectorParts } from '../../src/detect/detector.js';
import type { Device } from '../../src/runtime/device.js';
import { testDevice } from '../setup/device.js';
import { fakeSource } from './fake-source.js';

let device: Device;
beforeAll(async () => {
  device = await testDevice();
});

/** A window's vector is its left and its upper side; the first class likes what is right, the second is not trained. */
const PARTS: DetectorParts = {
  classes: ['right', 'untrained'],
  svm: { classes: 2, dimension: 2, weights: Float32Array.of(1, 0, 0, 1), bias: Float32Array.of(-5, 0) },
  trained: [true, false],
  thresholds: [0, 0],
  featureScale: 0.5,
  regression: {
    ...{ classes: 2, dimension: 2, weights: new Float32Array(16).fill(0.25) },
    bias: Float32Array.from({ length: 8 }, (_, i) => i),
  },
  proposals: {},
};

it('scores and corrects windows that look alike once, and each as if it stood alone', async () => {
  const source = fakeSource(device, 2, (_, box) => Float32Array.of(box[0]!, box[1]!));
  const detector = new Detector(source, PARTS);
  const corners = [
    [40, 8],
    [2, 6],
    [40, 8],
    [2, 6],
    [12, 0],
  ] as const;
  const boxes = boxesOf(corners.map(([x0, y0]) => ({ x0, y0, x1: 60, y1: 60 })));
  const { scores, corrections } = await detector.score({ width: 64, height: 64, data: new Uint8Array() }, boxes, 0);
  expect(source.asked).toBe(3);
  // Scores of 0 and less need no correction.
  expect([...scores]).toEqual([15, Number.NaN, -4, Number.NaN, 15, Number.NaN, -4, Number.NaN, 1, Number.NaN]);
  const moved = (sum: number) => Array.from({ length: 8 }, (_, i) => i + sum / 4);
  const none = new Array<number>(8).fill(Number.NaN);
  expect([...corrections!]).toEqual([...moved(48), ...none, ...moved(48), ...none, ...moved(12)]);
  detector.dispose();
});
