/** A network of one channel does not see colours, and says so once. */
import { afterEach, expect, test, vi } from 'vitest';
import { noticeColours } from '../../src/cli/grey-notice.js';
import { buildArchitecture } from '../../src/models/registry.js';
import { fromGrey } from '../../src/picture/picture.js';

const grey = fromGrey(new Uint8Array([0, 9]), 2, 1);
const coloured = { ...grey, data: new Uint8Array([0, 0, 0, 9, 9, 8]) };
const decoder = {
  workers: 1,
  decode: async (path: string) => ({ image: path.startsWith('grey') ? grey : coloured, seconds: 0 }),
};

async function linesOf(inputChannels: 1 | 3): Promise<string[]> {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const noticing = noticeColours(decoder, buildArchitecture('small', { inputChannels }));
  for (const path of ['grey.png', 'photo.jpg', 'photo2.jpg']) await noticing.decode(path);
  return write.mock.calls.map(([line]) => String(line));
}

afterEach(() => vi.restoreAllMocks());

test('at the first picture with colours', async () => {
  expect(await linesOf(1)).toEqual([
    expect.stringMatching(
      /^photo\.jpg: has colours, and this small reads grey pictures: all are turned grey .*--channels 3/,
    ),
  ]);
});

test('not where colours are seen', async () => expect(await linesOf(3)).toEqual([]));
