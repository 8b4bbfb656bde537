/** A detector trained in memory, on maps that stay on the device. */
import { beforeAll, describe, expect, it } from 'vitest';
import { Detector } from '../../../src/detect/detector.js';
import { convolvedMaps, type MapMaker } from '../../../src/detect/features/picture-maps.js';
import { RegionNetwork } from '../../../src/detect/features/region-network.js';
import { RememberedMaps } from '../../../src/detect/features/remembered-maps.js';
import { SppWindows } from '../../../src/detect/features/spp-windows.js';
import { encodeDetector, openDetector } from '../../../src/detect/open-detector.js';
import { slidingWindows } from '../../../src/detect/proposals/sliding-windows.js';
import { type TrainingPicture, type TrainingSet, truthOf } from '../../../src/detect/training/examples.js';
import type { PartStage } from '../../../src/detect/training/train-all-parts.js';
import { trainParts } from '../../../src/detect/training/train-parts.js';
import { Network } from '../../../src/models/network.js';
import { buildArchitecture } from '../../../src/models/registry.js';
import type { Device } from '../../../src/runtime/device.js';
import { Generator } from '../../../src/tensor/generator.js';
import { liveTensorCount } from '../../../src/tensor/tensor.js';
import { testDevice } from '../../setup/device.js';
import { SCENE_CLASSES, scene } from '../scenes.js';

let device: Device;
let regions: RegionNetwork;
beforeAll(async () => {
  device = await testDevice();
  const architecture = buildArchitecture('small', { inputChannels: 3, width: 0.5 });
  regions = new RegionNetwork(new Network(architecture, { device, generator: new Generator(3) }).eval(), 'spp');
});

/** Makes maps, and counts how many. */
function counting(): { made: number; readonly maker: MapMaker } {
  const make = convolvedMaps(regions);
  const counter = {
    made: 0,
    maker: (async (...given) => {
      counter.made++;
      return make(...given);
    }) as MapMaker,
  };
  return counter;
}

/** The bytes of a map that is asked for and given back. */
async function valuesOf(make: MapMaker, index: number, scale: number, flip = false): Promise<Float32Array> {
  const map = await make(pictures[index]!, scale, flip);
  const values = (await map.data()) as Float32Array;
  map.dispose();
  return values;
}

const pictures = [1, 2].map((seed) => scene(seed).picture);

describe('maps that stay on the device', () => {
  it('are made once per picture, scale and side, and are the same again', async () => {
    const before = liveTensorCount(device);
    const counter = counting();
    const maps = new RememberedMaps(regions);
    const maker = maps.maker(counter.maker);
    const asked: readonly (readonly [index: number, scale: number, flip?: boolean])[] = [
      [0, 64],
      [0, 48],
      [1, 64],
      [0, 64, true],
    ];
    const first: Float32Array[] = [];
    for (const each of asked) first.push(await valuesOf(maker, ...each));
    for (const [i, each] of asked.entries()) expect(await valuesOf(maker, ...each)).toEqual(first[i]);
    expect(counter.made).toBe(4);
    expect(first[3]).not.toEqual(first[0]);
    maps.dispose();
    expect(liveTensorCount(device)).toBe(before);
  });

  it('are made anew where there is no room', async () => {
    const counter = counting();
    const map = await counter.maker(pictures[0]!, 64, false);
    const maps = new RememberedMaps(regions, map.bytes);
    map.dispose();
    const maker = maps.maker(counter.maker);
    for (const index of [0, 1, 0, 1]) await valuesOf(maker, index, 64);
    expect(counter.made).toBe(1 + 3);
    maps.dispose();
    await valuesOf(maker, 1, 64);
    expect(counter.made).toBe(5);
  });
});

describe('trainParts', () => {
  it('finds what it was shown, stage by stage, and its file finds the same', async () => {
    const example = (seed: number): TrainingPicture => {
      const { picture, objects } = scene(seed);
      const proposals = slidingWindows(picture, { sizes: [0.4, 0.3], aspects: [1], step: 0.25 });
      return { id: `${seed}`, picture, proposals, ...truthOf(objects, picture, 2) };
    };
    const examples = Array.from({ length: 6 }, (_, seed) => example(seed));
    const set: TrainingSet = { classes: SCENE_CLASSES, length: 6, at: async (index) => examples[index]! };
    const maps = new RememberedMaps(regions);
    const stages: PartStage[] = [];
    const { parts, classes } = await trainParts(new SppWindows(regions, { scales: [96] }, maps.maker()), set, {
      mining: { c: 0.1 },
      proposals: { method: 'sliding-windows' },
      onProgress: (stage) => stages.at(-1) !== stage && stages.push(stage),
    });
    maps.dispose();
    expect(stages).toEqual(['lengths', 'classifiers', 'boxes']);
    expect(classes.map(({ positives }) => positives)).toEqual([6, 6]);
    expect(parts).toMatchObject({
      classes: SCENE_CLASSES,
      trained: [true, true],
      proposals: { method: 'sliding-windows' },
    });
    const detector = new Detector(new SppWindows(regions, { scales: [96] }), parts);
    const { picture, proposals } = example(50);
    const found = await detector.detect(picture, proposals);
    const file = await encodeDetector(detector);
    detector.dispose();
    for (const [label, object] of scene(50).objects.entries()) {
      const best = found.detections.find((detection) => detection.label === label)!;
      const { x0, y0, x1, y1 } = object.box;
      expect(Math.abs(best.box.x0 + best.box.x1 - x0 - x1) / 2).toBeLessThan((x1 - x0) / 2);
      expect(Math.abs(best.box.y0 + best.box.y1 - y0 - y1) / 2).toBeLessThan((y1 - y0) / 2);
    }
    const opened = await openDetector(file, device);
    expect((await opened.detect(picture, proposals)).detections).toEqual(found.detections);
    opened.dispose();
  });
});
