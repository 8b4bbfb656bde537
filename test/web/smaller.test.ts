/** Large pictures as the page keeps them. */
import { expect, test } from 'vitest';
import { smaller } from '../../src/web/engine/smaller.js';

const picture = (width: number, height: number, value: (x: number, y: number, c: number) => number) => {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i++) {
    const pixel = Math.floor(i / 3);
    data[i] = value(pixel % width, Math.floor(pixel / width), i % 3);
  }
  return { width, height, data };
};

test('a picture that is not too large stays itself', () => {
  const own = picture(8, 3, (x) => x);
  expect(smaller(own, 8)).toBe(own);
});

test('a larger one becomes the means of its blocks, channel by channel', () => {
  const { width, height, data } = smaller(
    picture(9, 5, (x, y, c) => 10 * x + y + 50 * c),
    4,
  );
  expect([width, height]).toEqual([3, 1]);
  // Blocks of 3 x 3: the mean of a block is the value in its middle.
  expect([...data]).toEqual([11, 61, 111, 41, 91, 141, 71, 121, 171]);
});

test('one pixel high, it keeps that row', () => {
  const { width, height, data } = smaller(
    picture(10, 1, () => 7),
    4,
  );
  expect([width, height]).toEqual([3, 1]);
  expect(new Set(data)).toEqual(new Set([7]));
});
