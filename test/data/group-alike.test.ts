import { expect, test } from 'vitest';
import { datasetOf } from '../../src/data/dataset.js';
import { groupAlike } from '../../src/data/group-alike.js';
import { ImageLoader } from '../../src/data/loader.js';
import { Rng } from '../../src/tensor/rng.js';

const rng = new Rng(3);
const sizes = Array.from({ length: 1003 }, () => ({ width: 16 + rng.int(81), height: 16 + rng.int(81) }));
const ascending = Uint32Array.from(sizes, (_, i) => i);
const group = (order: Uint32Array, seed: number) => groupAlike(order, 8, (i) => sizes[i]!, new Rng(seed));
/** Mean over batches of the largest ratio of two pictures' widths over heights, and of their areas. */
function spread(order: Uint32Array): [shape: number, area: number] {
  const ratios: [number, number][] = [];
  for (let at = 0; at + 8 <= order.length; at += 8) {
    const batch = [...order.subarray(at, at + 8)].map((index) => sizes[index]!);
    const range = (values: number[]) => Math.max(...values) / Math.min(...values);
    ratios.push([range(batch.map((s) => s.width / s.height)), range(batch.map((s) => s.width * s.height))]);
  }
  const mean = (part: 0 | 1) => ratios.reduce((sum, pair) => sum + pair[part], 0) / ratios.length;
  return [mean(0), mean(1)];
}

test('batches hold pictures of like size and shape, every picture once', () => {
  const grouped = group(ascending, 1);
  expect([...grouped].sort((a, b) => a - b)).toEqual([...ascending]);
  const [shape, area] = spread(grouped);
  const [mixedShape, mixedArea] = spread(ascending);
  expect(shape).toBeLessThan(1.5);
  expect(area).toBeLessThan(2);
  expect(mixedShape).toBeGreaterThan(3);
  expect(mixedArea).toBeGreaterThan(4);
});

test('large and small batches follow one another at random, the smaller last one stays last', () => {
  const grouped = group(ascending, 1);
  const areas = Array.from({ length: 125 }, (_, i) => sizes[grouped[8 * i]!]!).map((s) => s.width * s.height);
  const climbs = areas.filter((area, i) => i > 0 && area > areas[i - 1]!).length;
  expect(climbs).toBeGreaterThan(40);
  expect(climbs).toBeLessThan(85);
  expect(group(ascending, 1)).toEqual(grouped);
  expect(group(ascending, 2)).not.toEqual(grouped);
});

test('the loader groups every epoch anew, and goes on in the middle of one', async () => {
  const entries = sizes.slice(0, 60).map((_, i) => ({ id: String(i), label: 0 }));
  const blank = (index: number) => {
    const { width, height } = sizes[index]!;
    return { width, height, data: new Uint8Array(3 * width * height) };
  };
  const loader = new ImageLoader(datasetOf('sizes', ['a'], entries, blank), {
    batchSize: 8,
    seed: 1,
    sizeOf: (index) => sizes[index]!,
  });
  const epoch = async (number: number, startBatch = 0) => {
    const batches: string[][] = [];
    for await (const { items } of loader.epoch(number, { startBatch })) batches.push(items.map(({ id }) => id));
    return batches;
  };
  const first = await epoch(0);
  expect(first.map((batch) => batch.length)).toEqual([8, 8, 8, 8, 8, 8, 8, 4]);
  expect(await epoch(0, 5)).toEqual(first.slice(5));
  expect(await epoch(1)).not.toEqual(first);
});
