import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fullView } from '../../../src/data/augment.js';
import { boxCount, boxesOf, mirrorBoxes, takeBoxes } from '../../../src/detect/boxes.js';
import { readFeatures } from '../../../src/detect/features/read-features.js';
import { RegionNetwork, regionArchitecture, regionLayers } from '../../../src/detect/features/region-network.js';
import { type SppWindowOptions, SppWindows } from '../../../src/detect/features/spp-windows.js';
import { StageClock } from '../../../src/detect/features/stages.js';
import { windowFeatures } from '../../../src/detect/features/window-features.js';
import { Network } from '../../../src/models/network.js';
import { buildArchitecture } from '../../../src/models/registry.js';
import { preparePictures } from '../../../src/ops/prepare-pictures.js';
import { spatialPyramidPool } from '../../../src/ops/spatial-pyramid-pool.js';
import type { Picture } from '../../../src/picture/picture.js';
import type { Device } from '../../../src/runtime/device.js';
import { Generator } from '../../../src/tensor/generator.js';
import { Rng } from '../../../src/tensor/rng.js';
import { scope } from '../../../src/tensor/scope.js';
import { liveTensorCount } from '../../../src/tensor/tensor.js';
import { testDevice } from '../../setup/device.js';
import { openNarrowDevice } from '../../setup/narrow-device.js';

const rng = new Rng(7);
const picture: Picture = { width: 50, height: 40, data: Uint8Array.from({ length: 6000 }, () => rng.int(256)) };
const boxes = boxesOf([
  { x0: 0, y0: 0, x1: 50, y1: 40 },
  { x0: 10, y0: 5, x1: 30, y1: 30 },
  { x0: 40, y0: 30, x1: 41, y1: 31 },
  { x0: 2, y0: 20, x1: 49, y1: 33.5 },
]);
const architecture = buildArchitecture('small', { inputChannels: 3, width: 0.5, classes: 3, hidden: 64 });

const networkOn = (device: Device, options = architecture): Network =>
  new Network(options, { device, generator: new Generator(5) }).eval();

let device: Device;
let network: Network;
beforeAll(async () => {
  device = await testDevice();
  network = networkOn(device);
});
afterAll(() => network.dispose());

const source = (options: Partial<SppWindowOptions> = {}, layer = 'spp') =>
  new SppWindows(new RegionNetwork(network, layer), { scales: [28, 40, 64], ...options });

