/** Metrics are rows of one table: everything that tells of an epoch reads it. */
import { expect, test } from 'vitest';
import { validationName } from '../../src/report/metric.js';
import { epochLine, epochScalars, epochText, reportEpoch } from '../../src/train/epoch-report.js';
import { METRICS, scoreText, validationMetrics, watchedLoss } from '../../src/train/metrics.js';
import { multiLabel, singleLabel } from '../../src/train/objective.js';
import type { TrainingRecord } from '../../src/train/task.js';

const bare = {
  ...{ epoch: 1, size: 28, lr: 0.01, loss: 0.5, examples: 24, seconds: 2, imagesPerSecond: 12 },
  loader: undefined,
};
const single: TrainingRecord = {
  ...{ ...bare, top1: 0.25, top5: 0.75 },
  ...{ validationLoss: 0.625, validationTop1: 0.5, validationTop5: 1 },
};
const multi: TrainingRecord = { ...bare, labelAccuracy: 0.75, validationLoss: 0.625, validationMap: 0.375 };

test('an epoch in `--json`, in TensorBoard and in words', () => {
  expect(JSON.stringify(epochLine(single))).toBe(
    '{"epoch":2,"size":28,"lr":0.01,"loss":0.5,"top1":0.25,"top5":0.75,"images":24,' +
      '"validationLoss":0.625,"validationTop1":0.5,"validationTop5":1,"seconds":2,"imagesPerSecond":12}',
  );
  expect(JSON.stringify(epochLine(multi))).toBe(
    '{"epoch":2,"size":28,"lr":0.01,"loss":0.5,"labelAccuracy":0.75,"images":24,' +
      '"validationLoss":0.625,"validationMap":0.375,"seconds":2,"imagesPerSecond":12}',
  );
  expect(epochScalars(multi)).toEqual({
    ...{ 'train/loss': 0.5, 'train/label_accuracy': 0.75, 'validation/loss': 0.625, 'validation/map': 0.375 },
    ...{ 'run/learning_rate': 0.01, 'run/input_size': 28, 'run/images_per_second': 12 },
  });
  expect(epochText(single, 3)).toBe(
    'epoch 2/3 at 28: loss 0.500, top-1 25.0 %, validation top-1 50.0 %, 12.0 images/s, 2 s',
  );
  expect(epochText(multi, 3)).toContain('loss 0.500, labels 75.0 %, validation mAP 37.5 %, ');
  expect(epochText({ ...bare, top1: 1, top5: 1 }, 3)).toContain('top-1 100.0 %, 12.0 images/s');
});

test('every row reaches every reader, with its values of both parts', () => {
  const values = METRICS.flatMap(({ name }, i) => [
    [name, 0.125 * (i + 1)],
    [validationName(name), 0.0625 * (i + 1)],
  ]);
  const record = { ...bare, ...(Object.fromEntries(values) as object) } as TrainingRecord;
  expect(epochLine(record)).toMatchObject(Object.fromEntries(values));
  expect(reportEpoch(record)).toMatchObject(Object.fromEntries(values));
  expect(Object.values(epochScalars(record))).toEqual(expect.arrayContaining(values.map(([, value]) => value)));
});

test('what objectives count is in the table', () => {
  const names = METRICS.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining([...singleLabel.scores, ...multiLabel.scores]));
  expect(new Set(names).size).toBe(names.length);
});

test('what an evaluation found joins the record under the names of held-out pictures; other findings do not', () => {
  expect(validationMetrics({ loss: 1, map: 0.5, mapAllPoints: 0.75, seconds: 3 })).toEqual({
    ...{ validationLoss: 1, validationMap: 0.5 },
  });
});

test('the schedule watches held-out pictures where there are some', () => {
  expect([watchedLoss(single), watchedLoss({ ...bare, top1: 1, top5: 1 })]).toEqual([0.625, 0.5]);
});

test('NaN comes out of a checkpoint as null and is NaN again', () => {
  const stored = JSON.parse(JSON.stringify({ ...multi, validationMap: Number.NaN })) as TrainingRecord;
  expect(epochScalars(stored)['validation/map']).toBeNaN();
  expect(scoreText(stored, 'validation')).toBe('mAP NaN %');
});
