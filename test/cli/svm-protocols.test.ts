import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FeatureRows } from '../../src/classify/feature-rows.js';
import { openProtocol } from '../../src/cli/svm-protocols.js';
import { featureMatrix } from '../../src/svm/features.js';
import { tempFolder } from '../io/temp-folder.js';
import { TINY_CLASSES, writeTinyVoc } from './tiny-pictures.js';

it('tests on whichever list there is beside the training list, and refuses to test on none', async () => {
  const root = writeTinyVoc(tempFolder());
  const { dataset, judge } = await openProtocol('voc07', root, 1);
  expect([dataset.length, dataset.classes]).toEqual([27, TINY_CLASSES]);
  // The label itself as the feature: whatever the split, a perfect score.
  const own = Array.from({ length: 27 }, (_, i) =>
    TINY_CLASSES.map((__, c) => Number(dataset.entry(i).labels![c] !== -1)),
  );
  const indices = own.map((_, i) => i);
  const result = await judge(featureMatrix(Float32Array.from(own.flat()), 3), indices, { c: 10 });
  expect(result.map).toBe(1);
  rmSync(join(root, 'ImageSets', 'Main', 'val.txt'));
  await expect(openProtocol('voc07', root, 1)).rejects.toThrow(
    'has no val.txt or test.txt in ImageSets/Main; add a list of pictures to test on',
  );
});

it('one layer whose vectors are not finite has a problem, not the whole table', () => {
  const [bad, good] = [new FeatureRows('fc6', 2), new FeatureRows('spp', 2)];
  bad.append([Float32Array.of(1, 2), Float32Array.of(3, Number.NaN)]);
  good.append([Float32Array.of(1, 2)]);
  expect(bad.result()).toMatchObject({ message: 'svm: feature 1 of sample 1 is NaN; leave that sample out' });
  expect(good.result()).toMatchObject({ count: 1, dimension: 2 });
});
