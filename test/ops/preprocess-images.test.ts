/** Preprocessing against a plain CPU reference in float64. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ImageView,
  type PreprocessOptions,
  preprocessImages,
  type RgbImage,
} from '../../src/ops/preprocess-images.js';
import { resizeBilinear } from '../../src/ops/resize-bilinear.js';
import type { Device } from '../../src/runtime/device.js';
import { tensor } from '../../src/tensor/create.js';
import { Rng } from '../../src/tensor/rng.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { openTestDevice } from '../setup/device.js';
import { openNarrowDevice } from '../setup/narrow-device.js';

let device: Device;

beforeAll(async () => {
  device = await openTestDevice();
}, 60_000);
afterAll(() => device?.dispose());

function picture(width: number, height: number, seed: number): RgbImage {
  const rng = new Rng(seed);
  return { width, height, data: Uint8Array.from({ length: width * height * 3 }, () => rng.int(256)) };
}

/** Odd widths, so that rows and pictures begin at every byte of a word. */
const IMAGES = [picture(7, 5, 1), picture(1, 1, 2), picture(9, 13, 3)];

type Triple = readonly [number, number, number];

function reference(
  images: readonly RgbImage[],
  views: readonly ImageView[],
  { size, mean = 0, scale = 1, order = 'rgb', channels = 3 }: PreprocessOptions,
): number[] {
  const [rows, columns] = size;
  const triple = (value: number | Triple): Triple => (typeof value === 'number' ? [value, value, value] : value);
  const means = triple(mean as number | Triple);
  const scales = triple(scale);
  return views.flatMap((view, i) => {
    const { width, height, data } = images[view.image ?? i]!;
    const { sourceBox: [x0, y0, x1, y1] = [0, 0, width, height], flip, shift = [0, 0, 0] } = view;
    const colourAt = (row: number, column: number) => {
      const across = flip ? columns - 1 - column : column;
      const x = Math.min(Math.max(x0 + ((across + 0.5) * (x1 - x0)) / columns - 0.5, 0), width - 1);
      const y = Math.min(Math.max(y0 + ((row + 0.5) * (y1 - y0)) / rows - 0.5, 0), height - 1);
      return [0, 1, 2].map((c) => {
        const byte = (yy: number, xx: number) =>
          data[(Math.min(yy, height - 1) * width + Math.min(xx, width - 1)) * 3 + c]!;
        const [u, v] = [x - Math.floor(x), y - Math.floor(y)];
        const along = (yy: number) => byte(yy, Math.floor(x)) * (1 - u) + byte(yy, Math.floor(x) + 1) * u;
        const value = along(Math.floor(y)) * (1 - v) + along(Math.floor(y) + 1) * v;
        return (value + shift[c]! - means[c]!) * scales[c]!;
      }) as unknown as Triple;
    };
    const colours = Array.from({ length: rows * columns }, (_, at) => colourAt(Math.floor(at / columns), at % columns));
    if (channels === 1) return colours.map(([r, g, b]) => 0.299 * r + 0.587 * g + 0.114 * b);
    return (order === 'bgr' ? [2, 1, 0] : [0, 1, 2]).flatMap((c) => colours.map((colour) => colour[c]!));
  });
}

async function take(result: Tensor): Promise<number[]> {
  const data = Array.from(await result.data());
  result.dispose();
  return data;
}

