import { Buffer } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../src/data/decode.js';
import { loadImage } from '../../src/data/decode.node.js';
import { DEFAULT_IMAGE_LIMITS } from '../../src/data/image-limits.js';
import { inspectImage } from '../../src/data/inspect-image.js';
import { leastScanBytes } from '../../src/data/jpeg-scans.js';
import { FileError } from '../../src/runtime/errors.js';
import { tempFolder } from '../io/temp-folder.js';
import { bytesOf, fixtures } from './decode-cases.js';
import { jpegBytes, plainPng, pngBytes } from './pictures.js';

const gradient = (x: number, y: number) => [x * 7, y * 9, 90] as const;
const jpeg = jpegBytes(40, 30, gradient);
const png = pngBytes(20, 15, gradient);
const traps = Object.values(fixtures).map(({ file }) => bytesOf(file));

function chunk(type: string, content: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(content.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** A PNG with any header over any image data. */
function craftedPng(width: number, height: number, packed: Uint8Array, { colour = 2, depth = 8, interlace = 0 } = {}) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colour, 0, 0, interlace], 8);
  const parts = [png.subarray(0, 8), chunk('IHDR', header), chunk('IDAT', packed), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat(parts);
}

/** The JPEG with another size in its frame header. */
function resizedJpeg(width: number, height: number, file = jpeg): Buffer {
  const copy = Buffer.from(file);
  const frame = copy.indexOf(Buffer.of(0xff, 0xc0));
  copy.writeUInt16BE(height, frame + 5);
  copy.writeUInt16BE(width, frame + 7);
  return copy;
}

function patchedJpeg(offsetInFrame: number, value: number): Buffer {
  const copy = Buffer.from(jpeg);
  copy[copy.indexOf(Buffer.of(0xff, 0xc0)) + offsetInFrame] = value;
  return copy;
}

/** Start-of-scan segments without data, as many as asked for. */
function manyScans(count: number): Buffer {
  const progressive = patchedJpeg(1, 0xc2);
  const scan = progressive.indexOf(Buffer.of(0xff, 0xda));
  const one = progressive.subarray(scan, -2);
  return Buffer.concat([progressive.subarray(0, scan), ...Array(count).fill(one), Buffer.of(0xff, 0xd9)]);
}

async function failure(bytes: Uint8Array): Promise<string> {
  try {
    await decodeImage(bytes, 'a.jpg');
  } catch (error) {
    expect(error).toBeInstanceOf(FileError);
    return (error as Error).message;
  }
  throw new Error('was decoded');
}

