import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../src/data/decode.js';
import { FileError } from '../../src/runtime/errors.js';
import { bytesOf, decodeCases, fixtures } from './decode-cases.js';

/** The browser's own decoder, a second opinion: it is built on the same libraries, but mixes and rounds in its own way. */
async function browserPixels(bytes: Uint8Array<ArrayBuffer>): Promise<ImageData> {
  const bitmap = await createImageBitmap(new Blob([bytes]), { colorSpaceConversion: 'none', premultiplyAlpha: 'none' });
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height);
}

const opaque = Object.entries(fixtures).filter(([name]) => !/rgba|alpha|transparent|cmyk|ycck/.test(name));

describe('decodeImage in the browser', () => {
  decodeCases();

  it.each(opaque)("%s as the browser's own decoder sees it", async (name, fixture) => {
    const bytes = bytesOf(fixture.file);
    const image = await decodeImage(bytes, name);
    const own = await browserPixels(bytes);
    expect([own.width, own.height]).toEqual([image.width, image.height]);
    const worst = image.data.reduce((max, value, i) => {
      return Math.max(max, Math.abs(value - own.data[4 * Math.floor(i / 3) + (i % 3)]!));
    }, 0);
    expect(worst).toBeLessThanOrEqual(1);
  });

  it('refuses what Node refuses', async () => {
    const file = bytesOf(fixtures['png-rgba']!.file);
    const limits = { maxPixels: 100, maxFileBytes: 1e6 };
    await expect(decodeImage(file, 'a.png', limits)).rejects.toThrow(/37x22 pixels are more than the limit of 100/);
    await expect(decodeImage(file.slice(0, 80), 'a.png')).rejects.toThrow(/^a\.png: is cut off; /);
    await expect(decodeImage(Uint8Array.of(1, 2, 3), 'a.png')).rejects.toBeInstanceOf(FileError);
    await expect(decodeImage(file.fill(9, 45, 70), 'a.png')).rejects.toThrow(/^a\.png: has damaged PNG data /);
  });
});
