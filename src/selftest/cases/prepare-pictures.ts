/** Preparing: pictures of odd widths, boxes inside and outside, mirrors, colour, one view after another. */
import { generator, type OpCase } from '../case.js';
import type { Picture, PictureView, PrepareAttrs } from '../reference/prepare-pictures.js';
import { casesFor, uniform } from './build.js';

function picture(width: number, height: number, seed: number): Picture {
  const next = generator(seed);
  return { width, height, data: Uint8Array.from({ length: width * height * 3 }, () => Math.floor(256 * next())) };
}

/** Widths that start rows and pictures at every byte of a word. */
const images = [picture(7, 5, 1), picture(1, 1, 2), picture(9, 13, 3), picture(6, 4, 4)];

interface Look {
  /** Which pictures are shown, one per view. */
  show: number[];
  /** Views without the size, which all of a batch share; default: whole pictures. */
  views?: Omit<PictureView, 'outSize'>[];
  size: PictureView['outSize'];
  format?: Partial<PrepareAttrs['format']>;
}

const COLOUR = { channels: 3, channelOrder: 'rgb', mean: [0, 0, 0], scale: 1 } as const;

const write = casesFor('preparePictures');
function test(name: string, { show, views = [], size, format }: Look, mean?: ReturnType<typeof uniform>): OpCase {
  const attrs: PrepareAttrs = {
    pictures: show.map((at) => images[at]!),
    views: show.map((_, i) => ({ ...views[i], outSize: size })),
    format: { ...COLOUR, ...format },
  };
  return write(name, mean ? [mean] : [], { ...attrs }, 'none');
}

export const preparePicturesCases: OpCase[] = [
  test('pictures as they are', { show: [3], size: [4, 6] }),
  test('every picture to one size', { show: [0, 1, 2, 3], size: [5, 4] }),
  test('enlarged', { show: [0], size: [13, 17] }),
  test('far down', { show: [2], size: [2, 3] }),
  test('mirrored', { show: [0, 0], views: [{}, { flip: true }], size: [5, 7] }),
  test('box with fractions', { show: [2], views: [{ sourceBox: [1.25, 2.5, 7.75, 11.5] }], size: [6, 5] }),
  test('box beyond the edges', { show: [0], views: [{ sourceBox: [-3, -2, 9, 8] }], size: [6, 6] }),
  test('box, mirrored, shifted', {
    show: [2],
    views: [{ sourceBox: [2, 3, 8, 9], flip: true, shift: [10, -20, 5.5] }],
    size: [4, 4],
  }),
  test('pictures in another order, twice', { show: [2, 0, 2], size: [3, 3] }),
  test('mean colour and scale', {
    show: [0],
    size: [4, 4],
    format: { mean: [123.7, 116.3, 103.5], scale: [1 / 58, 1 / 57, 1 / 56] },
  }),
  test('BGR', { show: [3], size: [4, 6], format: { channelOrder: 'bgr', mean: [3, 2, 1], scale: [1, 2, 4] } }),
  test('grey', { show: [3], size: [4, 6], format: { channels: 1, mean: [128], scale: 1 / 255 } }),
  test('mean picture', { show: [0, 3], views: [{}, { flip: true }], size: [4, 5] }, uniform([3, 4, 5], 5, 0, 255)),
  test('mean picture of another size', { show: [2], size: [5, 4] }, uniform([3, 8, 8], 6, 0, 255)),
];
