import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { datasetOf, type ImageDataset } from '../../src/data/dataset.js';
import type { ImageBatch } from '../../src/data/image-batch.js';
import { ImageLoader } from '../../src/data/loader.js';
import type { LoaderOptions } from '../../src/data/loader-options.js';
import { describeLoaderStats } from '../../src/data/loader-stats.js';
import type { PictureDecoder } from '../../src/data/picture-decoder.js';
import { FileError, SppgpuError } from '../../src/runtime/errors.js';

const image = (grey: number) => ({ width: 2, height: 1, data: new Uint8Array(6).fill(grey) });

/** `length` tiny pictures; those in `bad` cannot be read. */
function numbers(length: number, bad: number[] = []): ImageDataset {
  const entries = Array.from({ length }, (_, i) => ({ id: `n${i}`, label: i % 3, path: `/n${i}` }));
  return datasetOf('numbers', ['a', 'b', 'c'], entries, (index) => {
    if (bad.includes(index)) throw new FileError(`n${index}`, 'is cut off', 'get it again');
    return image(index % 256);
  });
}

/** Decodes `/n<number>` after `delay(number)` ms and counts how many run at once. */
function slowDecoder(workers: number, delay: (n: number) => number) {
  const state = { running: 0, most: 0, started: [] as number[] };
  const decoder: PictureDecoder = {
    workers,
    decode: async (path) => {
      const n = Number(path.slice(2));
      state.started.push(n);
      state.most = Math.max(state.most, ++state.running);
      await sleep(delay(n));
      state.running--;
      return { image: image(n % 256), seconds: delay(n) / 1000 };
    },
  };
  return { decoder, state };
}

async function collect(loader: ImageLoader, epoch = 0, startBatch = 0): Promise<ImageBatch[]> {
  const batches: ImageBatch[] = [];
  for await (const batch of loader.epoch(epoch, { startBatch })) batches.push(batch);
  return batches;
}

const options = (extra: Partial<LoaderOptions> = {}): LoaderOptions => ({ batchSize: 4, seed: 1, ...extra });
const indices = (batches: ImageBatch[]) => batches.map(({ items }) => items.map(({ index }) => index));