describe('windows pooled on maps', () => {
  it('are what the pyramid gives for their cells on the map of their scale', async () => {
    const windows = source({ scales: [40] });
    const found = await readFeatures(windows, picture, boxes);
    const cells = windows.keys(picture, boxes).map((key) => key.slice(2, -1).split(',').map(Number));
    const expected = scope(() => {
      const input = preparePictures(device, [picture], [fullView(50, 40, 40)], architecture.input);
      const maps = network.features.forward(input);
      return spatialPyramidPool(maps, [1, 2, 4], {
        windows: cells.map(([a, b, c, d]) => [0, a!, b!, c!, d!] as const),
      });
    });
    expect(found).toEqual(await expected.data());
    expected.dispose();
    expect(cells[0]).toEqual([1, 1, 20, 25]);
  });

  it('go through the fully connected layers as in the network', async () => {
    const windows = source({ scales: [40] }, 'fc4');
    expect(windows.network.dimension).toBe(32);
    const found = await readFeatures(windows, picture, boxes);
    const pooled = await readFeatures(windows, picture, boxes, { of: 'pooled' });
    expect(pooled).toEqual(await readFeatures(source({ scales: [40] }), picture, boxes));
    const { weight, bias } = Object.fromEntries(
      [...network.stateDict()].flatMap(([name, tensor]) =>
        name.includes('fc4') ? [[name.split('.').at(-1), tensor]] : [],
      ),
    ) as Record<'weight' | 'bias', { data(): Promise<Float32Array> }>;
    const [w, b] = [await weight.data(), await bias.data()];
    const size = windows.network.pooledDimension;
    for (let row = 0; row < 4; row++) {
      for (let unit = 0; unit < 32; unit++) {
        let sum = b[unit]!;
        for (let k = 0; k < size; k++) sum += w[unit * size + k]! * pooled[row * size + k]!;
        expect(found[row * 32 + unit]).toBeCloseTo(Math.max(0, sum), 3);
      }
    }
  });

  it('are on the scale of the rule, or on the one that is asked for', async () => {
    const windows = source();
    const each = await Promise.all(
      [28, 40, 64].map((scale) => readFeatures(source({ scales: [scale] }), picture, boxes)),
    );
    const size = windows.network.pooledDimension;
    const scales = [2, 0, 1, 2];
    const found = await readFeatures(windows, picture, boxes, { scales });
    for (const [row, scale] of scales.entries()) {
      expect(found.subarray(row * size, (row + 1) * size)).toEqual(each[scale]!.subarray(row * size, (row + 1) * size));
    }
    expect(windows.keys(picture, boxes, { scales }).map((key) => key[0])).toEqual(['2', '0', '1', '2']);
  });

  it('take the maximum over all scales where that is the rule', async () => {
    const each = await Promise.all(
      [28, 40, 64].map((scale) => readFeatures(source({ scales: [scale] }), picture, boxes)),
    );
    const all = await readFeatures(source({ scaleRule: 'all' }), picture, boxes);
    expect(all).toEqual(each[0]!.map((value, i) => Math.max(value, each[1]![i]!, each[2]![i]!)));
  });

  it('of the mirrored picture are those of mirrored windows', async () => {
    const mirror: Picture = { ...picture, data: new Uint8Array(6000) };
    for (let y = 0; y < 40; y++) {
      for (let x = 0; x < 50; x++) {
        mirror.data.set(picture.data.subarray((y * 50 + 49 - x) * 3, (y * 50 + 50 - x) * 3), (y * 50 + x) * 3);
      }
    }
    const flipped = await readFeatures(source(), picture, boxes, { flip: true });
    const plain = await readFeatures(source(), mirror, mirrorBoxes(boxes, 50));
    for (const [i, value] of flipped.entries()) expect(value).toBeCloseTo(plain[i]!, 3);
  });

  it('of the same cells have the same key and the same vector', async () => {
    const [a] = [
      boxesOf([
        { x0: 10, y0: 5, x1: 30, y1: 30 },
        { x0: 10.2, y0: 5.1, x1: 30.2, y1: 30 },
      ]),
    ];
    const windows = source({ scales: [40] });
    const [first, second] = windows.keys(picture, a!);
    expect(second).toBe(first);
    const size = windows.network.pooledDimension;
    const found = await readFeatures(windows, picture, a!);
    expect(found.subarray(0, size)).toEqual(found.subarray(size));
  });

  it('come in parts where a binding is narrow, with the same values, and leave nothing behind', async () => {
    const narrow = await openNarrowDevice(65536);
    try {
      const other = networkOn(narrow);
      const windows = new SppWindows(new RegionNetwork(other, 'spp'), { scales: [28] });
      const many = takeBoxes(
        boxes,
        Array.from({ length: 90 }, (_, i) => i % 4),
      );
      const live = liveTensorCount(narrow);
      let parts = 0;
      for await (const part of windowFeatures(windows, picture, many)) {
        parts++;
        expect(part.features.size * 4).toBeLessThanOrEqual(65536);
      }
      expect(parts).toBeGreaterThan(1);
      expect(await readFeatures(windows, picture, many)).toEqual(
        await readFeatures(source({ scales: [28] }), picture, many),
      );
      for await (const _ of windowFeatures(windows, picture, many)) break;
      expect(liveTensorCount(narrow)).toBe(live);
      expect(boxCount(many)).toBe(90);
      other.dispose();
    } finally {
      narrow.dispose();
    }
  });

  it('of no box there are none, and nothing is computed', async () => {
    expect(await readFeatures(source(), picture, boxesOf([]))).toEqual(new Float32Array(0));
  });

  it('are measured stage by stage', async () => {
    const clock = new StageClock(device);
    await readFeatures(source({}, 'fc4'), picture, boxes, { clock });
    for (const stage of ['conv', 'pool', 'fc'] as const) expect(clock.seconds[stage]).toBeGreaterThan(0);
    for (const stage of ['proposals', 'svm', 'nms'] as const) expect(clock.seconds[stage]).toBe(0);
  });

  it('refuse scales that cannot be, in one line', () => {
    expect(() => source({ scales: [] })).toThrow(/^detector: scales {2}are not usable; give/);
    expect(() => source({ scales: [12.5] })).toThrow(/^detector: scales 12.5 are not usable/);
    const deep = networkOn(device, buildArchitecture('zf5', { width: 0.1, hidden: 8, classes: 2 }));
    expect(() => new SppWindows(new RegionNetwork(deep, 'spp'), { scales: [8] })).toThrow(/8x8 pixels is too small/);
    deep.dispose();
  });
});

describe('layers for windows', () => {
  it('are the pooled vector and the hidden layers of a pyramid head', () => {
    expect(regionLayers(buildArchitecture('zf5'))).toEqual(['spp', 'fc6', 'fc7']);
    expect(regionLayers(buildArchitecture('squeezenet11'))).toEqual(['spp']);
    expect(regionLayers(buildArchitecture('zf5', { pyramid: 'none' }))).toEqual(['spp']);
    expect(() => regionArchitecture(architecture, 'fc9')).toThrow(
      /^detector: small has no layer .fc9. for windows; there are spp, fc4$/,
    );
  });

  it('a net without a pyramid gets the one for detection', () => {
    const squeeze = regionArchitecture(buildArchitecture('squeezenet11', { width: 0.1 }), 'spp');
    expect(squeeze.classifier).toEqual([{ type: 'spp', name: 'spp', levels: [1, 2, 3, 6] }]);
    const part = regionArchitecture(buildArchitecture('zf5'), 'fc7');
    expect(part.classifier.map(({ name }) => name)).toEqual(['spp5', 'fc6', 'relu6', 'drop6', 'fc7', 'relu7']);
    // A net that is cut already stays as it is.
    expect(regionArchitecture(part, 'fc7')).toEqual(part);
    expect(regionLayers(regionArchitecture(part, 'spp'))).toEqual(['spp']);
  });
});
