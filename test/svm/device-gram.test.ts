import { expect, it } from 'vitest';
import { deviceGram, deviceScores } from '../../src/svm/device-gram.js';
import { featureMatrix, takeRows } from '../../src/svm/features.js';
import { gramMatrix } from '../../src/svm/gram.js';
import { svmScores } from '../../src/svm/linear-svm.js';
import { liveTensorCount } from '../../src/tensor/tensor.js';
import { testDevice } from '../setup/device.js';

// Eight samples fill a block: these take three, the last one not full.
const DIMENSION = 2 ** 20;
const COUNT = 18;
const values = Float32Array.from(
  { length: COUNT * DIMENSION },
  (_, i) => ((i * 40503 + (i >> 20)) % 1009) / 1e6 - 3e-4,
);
const features = featureMatrix(values, DIMENSION);

it('inner products of several blocks are those of the CPU', async () => {
  const device = await testDevice();
  const before = liveTensorCount(device);
  const { data, count } = await deviceGram(device, features);
  const expected = gramMatrix(features);
  expect(count).toBe(COUNT);
  for (const [i, value] of expected.data.entries()) expect(Math.abs(data[i]! - value)).toBeLessThan(1e-4);
  expect(expected.data[0]).toBeGreaterThan(0.05);
  expect(liveTensorCount(device)).toBe(before);
});

it('scores of some samples are those of the CPU', async () => {
  const device = await testDevice();
  const weights = values.slice(5, 5 + 2 * DIMENSION);
  const model = { classes: 2, dimension: DIMENSION, weights, bias: Float32Array.of(0.5, -2) };
  const rows = Int32Array.of(17, 0, 4, 5, 6, 7, 8, 9, 10, 3);
  const scores = await deviceScores(device, model, features, rows);
  const expected = svmScores(model, takeRows(features, rows));
  expect(scores).toHaveLength(20);
  for (const [i, value] of expected.entries()) expect(Math.abs(scores[i]! - value)).toBeLessThan(1e-4);
  expect(await deviceScores(device, model, features)).toHaveLength(2 * COUNT);
});
