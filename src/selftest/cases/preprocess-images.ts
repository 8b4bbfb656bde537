/** Preprocessing: pictures of odd widths, boxes inside and outside, mirrors, colour, one view after another. */
import { generator, type OpCase } from '../case.js';
import type { Picture } from '../reference/preprocess-images.js';
import { casesFor, uniform } from './build.js';

function picture(width: number, height: number, seed: number): Picture {
  const next = generator(seed);
  return { width, height, data: Uint8Array.from({ length: width * height * 3 }, () => Math.floor(256 * next())) };
}

/** Widths that start rows and pictures at every byte of a word. */
const images = [picture(7, 5, 1), picture(1, 1, 2), picture(9, 13, 3), picture(6, 4, 4)];

const write = casesFor('preprocessImages');
const test = (name: string, attrs: Record<string, unknown>, mean?: ReturnType<typeof uniform>) =>
  write(name, mean ? [mean] : [], { images, ...attrs }, 'none');

export const preprocessImagesCases: OpCase[] = [
  test('pictures as they are', { images: [images[3]], views: [{}], size: [4, 6] }),
  test('every picture to one size', { views: [{}, {}, {}, {}], size: [5, 4] }),
  test('enlarged', { views: [{ image: 0 }], size: [13, 17] }),
  test('far down', { views: [{ image: 2 }], size: [2, 3] }),
  test('mirrored', { views: [{ image: 0 }, { image: 0, flip: true }], size: [5, 7] }),
  test('box with fractions', { views: [{ image: 2, sourceBox: [1.25, 2.5, 7.75, 11.5] }], size: [6, 5] }),
  test('box beyond the edges', { views: [{ image: 0, sourceBox: [-3, -2, 9, 8] }], size: [6, 6] }),
  test('box, mirrored, shifted', {
    views: [{ image: 2, sourceBox: [2, 3, 8, 9], flip: true, shift: [10, -20, 5.5] }],
    size: [4, 4],
  }),
  test('pictures in another order, twice', { views: [{ image: 2 }, { image: 0 }, { image: 2 }], size: [3, 3] }),
  test('mean colour and scale', {
    views: [{ image: 0 }],
    size: [4, 4],
    mean: [123.7, 116.3, 103.5],
    scale: [1 / 58, 1 / 57, 1 / 56],
  }),
  test('BGR', { views: [{ image: 3 }], size: [4, 6], order: 'bgr', mean: [1, 2, 3] }),
  test('grey', { views: [{ image: 3 }], size: [4, 6], channels: 1, mean: 128, scale: 1 / 255 }),
  test(
    'mean picture',
    { views: [{ image: 0 }, { image: 3, flip: true }], size: [4, 5] },
    uniform([3, 4, 5], 5, 0, 255),
  ),
  test('mean picture of another size', { views: [{ image: 2 }], size: [5, 4] }, uniform([3, 8, 8], 6, 0, 255)),
  test('no views', { views: [], size: [3, 4] }),
];
