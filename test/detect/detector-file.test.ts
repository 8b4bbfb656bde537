import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Detector } from '../../src/detect/detector.js';
import { detectorTensors } from '../../src/detect/detector-file.js';
import { RegionNetwork } from '../../src/detect/features/region-network.js';
import { SppWindows } from '../../src/detect/features/spp-windows.js';
import { openDetector } from '../../src/detect/open-detector.js';
import { slidingWindows } from '../../src/detect/proposals/sliding-windows.js';
import { parseSafetensors, serializeSafetensors, type TensorToStore } from '../../src/io/safetensors.js';
import { Network } from '../../src/models/network.js';
import { buildArchitecture } from '../../src/models/registry.js';
import type { Device } from '../../src/runtime/device.js';
import { tensor } from '../../src/tensor/create.js';
import { Generator } from '../../src/tensor/generator.js';
import { Rng } from '../../src/tensor/rng.js';
import { testDevice } from '../setup/device.js';
import { scene } from './scenes.js';

const architecture = buildArchitecture('small', { inputChannels: 3, classes: 4, width: 0.5, hidden: 32 });

let device: Device;
let network: Network;
let bytes: Uint8Array;
let own: Detector;

function detectorOn(mean?: number): Detector {
  const rng = new Rng(4);
  const normals = (count: number) => Float32Array.from({ length: count }, () => rng.normal());
  const region = new RegionNetwork(network, 'fc4', mean === undefined ? {} : { mean });
  const { dimension, pooledDimension } = region;
  return new Detector(new SppWindows(region, { scales: [48, 64] }), {
    classes: ['disc', 'bar', 'never'],
    svm: { classes: 3, dimension, weights: normals(3 * dimension), bias: normals(3) },
    trained: [true, true, false],
    thresholds: [-0.5, 0.25, 0],
    featureScale: 0.5,
    regression: {
      classes: 3,
      dimension: pooledDimension,
      weights: normals(12 * pooledDimension).map((x) => x / 1000),
      bias: normals(12).map((x) => x / 10),
    },
    proposals: { method: 'sliding', seed: 1 },
  });
}

async function bytesOf(detector: Detector): Promise<Uint8Array> {
  const { tensors, metadata } = await detectorTensors(detector, { note: 'a test' });
  return serializeSafetensors(tensors, metadata);
}

beforeAll(async () => {
  device = await testDevice();
  network = new Network(architecture, { device, generator: new Generator(5) }).eval();
  own = detectorOn();
  bytes = await bytesOf(own);
});
afterAll(() => {
  own.dispose();
  network.dispose();
});

/** The file with another description, or other tensors. */
function changed(change: (description: object, tensors: Map<string, TensorToStore>) => unknown): Uint8Array {
  const { tensors, metadata } = parseSafetensors(bytes);
  const description = JSON.parse(metadata.sppgpu!) as object;
  const all = new Map<string, TensorToStore>(tensors);
  change(description, all);
  return serializeSafetensors(all, { ...metadata, sppgpu: JSON.stringify(description) });
}

describe('the file of a detector', () => {
  it('gives a detector that finds the same, bit by bit, and has no more of the network than it needs', async () => {
    const opened = await openDetector(bytes, device);
    const { picture } = scene(1);
    const windows = slidingWindows(picture);
    const { detections } = await own.detect(picture, windows);
    expect(detections.length).toBeGreaterThan(3);
    expect(detections.some(({ label }) => label === 2)).toBe(false);
    expect((await opened.detect(picture, () => windows)).detections).toEqual(detections);
    expect(opened.parts.proposals).toEqual({ method: 'sliding', seed: 1 });
    expect(opened.parts.thresholds).toEqual([-0.5, 0.25, 0]);
    opened.dispose();
    const names = [...parseSafetensors(bytes).tensors.keys()].filter((name) => name.startsWith('classifier.'));
    expect(names).toEqual(['classifier.fc4.bias', 'classifier.fc4.weight']);
  });

  it('has thresholds of 0 where it is older than they are', async () => {
    const opened = await openDetector(
      changed((description) => Object.assign(description, { thresholds: undefined })),
      device,
    );
    expect(opened.parts.thresholds).toEqual([0, 0, 0]);
    opened.dispose();
  });

  it('keeps how pictures are prepared: a mean value, and a mean picture', async () => {
    const { picture } = scene(2);
    const windows = slidingWindows(picture);
    const flat = detectorOn(77);
    const opened = await openDetector(await bytesOf(flat), device);
    const { detections } = await flat.detect(picture, windows);
    expect((await opened.detect(picture, windows)).detections).toEqual(detections);
    expect(detections).not.toEqual((await own.detect(picture, windows)).detections);
    const mean = tensor(
      device,
      Float32Array.from({ length: 48 }, (_, i) => i * 4),
      { shape: [3, 4, 4] },
    );
    const region = new RegionNetwork(network, 'fc4', { mean });
    const shown = new Detector(new SppWindows(region, { scales: [48, 64] }), own.parts);
    const second = await openDetector(await bytesOf(shown), device);
    expect((await second.detect(picture, windows)).detections).toEqual(
      (await shown.detect(picture, windows)).detections,
    );
    for (const one of [flat, opened, shown, second, mean]) one.dispose();
  });

  it.each([
    ['classes', (d: object) => Object.assign(d, { classes: ['disc'] })],
    [
      'a scale of 0',
      (d: object) =>
        Object.assign(d, { windows: { kind: 'spp', scales: [0], scaleRule: 'paper', projection: 'inside' } }),
    ],
    ['a scale that no window fits', (d: object) => Object.assign(d, { layer: 'fc9' })],
    ['a net', (d: object) => Object.assign(d, { model: { name: 'nothing', options: {} } })],
    ['a factor', (d: object) => Object.assign(d, { featureScale: null })],
    ['levels', (d: object) => Object.assign(d, { levels: 'all' })],
    ['too few thresholds', (d: object) => Object.assign(d, { thresholds: [0, 1] })],
    ['a threshold that is no number', (d: object) => Object.assign(d, { thresholds: [0, 1, null] })],
    [
      'missing weights',
      (_: unknown, tensors: Map<string, TensorToStore>) => void tensors.delete('features.conv1.weight'),
    ],
    [
      'classifiers of another size',
      (_: unknown, tensors: Map<string, TensorToStore>) =>
        void tensors.set('data.svm.bias', { shape: [2], data: new Float32Array(2) }),
    ],
    [
      'missing maps of boxes',
      (_: unknown, tensors: Map<string, TensorToStore>) => void tensors.delete('data.regression.bias'),
    ],
  ])('with damaged %s is refused in one line that names it', async (_, change) => {
    await expect(openDetector(changed(change), device)).rejects.toThrow(
      /^model data: its description is damaged: .*; use an undamaged copy/,
    );
  });

  it('of another kind, or of windows that nobody knows, is refused in one line', async () => {
    const plain = serializeSafetensors([['weights', { shape: [1], data: new Float32Array(1) }]]);
    await expect(openDetector(plain, device)).rejects.toThrow(
      /^model data: holds no detector \(format missing\); give a file/,
    );
    const strange = changed((description) => Object.assign(description, { windows: { kind: 'saccades' } }));
    await expect(openDetector(strange, device)).rejects.toThrow(
      /looks at windows in a way that is not known here \(.saccades.\)/,
    );
    const notFinite = changed(
      (_, tensors) => void tensors.set('data.svm.bias', { shape: [3], data: Float32Array.of(0, Number.NaN, 0) }),
    );
    await expect(openDetector(notFinite, device)).rejects.toThrow(/data.svm.bias.* is not finite/);
  });
});
