import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeImageSync } from '../../src/data/decode.node.js';

interface Fixture {
  width: number;
  height: number;
  file: string;
  pixels: string;
}

const fixtures = JSON.parse(readFileSync(new URL('../fixtures/images.json', import.meta.url), 'utf8')) as Record<
  string,
  Fixture
>;

/** Largest and mean difference allowed: none for PNG; a rounding of the transforms for JPEG, more where colour is subsampled. */
function tolerance(name: string): [max: number, mean: number] {
  if (name.startsWith('png'))
    return name.includes('alpha') || name.includes('rgba') || name.includes('16') ? [1, 1] : [0, 0];
  if (/42[02]/.test(name)) return [16, 3];
  return name === 'jpeg-cmyk' || name === 'jpeg-ycck' ? [8, 3] : [5, 1.5];
}

describe('decodeImageSync', () => {
  it.each(Object.entries(fixtures))('%s agrees with Pillow', (name, fixture) => {
    const image = decodeImageSync(Buffer.from(fixture.file, 'base64'), name);
    expect([image.width, image.height]).toEqual([fixture.width, fixture.height]);
    const expected = inflateSync(Buffer.from(fixture.pixels, 'base64'));
    expect(image.data.length).toBe(expected.length);
    const differences = Array.from(expected, (value, i) => Math.abs(value - image.data[i]!));
    const [max, mean] = tolerance(name);
    expect(Math.max(...differences)).toBeLessThanOrEqual(max);
    expect(differences.reduce((a, b) => a + b, 0) / differences.length).toBeLessThanOrEqual(mean);
  });
});
