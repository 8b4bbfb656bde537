import { readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MapCache } from '../../../src/detect/features/map-cache.node.js';
import { convolvedMaps } from '../../../src/detect/features/picture-maps.js';
import { RegionNetwork } from '../../../src/detect/features/region-network.js';
import { Network } from '../../../src/models/network.js';
import { buildArchitecture } from '../../../src/models/registry.js';
import type { Picture } from '../../../src/picture/picture.js';
import { Generator } from '../../../src/tensor/generator.js';
import { Rng } from '../../../src/tensor/rng.js';
import { tempFolder } from '../../io/temp-folder.js';
import { testDevice } from '../../setup/device.js';

const architecture = buildArchitecture('small', { inputChannels: 3, width: 0.5, classes: 2, hidden: 16 });
const pictureOf = (seed: number): Picture => {
  const rng = new Rng(seed);
  return { width: 30, height: 24, data: Uint8Array.from({ length: 30 * 24 * 3 }, () => rng.int(256)) };
};

const networks: Network[] = [];
async function regionNetwork(seed: number): Promise<RegionNetwork> {
  const network = new Network(architecture, { device: await testDevice(), generator: new Generator(seed) }).eval();
  networks.push(network);
  return new RegionNetwork(network, 'spp');
}

let own: RegionNetwork;
beforeAll(async () => {
  own = await regionNetwork(1);
});
afterAll(() => {
  for (const network of networks) network.dispose();
});

async function valuesOf(cache: MapCache, picture: Picture, scale = 28, flip = false): Promise<Float32Array> {
  const map = await cache.maker()(picture, scale, flip);
  const values = (await map.data()) as Float32Array;
  map.dispose();
  return values;
}

async function madeBy(network: RegionNetwork, picture: Picture, scale = 28, flip = false): Promise<Float32Array> {
  const map = await convolvedMaps(network)(picture, scale, flip);
  const values = (await map.data()) as Float32Array;
  map.dispose();
  return values;
}

describe('the cache of maps', () => {
  const openIn = (folder: string, network = own, maxBytes = 2 ** 24, dtype?: 'F16') =>
    MapCache.open(network, { folder, maxBytes, ...(dtype && { dtype }) });

  it('gives the bits that the network made, also to a later process', async () => {
    const folder = tempFolder();
    const first = await openIn(folder);
    const expected = await madeBy(own, pictureOf(1));
    expect(await valuesOf(first, pictureOf(1))).toEqual(expected);
    expect(await valuesOf(first, pictureOf(1))).toEqual(expected);
    const second = await openIn(folder);
    expect(await valuesOf(second, pictureOf(1))).toEqual(expected);
    expect([first.hits, first.misses, second.hits, second.misses]).toEqual([1, 1, 1, 0]);
  });

  it('tells pictures, scales, mirrored pictures and networks apart', async () => {
    const folder = tempFolder();
    const cache = await openIn(folder);
    for (const [seed, scale, flip] of [
      [1, 28, false],
      [2, 28, false],
      [1, 36, false],
      [1, 28, true],
    ] as const) {
      expect(await valuesOf(cache, pictureOf(seed), scale, flip)).toEqual(
        await madeBy(own, pictureOf(seed), scale, flip),
      );
    }
    const other = await regionNetwork(2);
    const foreign = await openIn(folder, other);
    expect(await valuesOf(foreign, pictureOf(1))).toEqual(await madeBy(other, pictureOf(1)));
    expect([cache.hits, foreign.hits]).toEqual([0, 0]);
  });

  it.each([
    ['cut short', (path: string) => truncateSync(path, statSync(path).size - 5)],
    ['empty', (path: string) => writeFileSync(path, '')],
    [
      'damaged in one value',
      (path: string) => {
        const bytes = readFileSync(path);
        bytes[bytes.length - 9]! ^= 4;
        writeFileSync(path, bytes);
      },
    ],
    ['of another picture', (path: string, other: string) => writeFileSync(path, readFileSync(other))],
  ])('makes an entry that is %s anew', async (_, spoil) => {
    const folder = tempFolder();
    const cache = await openIn(folder);
    await valuesOf(cache, pictureOf(1));
    const [name] = readdirSync(folder);
    await valuesOf(cache, pictureOf(2));
    const other = readdirSync(folder).find((found) => found !== name);
    spoil(join(folder, name!), join(folder, other!));
    const later = await openIn(folder);
    const expected = await madeBy(own, pictureOf(1));
    expect(await valuesOf(later, pictureOf(1))).toEqual(expected);
    expect(await valuesOf(later, pictureOf(1))).toEqual(expected);
    expect([later.hits, later.misses]).toEqual([1, 1]);
  });

  it('stays within its bytes; entries of other networks make way, its own first ones stay', async () => {
    const folder = tempFolder();
    const foreign = await openIn(folder, await regionNetwork(3));
    for (const seed of [1, 2, 3]) await valuesOf(foreign, pictureOf(seed));
    const [one] = readdirSync(folder);
    const { size } = statSync(join(folder, one!));
    const cache = await openIn(folder, own, 3 * size + 10);
    for (const seed of [1, 2, 3, 4, 5]) await valuesOf(cache, pictureOf(seed));
    const total = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    expect(total).toBeLessThanOrEqual(3 * size + 10);
    for (const seed of [1, 2, 3, 4, 5]) await valuesOf(cache, pictureOf(seed));
    expect([cache.hits, cache.misses]).toEqual([3, 7]);
  });

  it('in halves gives the same rounded values whether they were made or read', async () => {
    const folder = tempFolder();
    const cache = await openIn(folder, own, 2 ** 24, 'F16');
    const first = await valuesOf(cache, pictureOf(1));
    expect(await valuesOf(cache, pictureOf(1))).toEqual(first);
    const exact = await madeBy(own, pictureOf(1));
    expect(first).not.toEqual(exact);
    for (const [i, value] of first.entries())
      expect(Math.abs(value - exact[i]!)).toBeLessThanOrEqual(Math.abs(exact[i]!) / 1024 + 1e-6);
    // Entries of another type are not taken.
    const full = await openIn(folder);
    expect(await valuesOf(full, pictureOf(1))).toEqual(exact);
  });

  it('goes on without the disk where that takes no more', async () => {
    const folder = tempFolder();
    const cache = await openIn(folder);
    writeFileSync(join(folder, 'plain'), '');
    const nowhere = await MapCache.open(own, { folder: join(folder, 'maps'), maxBytes: 2 ** 24 });
    // The folder is gone, and a file stands in its place.
    rmSync(join(folder, 'maps'), { recursive: true });
    writeFileSync(join(folder, 'maps'), '');
    expect(await valuesOf(nowhere, pictureOf(1))).toEqual(await madeBy(own, pictureOf(1)));
    expect(nowhere.problem?.message).toContain(join(folder, 'maps'));
    expect(cache.problem).toBeNull();
  });
});