describe('ImageLoader', () => {
  it('visits everything once in an order of the seed and the epoch', async () => {
    const loader = new ImageLoader(numbers(10), options());
    const [first, again, second] = [await collect(loader, 0), await collect(loader, 0), await collect(loader, 1)];
    expect(first.map(({ items }) => items.length)).toEqual([4, 4, 2]);
    expect(
      indices(first)
        .flat()
        .sort((a, b) => a - b),
    ).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(indices(again)).toEqual(indices(first));
    expect(indices(second)).not.toEqual(indices(first));
    expect(indices(await collect(new ImageLoader(numbers(10), options({ seed: 2 })), 0))).not.toEqual(indices(first));
    const plain = new ImageLoader(numbers(10), options({ shuffle: false, dropLast: true }));
    expect([plain.batches, indices(await collect(plain))]).toEqual([
      2,
      [
        [0, 1, 2, 3],
        [4, 5, 6, 7],
      ],
    ]);
    expect(first[0]!.items[0]).toMatchObject({ id: `n${first[0]!.items[0]!.index}`, image: { width: 2 } });
  });

  it('gives the same batches and random numbers whatever the decoding order, and from any batch on', async () => {
    const draws = (batches: ImageBatch[]) => batches.map(({ items }) => items.map(({ rng }) => rng.nextU32()));
    const { decoder } = slowDecoder(3, (n) => (n * 7) % 5);
    const plain = await collect(new ImageLoader(numbers(22), options()), 3);
    const parallel = await collect(new ImageLoader(numbers(22), options({ decoder })), 3);
    const resumed = await collect(new ImageLoader(numbers(22), options({ decoder })), 3, 2);
    expect(indices(parallel)).toEqual(indices(plain));
    expect(indices(resumed)).toEqual(indices(plain).slice(2));
    expect(resumed[0]!.index).toBe(2);
    const expected = draws(plain);
    expect(draws(parallel)).toEqual(expected);
    expect(draws(resumed)).toEqual(expected.slice(2));
  });

  it('leaves unreadable pictures out at their places, counts and lists them', async () => {
    const loader = new ImageLoader(numbers(400, [7, 100]), options());
    const clean = indices(await collect(new ImageLoader(numbers(400), options())));
    expect(indices(await collect(loader))).toEqual(clean.map((batch) => batch.filter((i) => i !== 7 && i !== 100)));
    expect([...loader.unreadable].sort()).toEqual([
      ['n100', 'is cut off'],
      ['n7', 'is cut off'],
    ]);
    expect(loader.stats).toMatchObject({ images: 398, skipped: 2 });
    await collect(loader, 1);
    expect(loader.unreadable.size).toBe(2);
    expect(
      indices(await collect(new ImageLoader(numbers(3, [1]), options({ batchSize: 1, maxUnreadable: 1 })))),
    ).toHaveLength(2);
  });

  it('fails when more than one in a hundred is unreadable, unless allowed', async () => {
    const bad = [1, 2, 3];
    const loader = new ImageLoader(numbers(200, bad), options());
    await expect(collect(loader)).rejects.toThrow(
      /^numbers: 3 of 200 pictures are unreadable \(1\.5 %, 1 % allowed\): n\d is cut off, n\d is cut off, n\d is cut off; repair/,
    );
    const allowed = new ImageLoader(numbers(200, bad), options({ maxUnreadable: 0.02 }));
    expect(indices(await collect(allowed)).flat()).toHaveLength(197);
  });

  it('keeps to its bounds of number and bytes, yet delivers a batch larger than them', async () => {
    const { decoder, state } = slowDecoder(4, () => 1);
    const epoch = new ImageLoader(numbers(100), options({ decoder, prefetch: 2 })).epoch(0);
    await epoch.next();
    await sleep(60);
    expect(state.started.length).toBe(12);
    expect(state.most).toBe(4);
    await epoch.return(undefined);
    await sleep(20);
    expect(state.started.length).toBe(12);
    const small = slowDecoder(2, () => 1);
    const bounded = new ImageLoader(numbers(40), options({ decoder: small.decoder, prefetch: 5, maxBytes: 1 })).epoch(
      0,
    );
    await bounded.next();
    await sleep(40);
    expect(small.state.started.length).toBeLessThanOrEqual(6);
    await bounded.next();
    await bounded.return(undefined);
  });

  it('reports who waited for whom', async () => {
    const slow = new ImageLoader(numbers(24), options({ decoder: slowDecoder(2, () => 8).decoder }));
    await collect(slow);
    expect(slow.stats!.deviceWaitShare).toBeGreaterThan(0.8);
    expect(slow.stats!.imagesPerSecondPerWorker).toBeCloseTo(125, -1);
    const fast = new ImageLoader(numbers(24), options({ decoder: slowDecoder(2, () => 1).decoder }));
    for await (const _ of fast.epoch(0)) await sleep(30);
    expect(fast.stats!.deviceWaitShare).toBeLessThan(0.5);
    expect(fast.stats!.loaderWaitShare).toBeGreaterThan(0.3);
    expect(describeLoaderStats({ ...fast.stats!, deviceWaitShare: 0.03, loaderWaitShare: 0.5, skipped: 2 })).toMatch(
      /^training waited for pictures 3 %, decoders idle 50 %, \d+ images\/s per worker \(2\), 2 unreadable skipped$/,
    );
  });

  it('stops at once when aborted, while waiting too', async () => {
    const controller = new AbortController();
    const { decoder, state } = slowDecoder(1, () => 50);
    const epoch = new ImageLoader(numbers(100), options({ decoder })).epoch(0, { signal: controller.signal });
    const pending = epoch.next();
    controller.abort(new SppgpuError('stopped'));
    await expect(pending).rejects.toThrow('stopped');
    const started = state.started.length;
    await sleep(80);
    expect(state.started.length).toBe(started);
    const late = new ImageLoader(numbers(4), options()).epoch(0, { signal: controller.signal });
    await expect(late.next()).rejects.toThrow('stopped');
  });

  it('a picture that fails after the wait for it was given up ends nothing', async () => {
    const unheard: unknown[] = [];
    const hear = (reason: unknown) => void unheard.push(reason);
    process.on('unhandledRejection', hear);
    try {
      const decoder: PictureDecoder = {
        workers: 1,
        decode: () => sleep(5).then(() => Promise.reject(new SppgpuError('the pool was closed'))),
      };
      const signal = AbortSignal.abort(new SppgpuError('stopped'));
      const epoch = new ImageLoader(numbers(4), options({ decoder })).epoch(0, { signal });
      await expect(epoch.next()).rejects.toThrow('stopped');
      await sleep(20);
      expect(unheard).toEqual([]);
    } finally {
      process.off('unhandledRejection', hear);
    }
  });

  it('passes on errors that are no file errors, and refuses what makes no sense', async () => {
    const broken = datasetOf('broken', ['a'], [{ id: '0', label: 0 }], () => {
      throw new SppgpuError('bug');
    });
    await expect(collect(new ImageLoader(broken, options()))).rejects.toThrow(/^bug$/);
    expect(() => new ImageLoader(numbers(0), options())).toThrow(/numbers: the data set is empty/);
    expect(() => new ImageLoader(numbers(1), options({ batchSize: 0 }))).toThrow(/batchSize: 0 is not/);
  });
});

describe('a part of every batch', () => {
  const part = (index: number) => ({ batchSize: 6, seed: 1, batchPart: { index, count: 3 } });

  it('has the places of the whole batches between its parts, with the same random numbers; a short batch ends early', async () => {
    const whole = await collect(new ImageLoader(numbers(15), { batchSize: 6, seed: 1 }), 1);
    const parts = await Promise.all([1, 2, 3].map((index) => collect(new ImageLoader(numbers(15), part(index)), 1)));
    for (const batch of whole) {
      const own = parts.flatMap((batches) => batches.find(({ index }) => index === batch.index)?.items ?? []);
      expect(own.map(({ id }) => id)).toEqual(batch.items.map(({ id }) => id));
      expect(own.map(({ rng }) => rng.nextU32())).toEqual(batch.items.map(({ rng }) => rng.nextU32()));
    }
    expect(parts.map((batches) => batches.map(({ items }) => items.length))).toEqual([
      [2, 2, 2],
      [2, 2, 1],
      [2, 2],
    ]);
  });

  it('begins and ends where it is asked to', async () => {
    const loader = new ImageLoader(numbers(15), part(2));
    const all = await collect(loader);
    const some: ImageBatch[] = [];
    for await (const batch of loader.epoch(0, { startBatch: 1, endBatch: 2 })) some.push(batch);
    expect(some.map(({ index }) => index)).toEqual([1]);
    expect(some[0]!.items.map(({ id }) => id)).toEqual(all[1]!.items.map(({ id }) => id));
  });

  it('must be equal', () => {
    expect(() => new ImageLoader(numbers(15), { ...part(1), batchSize: 7 })).toThrow(
      'batchSize: 7 has no 3 equal parts; give a multiple of 3',
    );
  });
});
