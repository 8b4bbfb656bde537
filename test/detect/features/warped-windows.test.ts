/** Windows as R-CNN sees them, against a sampler written out pixel by pixel. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PixelBox } from '../../../src/data/objects.js';
import { boxesOf, mirrorBoxes } from '../../../src/detect/boxes.js';
import { readFeatures } from '../../../src/detect/features/read-features.js';
import { RegionNetwork } from '../../../src/detect/features/region-network.js';
import { WarpedWindows } from '../../../src/detect/features/warped-windows.js';
import { Network } from '../../../src/models/network.js';
import { buildArchitecture } from '../../../src/models/registry.js';
import { spatialPyramidPool } from '../../../src/ops/spatial-pyramid-pool.js';
import { orientPicture } from '../../../src/picture/orient.js';
import type { Picture } from '../../../src/picture/picture.js';
import { tensor } from '../../../src/tensor/create.js';
import { Generator } from '../../../src/tensor/generator.js';
import { Rng } from '../../../src/tensor/rng.js';
import { scope } from '../../../src/tensor/scope.js';
import { testDevice } from '../../setup/device.js';

const SIZE = 28;
const CONTEXT = 4;
const architecture = buildArchitecture('small', {
  inputChannels: 3,
  inputSize: SIZE,
  width: 0.5,
  classes: 2,
  hidden: 16,
});
const rng = new Rng(3);
const PICTURE: Picture = {
  ...{ width: 37, height: 29 },
  data: Uint8Array.from({ length: 37 * 29 * 3 }, () => rng.int(256)),
};
/** Inside; over the left upper corner; the whole picture; a pixel; over the right lower corner. */
const WINDOWS: readonly PixelBox[] = [
  { x0: 10, y0: 8, x1: 24, y1: 15.5 },
  { x0: 0, y0: 0, x1: 9, y1: 20 },
  { x0: 0, y0: 0, x1: 37, y1: 29 },
  { x0: 5, y0: 6, x1: 6, y1: 7 },
  { x0: 30, y0: 20, x1: 37, y1: 29 },
];

let network: Network;
let region: RegionNetwork;
beforeAll(async () => {
  network = new Network(architecture, { device: await testDevice(), generator: new Generator(5) }).eval();
  region = new RegionNetwork(network, 'spp');
});
afterAll(() => network.dispose());

/** A picture's byte between pixel centres, edges repeated. */
function sampled({ width, height, data }: Picture, x: number, y: number, channel: number): number {
  const clamp = (value: number, most: number) => Math.min(Math.max(value, 0), most);
  const [px, py] = [clamp(x, width - 1), clamp(y, height - 1)];
  const [left, top] = [Math.floor(px), Math.floor(py)];
  let sum = 0;
  for (const [column, share] of [
    [left, 1 - (px - left)],
    [left + 1, px - left],
  ] as const) {
    for (const [row, part] of [
      [top, 1 - (py - top)],
      [top + 1, py - top],
    ] as const) {
      if (share * part > 0) sum += share * part * data[(row * width + column) * 3 + channel]!;
    }
  }
  return sum;
}

/** The net's input for one window: the window fills all but `CONTEXT` pixels on each side, the mean lies outside the picture. */
function inputOf(picture: Picture, { x0, y0, x1, y1 }: PixelBox): Float32Array {
  const { mean, scale, channelOrder } = architecture.input;
  const inner = SIZE - 2 * CONTEXT;
  const values = new Float32Array(3 * SIZE * SIZE);
  for (let channel = 0; channel < 3; channel++) {
    const source = channelOrder === 'bgr' ? 2 - channel : channel;
    for (let i = 0; i < SIZE; i++) {
      for (let j = 0; j < SIZE; j++) {
        const x = x0 + ((j + 0.5 - CONTEXT) * (x1 - x0)) / inner;
        const y = y0 + ((i + 0.5 - CONTEXT) * (y1 - y0)) / inner;
        if (x < 0 || x >= picture.width || y < 0 || y >= picture.height) continue;
        const own = Array.isArray(scale) ? (scale[channel] as number) : (scale as number);
        values[(channel * SIZE + i) * SIZE + j] = (sampled(picture, x - 0.5, y - 0.5, source) - mean[channel]!) * own;
      }
    }
  }
  return values;
}

async function reference(picture: Picture, window: PixelBox): Promise<Float32Array> {
  const device = await testDevice();
  const pooled = scope(() => {
    const input = tensor(device, inputOf(picture, window), { shape: [1, 3, SIZE, SIZE] });
    return spatialPyramidPool(network.features.forward(input), region.levels);
  });
  const values = (await pooled.data()) as Float32Array;
  pooled.dispose();
  return values;
}

function expectClose(values: Float32Array, expected: Float32Array): void {
  expect(values.length).toBe(expected.length);
  const most = Math.max(...expected.map(Math.abs));
  const worst = Math.max(...values.map((value, i) => Math.abs(value - expected[i]!)));
  expect(worst).toBeLessThan(2e-3 * Math.max(most, 1e-3));
}

describe('warped windows', () => {
  it('are the picture around them, warped to the input, the mean where there is no picture', async () => {
    const source = new WarpedWindows(region, { context: CONTEXT });
    const size = region.pooledDimension;
    const values = await readFeatures(source, PICTURE, boxesOf(WINDOWS));
    for (const [i, window] of WINDOWS.entries()) {
      expectClose(values.subarray(i * size, (i + 1) * size), await reference(PICTURE, window));
    }
  });

  it('of the mirrored picture are those of a picture that was mirrored before', async () => {
    const source = new WarpedWindows(region, { context: CONTEXT });
    const boxes = boxesOf(WINDOWS);
    const mirrored = await readFeatures(source, orientPicture(PICTURE, 2), mirrorBoxes(boxes, PICTURE.width));
    expectClose(await readFeatures(source, PICTURE, boxes, { flip: true }), mirrored);
  });

  it('have the same vectors one by one as all at once, and a key of their own', async () => {
    const source = new WarpedWindows(region);
    expect(source.settings).toEqual({ kind: 'warped', context: 2 });
    const size = region.pooledDimension;
    const all = await readFeatures(source, PICTURE, boxesOf(WINDOWS));
    for (const [i, window] of WINDOWS.entries()) {
      expectClose(await readFeatures(source, PICTURE, boxesOf([window])), all.subarray(i * size, (i + 1) * size));
    }
    const keys = source.keys(PICTURE, boxesOf([...WINDOWS, WINDOWS[0]!]));
    expect(new Set(keys).size).toBe(WINDOWS.length);
    expect(keys.at(-1)).toBe(keys[0]);
  });

  it('refuse a context that leaves nothing of the window', () => {
    for (const context of [14, -1, 1.5, Number.NaN]) {
      expect(() => new WarpedWindows(region, { context })).toThrow(/context of .* is not usable with an input of 28/);
    }
  });
});
