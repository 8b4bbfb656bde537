import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../src/data/decode.browser.js';
import { FileError } from '../../src/runtime/errors.js';
import fixtures from '../fixtures/images.json';

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Browsers round transparent pixels on their way through a canvas, and do not agree on CMYK without a profile. */
function tolerance(name: string): number {
  if (/rgba|alpha|transparent/.test(name)) return 3;
  if (/cmyk|ycck/.test(name)) return 60;
  return name.startsWith('png') ? 1 : 6;
}

describe('decodeImage in the browser', () => {
  it.each(Object.entries(fixtures))('%s agrees with Pillow', async (name, fixture) => {
    const image = await decodeImage(bytesOf(fixture.file), name);
    expect([image.width, image.height]).toEqual([fixture.width, fixture.height]);
    const expected = await inflate(bytesOf(fixture.pixels));
    const worst = expected.reduce((max, value, i) => Math.max(max, Math.abs(value - image.data[i]!)), 0);
    expect(worst).toBeLessThanOrEqual(tolerance(name));
  });

  it('refuses what Node refuses', async () => {
    const file = bytesOf(fixtures['png-rgba'].file);
    const limits = { maxPixels: 100, maxFileBytes: 1e6 };
    await expect(decodeImage(file, 'a.png', limits)).rejects.toThrow(/37x22 pixels are more than the limit of 100/);
    await expect(decodeImage(file.slice(0, 80), 'a.png')).rejects.toThrow(/^a\.png: is cut off; /);
    await expect(decodeImage(Uint8Array.of(1, 2, 3), 'a.png')).rejects.toBeInstanceOf(FileError);
    await expect(decodeImage(file.fill(9, 45, 70), 'a.png')).rejects.toThrow(/^a\.png: has damaged PNG data; /);
  });
});
