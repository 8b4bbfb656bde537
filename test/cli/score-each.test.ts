/** One picture that cannot be scored does not end the others. */
import { expect, test } from 'vitest';
import { scoreEach } from '../../src/cli/prediction/scorer.js';
import type { Picture } from '../../src/picture/picture.js';
import { DeviceLostError, MemoryError } from '../../src/runtime/errors.js';

const image = (width: number): Picture => ({ width, height: 1, data: new Uint8Array(3 * width) });
/** Scores are the width; a width of 0 is too much. */
const score = async (images: readonly Picture[]): Promise<Float64Array> => {
  if (images.some(({ width }) => width === 0)) throw new MemoryError('too large');
  return Float64Array.from(images.flatMap(({ width }) => [width, -width]));
};

test('each picture has its scores, or why there are none', async () => {
  const found = await scoreEach(score, [image(1), image(0), image(3)], 2);
  expect(found).toEqual([Float64Array.of(1, -1), new MemoryError('too large'), Float64Array.of(3, -3)]);
  expect(await scoreEach(score, [image(2)], 2)).toEqual([Float64Array.of(2, -2)]);
});

test('a lost device ends all', async () => {
  const lost = async () => {
    throw new DeviceLostError('gone');
  };
  await expect(scoreEach(lost, [image(1), image(2)], 2)).rejects.toThrow('gone');
});
