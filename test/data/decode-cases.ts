/** Every kind of file, decoded in Node and in the browser by the same tests. */
import { expect, it } from 'vitest';
import { decodeImage } from '../../src/data/decode.js';
import traps from '../fixtures/decoder-traps.json';
import images from '../fixtures/images.json';

interface Fixture {
  readonly width: number;
  readonly height: number;
  /** Base64 of the file, and of its deflated pixels as another reader sees them. */
  readonly file: string;
  readonly pixels: string;
}

export const fixtures: Readonly<Record<string, Fixture>> = { ...images, ...traps };

export const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Readers round differently where colours are mixed with white, or inks are turned into light; otherwise all bytes agree. */
const tolerance = (name: string) => (/rgba|alpha|transparent|16bit|adobe-rgb|cmyk|ycck/.test(name) ? 1 : 0);

/** SHA-256 (its first 8 bytes) of the pixels where other readers round differently: Node and browsers must agree there too. */
const hashes: Readonly<Record<string, string>> = {
  'jpeg-adobe-rgb': '8ff166ab421cf4f9',
  'jpeg-cmyk': 'd1b6593e978de013',
  'jpeg-ycck': '9ba761cc1e06d6ce',
  'png-palette-transparent': '480b7741b5b8de37',
  'png-grey-alpha': 'dc384975f75ad1ff',
  'png-rgba': '6d196587402081a8',
  'png-rgb-16bit': '063d9cd126fcb1d1',
};

/** Each kind of file against the pixels of Pillow or djpeg. */
export function decodeCases(): void {
  it.each(Object.entries(fixtures))('%s as other readers see it', async (name, fixture) => {
    const image = await decodeImage(bytesOf(fixture.file), name);
    expect([image.width, image.height]).toEqual([fixture.width, fixture.height]);
    const expected = await inflate(bytesOf(fixture.pixels));
    expect(image.data.length).toBe(expected.length);
    const worst = expected.reduce((max, value, i) => Math.max(max, Math.abs(value - image.data[i]!)), 0);
    expect(worst).toBeLessThanOrEqual(tolerance(name));
    if (tolerance(name) === 0) return;
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(image.data)));
    const hex = Array.from(hash.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
    expect(hex).toBe(hashes[name]);
  });
}