describe('decodeImage refuses', () => {
  it.each<[string, Uint8Array, RegExp]>([
    ['an empty file', new Uint8Array(0), /is empty/],
    ['text', Buffer.from('<html>not found</html>'), /is not a picture; convert it to PNG or JPEG/],
    ['GIF', Buffer.from('GIF89a......'), /is GIF, which is not supported; convert/],
    ['WebP', Buffer.from('RIFF....WEBPVP8 '), /is WebP, which/],
    ['HEIC', Buffer.from('\0\0\0\x18ftypheic'), /is AVIF or HEIC, which/],
    ['a PNG cut in its data', png.subarray(0, 60), /is cut off/],
    ['a PNG without its end', png.subarray(0, -12), /is cut off/],
    ['a PNG with a damaged byte', Buffer.from(png).fill(0x55, 50, 51), /has damaged PNG data/],
    ['a PNG with a chunk as long as 4 GB', Buffer.from(png).fill(0xff, 33, 37), /is cut off/],
    ['a PNG of no size', craftedPng(0, 10, deflateSync('')), /its size is 0x10/],
    ['a PNG with impossible colours', craftedPng(1, 1, deflateSync(''), { depth: 16, colour: 3 }), /colour type 3/],
    ['a huge PNG', craftedPng(100_000, 100_000, deflateSync('')), /100000x100000 pixels are more than the limit/],
    ['a PNG with a large header and no data', craftedPng(8000, 8000, deflateSync('')), /too little image data/],
    ['a PNG with too few rows', craftedPng(9, 9, deflateSync(Buffer.alloc(100))), /too little image data/],
    [
      'an interlaced PNG with too little',
      craftedPng(9, 9, deflateSync('abc'), { interlace: 1 }),
      /too little image data/,
    ],
    ['a PNG without its palette', craftedPng(1, 1, deflateSync(Buffer.alloc(2)), { colour: 3 }), /palette not found/],
    ['a JPEG cut in its header', jpeg.subarray(0, 100), /is cut off/],
    ['a JPEG cut before its data', jpeg.subarray(0, jpeg.indexOf(Buffer.of(0xff, 0xda))), /cut off before the picture/],
    ['a JPEG cut in its data', jpeg.subarray(0, jpeg.length - 40), /is cut off/],
    ['a JPEG of no height', resizedJpeg(40, 0), /its size is 40x0/],
    ['a huge JPEG', resizedJpeg(65000, 65000), /65000x65000 pixels are more than the limit/],
    ['a JPEG with a large header and little data', resizedJpeg(8000, 7999), /is cut off/],
    ['a JPEG of 12 bits', patchedJpeg(4, 12), /has 12 bits per sample/],
    ['an arithmetic-coded JPEG', patchedJpeg(1, 0xc9), /is an arithmetic-coded JPEG/],
    ['a JPEG with impossible sampling', patchedJpeg(11, 0x05), /sampling factors 0x5/],
    ['a JPEG of two colours', patchedJpeg(9, 2), /has 2 colours; convert/],
    ['a JPEG with endless scans', manyScans(1000), /has 1000 scans/],
  ])('%s', async (_, bytes, message) => {
    expect(await failure(bytes)).toMatch(message);
    expect(await failure(bytes)).toMatch(/^a\.jpg: [^\n]*; [^\n]*$/);
  });

  it('takes a JPEG that lacks only its end marker, and bytes after the end', async () => {
    const [fromJpeg, fromPng] = [await decodeImage(jpeg, 'a'), await decodeImage(png, 'a')];
    expect(await decodeImage(jpeg.subarray(0, -2), 'a')).toEqual(fromJpeg);
    expect(await decodeImage(Buffer.concat([jpeg, png]), 'a')).toEqual(fromJpeg);
    expect(await decodeImage(Buffer.concat([png, jpeg]), 'a')).toEqual(fromPng);
    const strayBytes = Buffer.concat([jpeg.subarray(0, -2), Buffer.of(1, 2, 3), jpeg.subarray(-2)]);
    expect(await decodeImage(strayBytes, 'a')).toEqual(fromJpeg);
  });

  it('stops unpacking a PNG when its picture is complete', async () => {
    // What follows is damaged.
    const packed = deflateSync(Buffer.alloc(1e7)).fill(0xff, 4000);
    const image = await decodeImage(craftedPng(2, 2, packed, { interlace: 1 }), 'a');
    expect(image.data).toEqual(new Uint8Array(12));
  });

  it('sees by the least that each block takes, before it decodes, whether a JPEG can be as large as it says', async () => {
    const noise = jpegBytes(300, 200, (x, y) => [(x * 97 + y * 31) % 256, (x * y) % 256, (x * 13) % 256]);
    expect(() => inspectImage(resizedJpeg(4000, 4000, noise), 'a')).toThrow(/^a: is cut off; /);
    // As little data as there can be: flat pictures are sound.
    const flat = jpegBytes(800, 600, () => [90, 90, 90]);
    expect(await inspectImage(flat, 'a').decode()).toMatchObject({ width: 800, height: 600 });
    expect(() => inspectImage(resizedJpeg(1600, 1600, flat), 'a')).toThrow(/^a: is cut off; /);
    const tables = new Map([
      [0x01, 2],
      [0x11, 3],
    ]);
    const component = { id: 7, blocks: 80 };
    expect(leastScanBytes(Uint8Array.of(1, 7, 0x11, 0, 63, 0), [component], tables, false)).toBe(50);
    expect(leastScanBytes(Uint8Array.of(1, 7, 0x11, 0, 0, 0), [component], tables, true)).toBe(20);
    expect(leastScanBytes(Uint8Array.of(1, 7, 0x11, 1, 63, 0), [component], tables, true)).toBe(0);
  });

  it('never throws anything but a FileError and never returns a picture of another size', async () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
    const limits = { ...DEFAULT_IMAGE_LIMITS, maxPixels: 1e6 };
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(jpeg, png, ...traps),
        damage,
        fc.nat(),
        fc.boolean(),
        async (sound, changes, cut, whole) => {
          const bytes = Buffer.from(whole ? sound : sound.subarray(0, cut % sound.length));
          for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value;
          try {
            const image = await decodeImage(bytes, 'a', limits);
            expect(image.data.length).toBe(image.width * image.height * 3);
          } catch (error) {
            expect(error).toBeInstanceOf(FileError);
            expect((error as Error).message).not.toMatch(/undefined|Cannot read|Offset is|Buffer|DataView|\n/);
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('loadImage', () => {
  it('goes by the content, not by the name', async () => {
    const path = join(tempFolder(), 'a.jpg');
    writeFileSync(path, plainPng(3, 2));
    expect(await loadImage(path)).toMatchObject({ width: 3, height: 2 });
  });

  it('names missing files, folders, pipes and files over the limit', async () => {
    const folder = tempFolder();
    const path = join(folder, 'a.jpg');
    await expect(loadImage(path)).rejects.toThrow(`${path}: no such file or folder; check the path`);
    await expect(loadImage(folder)).rejects.toThrow('is a folder, not a plain file');
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    await expect(loadImage(join(folder, 'pipe'))).rejects.toThrow('is a pipe or device, not a plain file');
    writeFileSync(path, jpeg);
    await expect(loadImage(path, { maxPixels: 1e6, maxFileBytes: 100 })).rejects.toThrow('more than the limit of 100');
  });
});
