/** Preparing pictures, against a plain CPU reference in float64. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fullView } from '../../src/data/augment.js';
import { preparePictures } from '../../src/ops/prepare-pictures.js';
import { resizeBilinear } from '../../src/ops/resize-bilinear.js';
import type { InputFormat } from '../../src/picture/input-format.js';
import type { Picture } from '../../src/picture/picture.js';
import type { View } from '../../src/picture/view.js';
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

function picture(width: number, height: number, seed: number): Picture {
  const rng = new Rng(seed);
  return { width, height, data: Uint8Array.from({ length: width * height * 3 }, () => rng.int(256)) };
}

/** Two by two pixels of one colour. */
const plain = (...colour: number[]): Picture => ({
  width: 2,
  height: 2,
  data: Uint8Array.from({ length: 12 }, (_, i) => colour[i % 3]!),
});

/** Odd widths, so that rows and pictures begin at every byte of a word. */
const PICTURES = [picture(7, 5, 1), picture(1, 1, 2), picture(9, 13, 3)];
const RGB: InputFormat = { channels: 3, channelOrder: 'rgb', mean: [0, 0, 0], scale: 1 };
const BGR: InputFormat = { channels: 3, channelOrder: 'bgr', mean: [104, 117, 123], scale: 2 };
const GREY: InputFormat = { channels: 1, channelOrder: 'rgb', mean: [128], scale: 1 / 255 };

type Triple = readonly [number, number, number];
/** A view without its size, which all of a batch share, and the picture that it shows: the one at its position by default. */
type Look = Omit<View, 'outSize'> & { readonly of?: number };
type Size = readonly [rows: number, columns: number];

function batchOf(pictures: readonly Picture[], looks: readonly Look[], size: Size): [Picture[], View[]] {
  return [
    looks.map(({ of }, i) => pictures[of ?? i]!),
    looks.map(({ sourceBox, flip, shift }) => ({ sourceBox, flip, shift, outSize: size })),
  ];
}

