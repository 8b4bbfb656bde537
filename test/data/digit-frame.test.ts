import { expect, test } from 'vitest';
import { frameDigit } from '../../src/data/digit-frame.js';
import { cropToInk } from '../../src/data/digit-ink.js';
import { openDigits } from '../../src/data/digits.node.js';
import type { Picture } from '../../src/picture/picture.js';
import { Rng } from '../../src/tensor/rng.js';

const LIMITS = { minSide: 16, maxSide: 96, maxRatio: 3 };
const FRAME = {
  ...LIMITS,
  ...{ medianSide: 34, sideDeviation: 0.45, fill: 0, maxStretch: 1, minMargin: 0.1, spread: 1 },
};

function grey({ width, height, data }: Picture): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) => data[3 * i]!);
}

test('sizes and shapes fill their range, and none leaves it', async () => {
  const digits = await openDigits({ split: 'test', seed: 1, frame: FRAME });
  const images = await Promise.all(Array.from({ length: 1000 }, async (_, i) => (await digits.item(i)).image));
  const sides = images.flatMap(({ width, height }) => [width, height]).sort((a, b) => a - b);
  expect([sides[0], sides.at(-1)]).toEqual([16, 96]);
  const at = (share: number) => sides[Math.floor(sides.length * share)]!;
  expect(at(0.05)).toBeLessThan(20);
  expect(Math.abs(at(0.5) - 34)).toBeLessThan(4);
  expect(at(0.95)).toBeGreaterThan(60);
  const ratios = images.map(({ width, height }) => width / height);
  expect(Math.min(...ratios)).toBeGreaterThanOrEqual(1 / 3);
  expect(Math.max(...ratios)).toBeLessThanOrEqual(3);
  expect(Math.min(...ratios)).toBeLessThan(0.4);
  expect(Math.max(...ratios)).toBeGreaterThan(2.5);
});

test('a digit takes on the shape of its picture as far as it is told', () => {
  const digit = { pixels: new Uint8Array(64).fill(255), width: 8, height: 8 };
  for (const fill of [0, 0.5, 1]) {
    const rng = new Rng(1);
    for (let i = 0; i < 50; i++) {
      const image = frameDigit(digit, rng, { ...FRAME, fill, minMargin: 0 });
      const { width, height } = image;
      const inked = grey(image).filter((value) => value > 0).length;
      // What is left free of the longer side: nothing at 1, all that the digit's own square does not need at 0.
      const shorter = Math.min(width, height);
      const expected = shorter ** 2 * (Math.max(width, height) / shorter) ** fill;
      expect(Math.abs(inked - expected)).toBeLessThan(width + height);
    }
  }
});

test('a digit keeps its proportions in a picture of any shape, whole and away from the border', () => {
  const square = Uint8Array.from({ length: 144 }, (_, i) =>
    i % 12 >= 2 && i % 12 < 10 && i >= 24 && i < 120 ? 255 : 0,
  );
  const digit = cropToInk(square, 12);
  expect([digit.width, digit.height]).toEqual([8, 8]);
  const rng = new Rng(1);
  const places: number[] = [];
  for (let i = 0; i < 300; i++) {
    const image = frameDigit(digit, rng, FRAME);
    const { width, height } = image;
    const pixels = grey(image);
    const columns = Array.from({ length: width }, (_, x) => x).filter((x) =>
      pixels.some((value, at) => at % width === x && value > 0),
    );
    const inkWidth = columns.length;
    const inkHeight = pixels.filter((value) => value > 0).length / inkWidth;
    expect(inkHeight).toBe(inkWidth);
    const shorter = Math.min(width, height);
    expect(inkWidth).toBeGreaterThan(0.8 * shorter - 2);
    expect(columns[0]).toBeGreaterThanOrEqual(Math.floor(0.1 * shorter));
    expect(columns.at(-1)).toBeLessThan(width - Math.floor(0.1 * shorter));
    if (width > 2 * height) places.push((columns[0]! + columns.at(-1)!) / 2 / width);
  }
  expect(Math.min(...places)).toBeLessThan(0.35);
  expect(Math.max(...places)).toBeGreaterThan(0.65);
});

test('no ink, or one pixel of it, is no fault', () => {
  const empty = new Uint8Array(16);
  const dot = Uint8Array.from(empty, (_, i) => (i === 5 ? 255 : 0));
  expect(Math.max(...frameDigit(cropToInk(empty, 4), new Rng(1), FRAME).data)).toBe(0);
  expect(Math.max(...frameDigit(cropToInk(dot, 4), new Rng(1), FRAME).data)).toBe(255);
});
