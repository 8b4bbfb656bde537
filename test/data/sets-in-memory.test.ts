/** Data sets made in memory, as a page makes them: what is put together, taken apart, counted and read. */
import { describe, expect, test } from 'vitest';
import { classCounts, datasetOf, type ImageDataset, labelKind } from '../../src/data/dataset.js';
import { DecodeCache } from '../../src/data/decode-cache.js';
import { DEFAULT_PLACEMENT, digitsDataset, placeDigit } from '../../src/data/digits.js';
import { DEFAULT_IMAGE_LIMITS } from '../../src/data/image-limits.js';
import { ImageLoader } from '../../src/data/loader.js';
import { describeLoaderStats } from '../../src/data/loader-stats.js';
import type { PictureDecoder } from '../../src/data/picture-decoder.js';
import { concatenateDatasets, splitPerClass, subset } from '../../src/data/subset.js';
import { FileError } from '../../src/runtime/errors.js';
import { Rng } from '../../src/tensor/rng.js';

const grey = (value: number, side = 2) => ({
  width: side,
  height: side,
  data: new Uint8Array(side * side * 3).fill(value),
});

/** Pictures 0, 1, 2, ... of classes in turn, each as grey as its number. */
const inTurn = (count: number, classes = ['a', 'b', 'c']): ImageDataset => {
  const entries = Array.from({ length: count }, (_, i) => ({ id: `${i}`, label: i % classes.length }));
  return datasetOf('turns', classes, entries, grey);
};
const ids = (set: ImageDataset): string[] => Array.from({ length: set.length }, (_, i) => set.entry(i).id);

describe('parts', () => {
  test('are chosen by number, and put one behind the other', async () => {
    const all = inTurn(9);
    const [first, last] = [subset(all, [4, 0]), subset(all, [8], 'last')];
    const both = concatenateDatasets([first, last]);
    expect(ids(both)).toEqual(['4', '0', '8']);
    expect(both.name).toBe('turns + last');
    expect((await both.item(2)).image).toEqual(grey(8));
    expect(() => both.entry(3)).toThrow('turns + last: no item 3; it has 3');
    expect(() => concatenateDatasets([all, inTurn(2, ['x'])])).toThrow('give parts of one data set');
  });

  test('are drawn class by class, the same for the same seed', () => {
    const all = inTurn(18);
    const { train, test: rest } = splitPerClass(all, { train: 4, seed: 1 });
    expect(classCounts(train)).toEqual([4, 4, 4]);
    expect([...ids(train), ...ids(rest)].sort()).toEqual(ids(all).sort());
    expect(ids(splitPerClass(all, { train: 4, seed: 1 }).train)).toEqual(ids(train));
    expect(ids(splitPerClass(all, { train: 4, seed: 2 }).train)).not.toEqual(ids(train));
    expect(() => splitPerClass(all, { train: 6, seed: 1 })).toThrow('class "a" has 6 pictures, too few to train on 6');
  });
});

test('a set of pictures with lists of classes says so, and counts each class that is there', () => {
  const entries = [
    { id: 'x', label: 0, labels: [1, 1] },
    { id: 'y', label: 1, labels: [-1, 1] },
  ];
  const set = datasetOf('lists', ['p', 'q'], entries, grey);
  expect([labelKind(set), labelKind(inTurn(1))]).toEqual(['multi', 'single']);
  expect(classCounts(set)).toEqual([1, 2]);
});

test('a cache decodes a picture once, as long as it has room', async () => {
  const asked: string[] = [];
  const decoder: PictureDecoder = {
    workers: 1,
    decode: async (path) => {
      asked.push(path);
      return { image: grey(7), seconds: 0.5 };
    },
  };
  const cache = new DecodeCache(decoder, 2 * 12);
  for (const path of ['a', 'b', 'c', 'a', 'b', 'c']) expect((await cache.decode(path)).image).toEqual(grey(7));
  expect(asked).toEqual(['a', 'b', 'c', 'c']);
  expect((await cache.decode('a')).seconds).toBe(0);
});

test('a loader leaves out what cannot be read, and says how it went', async () => {
  const readable = inTurn(6);
  const set = datasetOf('broken', readable.classes, { length: 6, at: (i) => readable.entry(i) }, (i) => {
    if (i === 2) throw new FileError('2.png', 'is damaged', 'repair it');
    return grey(i);
  });
  const loader = new ImageLoader(set, { batchSize: 4, seed: 1, maxUnreadable: 1 });
  const seen: string[] = [];
  for await (const { items } of loader.epoch(0)) seen.push(...items.map(({ id }) => id));
  expect(seen.sort()).toEqual(['0', '1', '3', '4', '5']);
  expect([...loader.unreadable]).toEqual([['2', 'is damaged']]);
  expect(describeLoaderStats(loader.stats!)).toMatch(/^training waited for pictures \d+ %, .*, 1 unreadable skipped$/);
});

test('the limits of a picture hold one of a camera, and are numbers that can be lowered', () => {
  expect(DEFAULT_IMAGE_LIMITS.maxPixels).toBeGreaterThan(5472 * 3648);
  expect(DEFAULT_IMAGE_LIMITS.maxFileBytes).toBeGreaterThan(2 ** 25);
});

describe('digits', () => {
  const side = 6;
  const pixels = Uint8Array.from({ length: 40 * side * side }, (_, i) => (i % 7 === 3 ? 200 : 0));
  const source = { side, pixels, labels: Uint8Array.from({ length: 40 }, (_, i) => i % 10) };

  test('of a source of one’s own have sizes of their own, and are the same for the same seed', async () => {
    const [train, rest] = (['train', 'test'] as const).map((split) => digitsDataset(source, { split, seed: 3 }));
    expect([train!.length, rest!.length]).toEqual([32, 8]);
    const sizes = new Set<number>();
    for (let i = 0; i < 32; i++) sizes.add((await train!.item(i)).image.width);
    expect(sizes.size).toBeGreaterThan(10);
    const again = digitsDataset(source, { split: 'test', seed: 3 });
    expect((await again.item(5)).image).toEqual((await rest!.item(5)).image);
  });

  test('survive being without ink, and of a single pixel', () => {
    const empty = new Uint8Array(16);
    const dot = Uint8Array.from(empty, (_, i) => (i === 5 ? 255 : 0));
    expect(Math.max(...placeDigit(empty, 4, new Rng(1), DEFAULT_PLACEMENT).data)).toBe(0);
    expect(Math.max(...placeDigit(dot, 4, new Rng(1), DEFAULT_PLACEMENT).data)).toBe(255);
  });
});