function expectClose(actual: readonly number[], expected: readonly number[], tolerance = 1e-3): void {
  expect(actual.length).toBe(expected.length);
  expect(Math.max(0, ...actual.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(tolerance);
}

const CASES: [name: string, views: ImageView[], options: PreprocessOptions][] = [
  ['whole pictures, larger', [{}, {}, {}], { size: [16, 18] }],
  ['whole pictures, smaller', [{}, {}, {}], { size: [3, 2] }],
  ['one pixel', [{}, {}, {}], { size: [1, 1] }],
  ['mirrored', [{ flip: true }, { flip: true }, {}], { size: [5, 7] }],
  [
    'boxes with fractions, also beyond the edge',
    [
      { image: 2, sourceBox: [1.25, 2.5, 7.75, 9.125] },
      { image: 0, sourceBox: [-3, -2, 12, 8.5], flip: true },
      { image: 2, sourceBox: [3, 3, 3.5, 3.25] },
    ],
    { size: [6, 4] },
  ],
  [
    'colour shift, mean and scale by channel',
    [{ shift: [10, -20, 3.5] }, { shift: [0, 0, 1] }, {}],
    { size: [4, 4], mean: [123.7, 116.3, 103.5], scale: [1 / 58, 1 / 57, 1 / 57.5] },
  ],
  ['blue first', [{}, {}, { shift: [1, 2, 3] }], { size: [4, 5], order: 'bgr', mean: [1, 2, 3] }],
  ['grey', [{}, {}, { shift: [1, 2, 3] }], { size: [4, 5], channels: 1, mean: 128, scale: 1 / 255 }],
  ['ten views of one picture', Array.from({ length: 10 }, (_, i) => ({ image: 2, flip: i > 4 })), { size: [5, 5] }],
  ['no views', [], { size: [5, 5] }],
];

describe('preprocessImages', () => {
  it.each(CASES)('%s', async (_, views, options) => {
    const batch = preprocessImages(device, IMAGES, views, options);
    expect(batch.shape).toEqual([views.length, options.channels ?? 3, ...options.size]);
    expectClose(await take(batch), reference(IMAGES, views, options));
  });

  it('subtracts a mean picture, resized where it must be, unmirrored', async () => {
    const values = Array.from({ length: 3 * 4 * 6 }, (_, i) => Math.sin(i) * 50 + 100);
    const mean = tensor(device, values, { shape: [3, 4, 6] });
    for (const size of [
      [4, 6],
      [7, 5],
    ] as const) {
      const plain = reference(IMAGES, [{ flip: true }], { size });
      const resized = await take(resizeBilinear(tensor(device, values, { shape: [1, 3, 4, 6] }), size));
      const batch = await take(preprocessImages(device, IMAGES, [{ flip: true }], { size, mean }));
      expectClose(
        batch,
        plain.map((value, i) => value - resized[i]!),
      );
    }
    mean.dispose();
  });

  it('splits a batch over several buffers where one binding is too small', async () => {
    const narrow = await openNarrowDevice(2048);
    const images = Array.from({ length: 6 }, (_, i) => picture(11 + i, 17, i));
    const views = images.map((_, i) => ({ image: 5 - i, flip: i % 2 === 1 }));
    const options = { size: [3, 3] } as const;
    expectClose(await take(preprocessImages(narrow, images, views, options)), reference(images, views, options));
    narrow.dispose();
  }, 60_000);

  it('makes the same bits of pictures that come in parts', async () => {
    const narrow = await openNarrowDevice(4096);
    const images = [picture(60, 50, 1), picture(1500, 2, 2), picture(3, 900, 3), picture(40, 40, 4), picture(6, 6, 5)];
    const views: ImageView[] = [
      {},
      { flip: true },
      { shift: [1, 2, 3] },
      { sourceBox: [-7.5, 12.25, 31, 55], flip: true },
      {},
      { image: 0, sourceBox: [20, 3, 20.5, 49] },
      { image: 1, sourceBox: [1490, -3, 1600, 1] },
    ];
    for (const options of [{ size: [5, 6] }, { size: [1, 2], channels: 1 }, { size: [11, 4], order: 'bgr' }] as const) {
      const whole = await take(preprocessImages(device, images, views, options));
      expect(await take(preprocessImages(narrow, images, views, options))).toEqual(whole);
      expectClose(whole, reference(images, views, options), 0.02);
    }
    narrow.dispose();
  }, 60_000);

  it('names what cannot be', () => {
    const bad = { width: 2, height: 2, data: new Uint8Array(11) };
    const run = (images: RgbImage[], view: ImageView, size: [number, number] = [2, 2]) => {
      preprocessImages(device, images, [view], { size });
    };
    expect(() => run([bad], {})).toThrow(/picture 0 of 2 x 2 pixels has 11 bytes/);
    expect(() => run(IMAGES, { image: 3 })).toThrow(/view 0 shows picture 3, but there are 3/);
    expect(() => run(IMAGES, { sourceBox: [0, 0, 0, 1] })).toThrow(/view 0 has the box \[0,0,0,1\]/);
    expect(() => run(IMAGES, { shift: [Number.NaN, 0, 0] })).toThrow(/colour shift/);
    expect(() => run(IMAGES, {}, [0, 2])).toThrow(/\[0, 2\] is no size/);
  });
});
