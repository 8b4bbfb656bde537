import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { datasetOf } from '../../src/data/dataset.js';
import { DecodeCache } from '../../src/data/decode-cache.js';
import { DecodePool } from '../../src/data/decode-pool.node.js';
import { openImageFolder } from '../../src/data/image-folder.node.js';
import { ImageLoader } from '../../src/data/loader.js';
import { describeLoaderStats } from '../../src/data/loader-stats.js';
import { MemoryGate } from '../../src/data/memory-gate.js';
import { fromGrey } from '../../src/picture/picture.js';
import { FileError, SppgpuError } from '../../src/runtime/errors.js';
import { tempFolder } from '../io/temp-folder.js';
import { ensureBuilt } from '../setup/build.js';
import { root } from '../tooling/repository.js';
import { jpegBytes, plainPng } from './pictures.js';

describe('DecodePool', () => {
  it('decodes in threads and names bad files', async () => {
    const folder = tempFolder();
    const paths = Array.from({ length: 12 }, (_, i) => join(folder, `${i}.png`));
    for (const [i, path] of paths.entries()) writeFileSync(path, plainPng(i + 1, 2, i * 20));
    writeFileSync(paths[5]!, 'text');
    await using pool = new DecodePool({ workers: 2 });
    const results = await Promise.allSettled(paths.map((path) => pool.decode(path)));
    for (const [i, result] of results.entries()) {
      if (result.status === 'fulfilled') {
        expect(result.value.image).toMatchObject({ width: i + 1, height: 2 });
        expect(result.value.image.data[0]).toBe(i * 20);
      } else {
        expect(i).toBe(5);
        expect(result.reason).toBeInstanceOf(FileError);
        expect(result.reason.message).toBe(`${paths[5]}: is not a picture; convert it to PNG or JPEG`);
      }
    }
  });

  it('hands its limits to the threads', async () => {
    const path = join(tempFolder(), 'a.jpg');
    writeFileSync(
      path,
      jpegBytes(20, 20, () => [1, 2, 3]),
    );
    await using pool = new DecodePool({ workers: 1, limits: { maxPixels: 100, maxFileBytes: 1e6 } });
    await expect(pool.decode(path)).rejects.toThrow(/20x20 pixels are more than the limit of 100/);
  });

  it('decodes one after the other what does not fit into its memory together', async () => {
    const folder = tempFolder();
    const paths = Array.from({ length: 9 }, (_, i) => join(folder, `${i}.png`));
    for (const [i, path] of paths.entries()) writeFileSync(path, plainPng(700 + i, 600));
    await using pool = new DecodePool({ workers: 3, maxMemory: 2 ** 20 });
    const widths = (await Promise.all(paths.map((path) => pool.decode(path)))).map(({ image }) => image.width);
    expect(widths).toEqual(paths.map((_, i) => 700 + i));
  });

  it('counts what its threads take, also of one that died', () => {
    const shared = MemoryGate.create(2);
    const [first, second] = [0, 1].map((slot) => new MemoryGate(shared, slot, 2 ** 22)) as [MemoryGate, MemoryGate];
    first.take(1);
    second.take(3 * 2 ** 20);
    expect([...shared]).toEqual([4, 1, 3]);
    new MemoryGate(shared, 1, 2 ** 22).release();
    second.release();
    first.release();
    first.take(2 ** 40);
    expect([...shared]).toEqual([4, 4, 0]);
  });

  it('rejects what waits when it is closed, and what comes later', async () => {
    const path = join(tempFolder(), 'a.png');
    writeFileSync(path, plainPng(2, 2));
    const pool = new DecodePool({ workers: 1 });
    const pending = Promise.allSettled([pool.decode(path), pool.decode(path)]);
    await pool.close();
    for (const result of await pending)
      expect(result).toMatchObject({ status: 'rejected', reason: expect.any(SppgpuError) });
    await expect(pool.decode(path)).rejects.toThrow(/used after close/);
    for (const workers of [0, 1.5, 1000]) expect(() => new DecodePool({ workers })).toThrow(/^workers: .*; pass/);
  });

  it('lets the process wait for the end of its threads, whatever replies were on their way', async () => {
    const path = join(tempFolder(), 'a.png');
    writeFileSync(path, plainPng(2, 2));
    await ensureBuilt();
    const script = join(tempFolder(), 'script.mjs');
    const code = `
      import { DecodePool } from ${JSON.stringify(pathToFileURL(`${root}dist/node.js`).href)};
      for (let round = 0; round < 5; round++) {
        const pool = new DecodePool({ workers: 1 });
        await pool.decode(${JSON.stringify(path)});
        pool.decode(${JSON.stringify(path)}).catch(() => {});
        // The thread replies while nothing here can receive it.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
        await pool.close();
      }
      console.log('closed');`;
    writeFileSync(script, code);
    const { stdout } = await promisify(execFile)(process.execPath, [script]);
    expect(stdout).toBe('closed\n');
  });

  it('serves a loader over a folder', async () => {
    const root = tempFolder();
    for (const name of ['cat', 'dog']) {
      mkdirSync(join(root, name));
      for (let i = 0; i < 5; i++) writeFileSync(join(root, name, `${i}.png`), plainPng(4 + i, 3, 50));
    }
    await using pool = new DecodePool({ workers: 2 });
    const loader = new ImageLoader(await openImageFolder(root), { batchSize: 4, seed: 3, decoder: pool });
    const labels: number[] = [];
    for await (const { items } of loader.epoch(0)) labels.push(...items.map(({ label }) => label));
    expect(labels.filter((label) => label === 0)).toHaveLength(5);
    expect(loader.stats).toMatchObject({ images: 10, skipped: 0, workers: 2 });
    expect(loader.stats!.imagesPerSecondPerWorker).toBeGreaterThan(0);
  });

  it('decodes once what a cache has room for, the same every epoch', async () => {
    const folder = tempFolder();
    for (let i = 0; i < 6; i++) writeFileSync(join(folder, `${i}.png`), plainPng(4, 4, 30 * i));
    await using pool = new DecodePool({ workers: 2 });
    let decoded = 0;
    const counting = { workers: 2, decode: (path: string) => pool.decode(path).finally(() => decoded++) };
    const bytes = 4 * 4 * 3;
    const cached = new DecodeCache(counting, 4 * bytes);
    const dataset = datasetOf(
      'six',
      ['a'],
      Array.from({ length: 6 }, (_, i) => ({ id: `${i}`, label: 0, path: join(folder, `${i}.png`) })),
      () => fromGrey(new Uint8Array(1), 1, 1),
    );
    const loader = new ImageLoader(dataset, { batchSize: 6, seed: 1, decoder: cached });
    for (const [epoch, total] of [6, 8, 10].entries()) {
      for await (const { items } of loader.epoch(epoch)) {
        for (const { id, image } of items) expect([id, image.data[0]]).toEqual([id, 30 * Number(id)]);
      }
      expect(decoded).toBe(total);
    }
    await expect(cached.decode(join(folder, 'none.png'))).rejects.toThrow(FileError);
    const all = new ImageLoader(dataset, { batchSize: 6, seed: 1, decoder: new DecodeCache(pool, 6 * bytes) });
    for (const epoch of [0, 1]) for await (const _ of all.epoch(epoch));
    expect(all.stats!.imagesPerSecondPerWorker).toBe(0);
    expect(describeLoaderStats(all.stats!)).toMatch(/, every picture kept decoded$/);
  });
});
