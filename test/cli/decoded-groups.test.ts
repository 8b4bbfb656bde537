/** Groups of pictures that `predict` works on together: bounded in number and bytes, in order, failures told apart. */
import { expect, test } from 'vitest';
import { decodedGroups } from '../../src/cli/decoded-groups.js';
import type { PictureDecoder } from '../../src/data/picture-decoder.js';
import { FileError } from '../../src/runtime/errors.js';

/** Decodes `name:bytes`; counts the bytes that are decoded at once. */
function decoderOf(workers: number) {
  const seen = { running: 0, most: 0 };
  const decoder: PictureDecoder = {
    workers,
    decode: async (path) => {
      const bytes = Number(path.split(':')[1]);
      seen.most = Math.max(seen.most, ++seen.running);
      await new Promise((resolve) => setTimeout(resolve));
      seen.running--;
      if (Number.isNaN(bytes)) throw new FileError(path, 'is no picture', 'leave it out');
      return { image: { width: bytes / 3, height: 1, data: new Uint8Array(bytes) }, seconds: 0 };
    },
  };
  return { decoder, seen };
}

async function groupsOf(files: readonly string[], workers: number) {
  const { decoder, seen } = decoderOf(workers);
  const unreadable: string[] = [];
  const groups: string[][] = [];
  const limits = { pictures: 4, bytes: 900 };
  for await (const group of decodedGroups(files, decoder, ({ path }) => unreadable.push(path), limits))
    groups.push(group.map(({ file }) => file));
  return { groups, unreadable, atOnce: seen.most };
}

test('small pictures: full groups, decoded side by side', async () => {
  const files = Array.from({ length: 10 }, (_, i) => `${i}:3`);
  const { groups, atOnce } = await groupsOf(files, 8);
  expect(groups.map(({ length }) => length)).toEqual([4, 4, 2]);
  expect(groups.flat()).toEqual(files);
  expect(atOnce).toBe(4);
});

test('large pictures end a group early, and fewer are decoded at once', async () => {
  const files = Array.from({ length: 5 }, (_, i) => `${i}:450`);
  const { groups, atOnce } = await groupsOf(files, 8);
  expect(groups.map(({ length }) => length)).toEqual([2, 2, 1]);
  expect(atOnce).toBeLessThanOrEqual(2);
  expect((await groupsOf(['a:9000', 'b:9000'], 8)).groups).toEqual([['a:9000'], ['b:9000']]);
});

test('unreadable pictures are reported and leave the others in order', async () => {
  const { groups, unreadable } = await groupsOf(['bad', 'a:3', 'worse', 'b:3'], 2);
  expect(groups).toEqual([['a:3', 'b:3']]);
  expect(unreadable).toEqual(['bad', 'worse']);
  expect((await groupsOf(['bad'], 2)).groups).toEqual([]);
});
