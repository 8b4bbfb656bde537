/** What a classifier of each class against the rest is told, from labels, objects and lists. */
import { expect, test } from 'vitest';
import { takeTargets, targetsFromLabels, targetsFromObjects, targetsFromPresence } from '../../src/svm/targets.js';

test('labels: one class each', () => {
  const targets = targetsFromLabels([1, 0, 1], 2);
  expect([...targets.data]).toEqual([-1, 1, -1, 1, -1, 1]);
  expect([...takeTargets(targets, [2, 1]).data]).toEqual([-1, 1, 1, -1]);
  expect(() => targetsFromLabels([0, 2], 2)).toThrow('label 2 of sample 1 is not a class; labels go from 0 to 1');
});

test('objects: difficult ones leave a picture out, unless there is an ordinary one', () => {
  const [easy, hard] = [false, true].map((difficult) => ({ label: 0, difficult })) as [never, never];
  expect([...targetsFromObjects([[easy, hard], [hard], []], 1).data]).toEqual([1, 0, -1]);
});

test('lists of presence, a class a row', () => {
  const presence = [
    [1, -1],
    [0, 1],
  ];
  expect([...targetsFromPresence(presence, 2).data]).toEqual([1, 0, -1, 1]);
  expect(() => targetsFromPresence([[1]], 2)).toThrow('sample 0 lists 1 classes; there are 2');
});
