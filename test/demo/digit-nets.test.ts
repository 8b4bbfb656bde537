/** How the demo's nets are trained: the sizes of the pictures, epoch by epoch. */
import { expect, test } from 'vitest';
import type { ImageItem } from '../../src/data/dataset.js';
import { type Contestant, digitSession, fixedContestant, sppContestant } from '../../src/demo/digit-nets.js';
import { digitsInMemory } from '../../src/demo/digit-pictures.js';
import { testDevice } from '../setup/device.js';

const device = await testDevice();
const image = { width: 20, height: 24, data: new Uint8Array(3 * 20 * 24) };
const pictures = Array.from({ length: 4 }, (_, i): ImageItem => ({ id: `${i}`, label: i, image }));

function sizes(contestant: Contestant, epochs: number) {
  const run = { epochs, batchSize: 2, lr: 0.01, seed: 1 };
  return digitSession(device, contestant, pictures, digitsInMemory(pictures), run).sizes;
}

test('pictures grow from the first epoch to the last, however many there are', () => {
  const grown = [24, 28, 36, 44, 64, 96];
  expect(sizes(sppContestant(), 6)).toEqual({ kind: 'alternate', sizes: grown });
  expect(sizes(sppContestant(), 3)).toEqual({ kind: 'alternate', sizes: [28, 44, 96] });
  expect(sizes(sppContestant(), 12)).toEqual({ kind: 'alternate', sizes: grown.flatMap((size) => [size, size]) });
  expect(sizes(sppContestant(), 1)).toEqual({ kind: 'single', size: 44 });
});

test('the net with a fixed pool sees one size', () => {
  expect(sizes(fixedContestant(), 2)).toEqual({ kind: 'alternate', sizes: [24, 24] });
});
