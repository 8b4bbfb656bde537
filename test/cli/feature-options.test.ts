import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { datasetFeatures, featuresByLayer, looksOf, modeEntries } from '../../src/cli/feature-options.js';
import { datasetOf } from '../../src/data/dataset.js';
import { ImageLoader } from '../../src/data/loader.js';
import { Network } from '../../src/models/network.js';
import { buildArchitecture } from '../../src/models/registry.js';
import { FileError, SppgpuError } from '../../src/runtime/errors.js';
import { Generator } from '../../src/tensor/generator.js';
import { testDevice } from '../setup/device.js';

describe('looks', () => {
  const named = (mode: string, scales: number[]): string[] =>
    looksOf(modeEntries(mode), scales).map(({ mode: one, scale }) => `${one} ${scale}`);

  it('are modes times scales, where a mode has no scale of its own', () => {
    expect(named('crop,full', [224, 392])).toEqual(['crop 224', 'crop 392', 'full 224', 'full 392']);
    expect(named('crop,full@224,full@392,warp', [180])).toEqual(['crop 180', 'full 224', 'full 392', 'warp 180']);
  });

  it('come once', () => {
    expect(named('full,full@224, warp@224', [224, 224])).toEqual(['full 224', 'warp 224']);
  });

  it('must be modes and whole numbers', () => {
    expect(() => modeEntries('crop,ful@224')).toThrow('choose from crop, full, warp');
    expect(() => modeEntries('full@')).toThrow('whole number >= 1');
    expect(() => modeEntries('full@0')).toThrow('whole number >= 1');
    expect(() => modeEntries('full@224@392')).toThrow('full@224@392 has two scales');
  });
});

describe('features of a data set', () => {
  const architecture = buildArchitecture('small', { classes: 2, inputChannels: 3, width: 0.5 });
  let network: Network;
  beforeAll(async () => {
    network = new Network(architecture, { device: await testDevice(), generator: new Generator(1) });
  });
  afterAll(() => network.dispose());

  /** Five pictures of two sizes, and how often one was asked for. */
  function pictures() {
    const entries = Array.from({ length: 5 }, (_, i) => ({ id: String(i), label: 0 }));
    let asked = 0;
    const dataset = datasetOf('pictures', ['a', 'b'], entries, (i) => {
      asked += 1;
      const [width, height] = [30 + 6 * (i % 2), 30];
      return { width, height, data: Uint8Array.from({ length: width * height * 3 }, (_, k) => (k * (i + 3)) % 251) };
    });
    return { loader: new ImageLoader(dataset, { batchSize: 2, seed: 0, shuffle: false }), asked: () => asked };
  }

  async function read(layers: string[], mode: 'crop' | 'full', maxBytes: number) {
    const { loader, asked } = pictures();
    const found = [];
    for await (const one of featuresByLayer(network, loader, { layers, mode, scale: 28 }, maxBytes)) found.push(one);
    return { found, asked: asked() };
  }

  it('take as many passes as the memory for them asks, and are the same', async () => {
    const layers = ['pool3', 'spp', 'fc4'];
    const sppBytes = 5 * 16 * 21 * 4;
    const all = await read(layers, 'full', 2 ** 30);
    const two = await read(layers, 'full', sppBytes + 5 * 16 * 16 * 4);
    const three = await read(layers, 'full', 1);
    expect([all.asked, two.asked, three.asked]).toEqual([5, 10, 15]);
    expect(all.found.map(({ layer }) => layer)).toEqual(layers);
    expect(two.found).toEqual(all.found);
    expect(three.found).toEqual(all.found);
    expect(all.found[1]!.indices).toEqual([0, 1, 2, 3, 4]);
    const { features } = await datasetFeatures(network, pictures().loader, { layers, mode: 'full', scale: 28 });
    expect(features).toEqual(all.found.map((one) => one.features));
  });

  it('have the reason in place of a layer that is not to be had, and no passes more than needed', async () => {
    const { found, asked } = await read(['conv2', 'spp', 'conv3'], 'full', 2 ** 30);
    expect(found.map(({ features }) => features instanceof SppgpuError)).toEqual([true, false, true]);
    expect((found[2]!.features as SppgpuError).message).toMatch(/^conv3 has .* its map follows the picture's size/);
    expect(asked).toBe(5);
  });

  it('name the data set when nothing was readable', async () => {
    const loader = new ImageLoader(
      datasetOf('broken', ['a'], [{ id: 'x', label: 0, path: '/nowhere/x.png' }], () => {
        throw new Error('not reached');
      }),
      {
        batchSize: 1,
        seed: 0,
        maxUnreadable: 1,
        decoder: { workers: 1, decode: (path) => Promise.reject(new FileError(path, 'is damaged', 'repair it')) },
      },
    );
    await expect(datasetFeatures(network, loader, { layers: ['spp'], mode: 'full', scale: 28 })).rejects.toThrow(
      'broken: no picture was readable; repair the files',
    );
  });
});
