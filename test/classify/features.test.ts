import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FeatureRows } from '../../src/classify/feature-rows.js';
import { FEATURE_MODES } from '../../src/classify/feature-settings.js';
import { extractVectors } from '../../src/classify/feature-vectors.js';
import { extractFeatures } from '../../src/classify/features.js';
import { featureParameters } from '../../src/models/feature-layers.js';
import { Network } from '../../src/models/network.js';
import { buildArchitecture } from '../../src/models/registry.js';
import type { Picture } from '../../src/picture/picture.js';
import { SppgpuError } from '../../src/runtime/errors.js';
import { Generator } from '../../src/tensor/generator.js';
import { Rng } from '../../src/tensor/rng.js';
import { testDevice } from '../setup/device.js';

describe('rows of a data set', () => {
  it('are written into one array of the final size', () => {
    const rows = new FeatureRows('spp', 5);
    rows.append([Float32Array.of(1, 2), Float32Array.of(3, 4)]);
    const { buffer } = rows.matrix().data;
    rows.append([]);
    rows.append([Float32Array.of(5, 6)]);
    expect(rows.bytes).toBe(5 * 2 * 4);
    expect(rows.matrix()).toEqual({ data: Float32Array.of(1, 2, 3, 4, 5, 6), count: 3, dimension: 2 });
    expect(rows.matrix().data.buffer).toBe(buffer);
  });

  it('end with the first vector of another length, in one batch or in the next', () => {
    for (const batches of [[[2, 3]], [[2], [2, 3]], [[2], [3]]]) {
      const rows = new FeatureRows('conv4', 4);
      for (const lengths of batches) rows.append(lengths.map((length) => new Float32Array(length)));
      rows.append([new Float32Array(2)]);
      expect(rows.problem!.message).toMatch(/^conv4 has 2 values for one picture and 3 for another, .* --mode crop/);
      expect(rows.bytes).toBe(0);
      expect(() => rows.matrix()).toThrow(rows.problem!);
    }
  });

  it('that no memory can hold are refused in one line', () => {
    const rows = new FeatureRows('conv1', 2 ** 40);
    expect(() => rows.append([new Float32Array(64)])).toThrow(
      /^conv1: \d+ vectors of 64 values take \d+ MiB, more than/,
    );
  });
});

describe('a net with a pool of one size', () => {
  const architecture = buildArchitecture('small', { classes: 3, inputChannels: 3, width: 0.5, pyramid: 'none' });
  const rng = new Rng(1);
  const pictures = [36, 44].map(
    (width): Picture => ({ width, height: 40, data: Uint8Array.from({ length: width * 120 }, () => rng.int(256)) }),
  );
  let network: Network;
  beforeAll(async () => {
    network = new Network(architecture, { device: await testDevice(), generator: new Generator(1) });
  });
  afterAll(() => network.dispose());

  it('has vectors of its head at its own size, and elsewhere those of the other layers and the reason', async () => {
    const layers = ['conv3', 'spp', 'fc4'];
    const { size } = architecture.input;
    const own = await extractVectors(network, pictures, { layers, mode: 'crop', scale: size });
    expect(own.map((vectors) => vectors instanceof SppgpuError)).toEqual([false, false, false]);
    const full = await extractVectors(network, pictures, { layers, mode: 'full', scale: size + 12 });
    expect(full[0]!).toHaveLength(2);
    expect((full[1] as Float32Array[]).map(({ length }) => length)).toEqual([16 * 50, 16 * 50]);
    expect((full[2] as SppgpuError).message).toMatch(/fc4 takes \d+ features, this input gives \d+; .* without SPP/);
    const options = { mode: 'full' as const, scale: size + 12 };
    await expect(extractFeatures(network, pictures, { ...options, layers: ['fc4'] })).rejects.toThrow('without SPP');
  });

  it('gives vectors of one length in the modes that make pictures square', async () => {
    const lengths = FEATURE_MODES.map(async (mode) => {
      const found = await extractFeatures(network, pictures.slice(0, 1), { layers: ['conv3'], mode, scale: 40 });
      return found[0]!.dimension;
    });
    const [crop, full, warp] = await Promise.all(lengths);
    expect(crop).toBe(warp);
    expect(full).toBeGreaterThan(crop!); // 36 pixels wide and 40 high, at 40 across it is 44 high
  });

  it('stops at the deepest convolution that is asked for', async () => {
    const run: string[] = [];
    const modules = network.features.children();
    for (const [name, module] of modules) {
      const forward = module.forward.bind(module);
      module.forward = (x) => {
        run.push(name);
        return forward(x);
      };
    }
    try {
      await extractVectors(network, pictures, { layers: ['conv1', 'conv2'], mode: 'crop', scale: 28 });
    } finally {
      for (const module of modules.values()) Reflect.deleteProperty(module, 'forward');
    }
    expect(run.filter((name) => name.startsWith('conv'))).toEqual(['conv1', 'conv2']);
  });

  it('needs the weights up to the deepest layer', () => {
    const names = (...layers: string[]): string[] => [
      ...new Set(featureParameters(architecture, layers).map((name) => name.replace(/\.(?:weight|bias)$/, ''))),
    ];
    const convolutions = ['features.conv1', 'features.conv2', 'features.conv3'];
    expect(names('conv1', 'conv2')).toEqual(convolutions.slice(0, 2));
    expect(names('spp')).toEqual(convolutions);
    expect(names('conv1', 'fc4')).toEqual([...convolutions, 'classifier.fc4']);
    expect(() => names('fc9')).toThrow('small: no feature layer fc9');
  });
});