function reference(pictures: readonly Picture[], looks: readonly Look[], size: Size, format: InputFormat): number[] {
  const [rows, columns] = size;
  const { channels, channelOrder, mean, scale } = format;
  const triple = (values: readonly number[]): Triple =>
    (channels === 1
      ? [values[0], values[0], values[0]]
      : channelOrder === 'bgr'
        ? values.toReversed()
        : values) as never;
  const means = triple(mean);
  const scales = triple(typeof scale === 'number' ? [scale, scale, scale] : scale);
  return looks.flatMap((look, i) => {
    const { width, height, data } = pictures[look.of ?? i]!;
    const { sourceBox: [x0, y0, x1, y1] = [0, 0, width, height], flip, shift = [0, 0, 0] } = look;
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
    return (channelOrder === 'bgr' ? [2, 1, 0] : [0, 1, 2]).flatMap((c) => colours.map((colour) => colour[c]!));
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

const CASES: [name: string, looks: Look[], size: Size, format: InputFormat][] = [
  ['whole pictures, larger', [{}, {}, {}], [16, 18], RGB],
  ['whole pictures, smaller', [{}, {}, {}], [3, 2], RGB],
  ['one pixel', [{}, {}, {}], [1, 1], RGB],
  ['mirrored', [{ flip: true }, { flip: true }, {}], [5, 7], RGB],
  [
    'boxes with fractions, also beyond the edge',
    [
      { of: 2, sourceBox: [1.25, 2.5, 7.75, 9.125] },
      { of: 0, sourceBox: [-3, -2, 12, 8.5], flip: true },
      { of: 2, sourceBox: [3, 3, 3.5, 3.25] },
    ],
    [6, 4],
    RGB,
  ],
  [
    'colour shift, mean and scale by channel',
    [{ shift: [10, -20, 3.5] }, { shift: [0, 0, 1] }, {}],
    [4, 4],
    { ...RGB, mean: [123.7, 116.3, 103.5], scale: [1 / 58, 1 / 57, 1 / 57.5] },
  ],
  ['blue first', [{}, {}, { shift: [1, 2, 3] }], [4, 5], { ...BGR, mean: [3, 2, 1], scale: [1, 2, 4] }],
  ['grey', [{}, {}, { shift: [1, 2, 3] }], [4, 5], GREY],
  ['ten views of one picture', Array.from({ length: 10 }, (_, i) => ({ of: 2, flip: i > 4 })), [5, 5], RGB],
];

describe('preparePictures', () => {
  it.each(CASES)('%s', async (_, looks, size, format) => {
    const batch = preparePictures(device, ...batchOf(PICTURES, looks, size), format);
    expect(batch.shape).toEqual([looks.length, format.channels, ...size]);
    expectClose(await take(batch), reference(PICTURES, looks, size, format));
  });

  it('subtracts the mean in the order of the channels, then scales', async () => {
    const red = plain(200, 100, 50);
    const y = preparePictures(device, [red, red], [fullView(2, 2, 2), fullView(2, 2, 2, true)], BGR);
    expect(y.shape).toEqual([2, 3, 2, 2]);
    const values = [-108, -34, 154].flatMap((value) => [value, value, value, value]);
    expect(await take(y)).toEqual([...values, ...values]);
  });

  it('takes a byte value or a mean picture instead of the mean', async () => {
    const red = plain(200, 100, 50);
    const constant = preparePictures(device, [red], [fullView(2, 2, 2)], BGR, { mean: 100 });
    expect(await take(constant)).toEqual([-100, 0, 200].flatMap((v) => [v, v, v, v]));
    const mean = tensor(device, [10, 20, 30], { shape: [3, 1, 1] });
    const resized = preparePictures(device, [red], [fullView(2, 2, 2)], BGR, { mean });
    expect(await take(resized)).toEqual([40, 160, 380].flatMap((v) => [v, v, v, v]));
    mean.dispose();
  });

  it('subtracts a mean picture, resized where it must be, unmirrored', async () => {
    const values = Array.from({ length: 3 * 4 * 6 }, (_, i) => Math.sin(i) * 50 + 100);
    const mean = tensor(device, values, { shape: [3, 4, 6] });
    for (const size of [
      [4, 6],
      [7, 5],
    ] as const) {
      const looks = [{ flip: true }];
      const plain = reference(PICTURES, looks, size, RGB);
      const resized = await take(resizeBilinear(tensor(device, values, { shape: [1, 3, 4, 6] }), size));
      const batch = await take(preparePictures(device, ...batchOf(PICTURES, looks, size), RGB, { mean }));
      expectClose(
        batch,
        plain.map((value, i) => value - resized[i]!),
      );
    }
    mean.dispose();
  });

  it('splits a batch over several buffers where one binding is too small', async () => {
    const narrow = await openNarrowDevice(2048);
    const pictures = Array.from({ length: 6 }, (_, i) => picture(11 + i, 17, i));
    const looks = pictures.map((_, i) => ({ of: 5 - i, flip: i % 2 === 1 }));
    const batch = await take(preparePictures(narrow, ...batchOf(pictures, looks, [3, 3]), RGB));
    expectClose(batch, reference(pictures, looks, [3, 3], RGB));
    narrow.dispose();
  }, 60_000);

  it('makes the same values of pictures that come in parts, to the rounding of positions', async () => {
    const narrow = await openNarrowDevice(4096);
    const pictures = [
      picture(60, 50, 1),
      picture(1500, 2, 2),
      picture(3, 900, 3),
      picture(40, 40, 4),
      picture(6, 6, 5),
    ];
    const looks: Look[] = [
      {},
      { flip: true },
      { shift: [1, 2, 3] },
      { sourceBox: [-7.5, 12.25, 31, 55], flip: true },
      {},
      { of: 0, sourceBox: [20, 3, 20.5, 49] },
      { of: 1, sourceBox: [1490, -3, 1600, 1] },
    ];
    for (const [size, format] of [
      [[5, 6], RGB],
      [[1, 2], { ...GREY, mean: [0], scale: 1 }],
      [[11, 4], { ...BGR, mean: [0, 0, 0], scale: 1 }],
    ] as const) {
      const whole = await take(preparePictures(device, ...batchOf(pictures, looks, size), format));
      // Positions count from the part's corner: lavapipe gives the same bits, SwiftShader's last ones differ.
      expectClose(await take(preparePictures(narrow, ...batchOf(pictures, looks, size), format)), whole, 1e-4);
      expectClose(whole, reference(pictures, looks, size, format), 0.02);
    }
    narrow.dispose();
  }, 60_000);

  it('names what cannot be', () => {
    const bad = { width: 2, height: 2, data: new Uint8Array(11) };
    const one = PICTURES[0]!;
    const run = (pictures: Picture[], look: Look, outSize: Size = [2, 2], format = RGB) => {
      preparePictures(device, pictures, [{ ...look, outSize }], format);
    };
    expect(() => run([bad], {})).toThrow(/picture 0 of 2 x 2 pixels has 11 bytes/);
    expect(() => run([one, one], {})).toThrow(
      '2 pictures and 1 views; give at least one picture, and one view per picture',
    );
    expect(() => preparePictures(device, [], [], RGB)).toThrow('0 pictures and 0 views');
    expect(() => run([one], { sourceBox: [0, 0, 0, 1] })).toThrow(/view 0 has the box \[0,0,0,1\]/);
    expect(() => run([one], { shift: [Number.NaN, 0, 0] })).toThrow(/colour shift/);
    expect(() => run([one], {}, [0, 2])).toThrow(/\[0, 2\] is not an output size/);
    expect(() => preparePictures(device, [one, one], [fullView(2, 2, 2), fullView(2, 2, 3)], RGB)).toThrow(
      'a batch cannot mix 2x2 and 3x3 pixels; batch pictures by size',
    );
    expect(() => run([one], {}, [2, 2], { ...RGB, channels: 4 })).toThrow('4 channels; use 1 (grey) or 3 (colour)');
    expect(() => run([one], {}, [2, 2], { ...RGB, mean: [1] })).toThrow('mean is [1]; give 3 numbers');
    expect(() => run([one], {}, [2, 2], { ...RGB, scale: [1, Number.NaN, 1] })).toThrow('scale is [1, NaN, 1]');
  });
});
