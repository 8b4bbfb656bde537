import { expect, test } from 'vitest';
import { TimeLeft } from '../../src/cli/training/time-left.js';

test('steps and validations count, each at its own pace', () => {
  let now = 100;
  const left = new TimeLeft({ steps: 8, batchSize: 10, validations: 2, pictures: 30 }, () => now);
  const after = (seconds: number, event: () => void): number => {
    now += seconds;
    event();
    return left.seconds;
  };
  // The first step compiles: it says nothing.
  expect(after(50, () => left.steps(1, 0))).toBeNaN();
  // A picture that is only looked at is taken for a third of 3 s / 10.
  expect(after(3, () => left.steps(2, 0))).toBeCloseTo(6 * 3 + 60 * 0.1);
  expect(after(6, () => left.steps(4, 0))).toBeCloseTo(4 * 3 + 60 * 0.1);
  left.validating(0);
  // Measured as it goes: half a second per picture.
  expect(after(5, () => left.validating(10))).toBeCloseTo(4 * 3 + 50 * 0.5);
  expect(after(10, () => left.validating(30))).toBeCloseTo(4 * 3 + 30 * 0.5);
  // A checkpoint belongs to neither.
  after(40, () => left.resume());
  expect(after(3, () => left.steps(5, 1))).toBeCloseTo(3 * 3 + 30 * 0.5);
});

test('a run that goes on does not count the validations before', () => {
  let now = 0;
  const left = new TimeLeft({ steps: 8, batchSize: 10, validations: 4, pictures: 30 }, () => now);
  left.steps(6, 3);
  now += 2;
  left.steps(7, 3);
  expect(left.seconds).toBeCloseTo(2 + (30 * 0.2) / 3);
});

test('nothing held out', () => {
  let now = 0;
  const left = new TimeLeft({ steps: 4, batchSize: 10, validations: 2, pictures: 0 }, () => now);
  left.steps(1, 0);
  now += 2;
  left.steps(2, 0);
  expect(left.seconds).toBe(4);
});
