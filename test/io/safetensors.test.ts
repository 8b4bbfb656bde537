import { readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asFloat32 } from '../../src/io/float32.js';
import { parseSafetensors, serializeSafetensors, type TensorToStore } from '../../src/io/safetensors.js';
import { loadSafetensors, SafetensorsFile, saveSafetensors } from '../../src/io/safetensors.node.js';
import { FileError, SppgpuError } from '../../src/runtime/errors.js';
import { tempFolder } from './temp-folder.js';

/** A file from a header written by hand. */
function file(header: string | object, dataBytes: number, length?: bigint): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

const f32 = (shape: unknown, begin: unknown, end: unknown) => ({ dtype: 'F32', shape, data_offsets: [begin, end] });

describe('safetensors', () => {
  it('reads back what it wrote, for every type', () => {
    const tensors: [string, TensorToStore][] = [
      ['f32', { shape: [2, 2], data: Float32Array.of(1, -0, Number.NaN, Infinity) }],
      ['half', { dtype: 'F16', shape: [3], data: Float32Array.of(1, 65504, 6e-8) }],
      ['bfloat', { dtype: 'BF16', shape: [4], data: Float32Array.of(1, -2.5, 3e38, Number.NaN) }],
      ['i64', { shape: [1], data: BigInt64Array.of(-(2n ** 60n)) }],
      ['i32', { shape: [1, 1], data: Int32Array.of(-7) }],
      ['u32', { shape: [2], data: Uint32Array.of(0, 4294967295) }],
      ['i16', { shape: [1], data: Int16Array.of(-3) }],
      ['u16', { shape: [1], data: Uint16Array.of(65535) }],
      ['i8', { shape: [1], data: Int8Array.of(-3) }],
      ['u8', { shape: [3], data: Uint8Array.of(1, 2, 255) }],
      ['bool', { dtype: 'BOOL', shape: [1], data: Uint8Array.of(1) }],
      ['empty', { shape: [0, 4], data: new Float32Array(0) }],
      ['scalar', { shape: [], data: Float32Array.of(3) }],
    ];
    const { tensors: read, metadata } = parseSafetensors(serializeSafetensors(tensors, { format: 'test', 'ä"': '\n' }));
    expect(metadata).toEqual({ format: 'test', 'ä"': '\n' });
    expect([...read.keys()].sort()).toEqual(tensors.map(([name]) => name).sort());
    for (const [name, { shape, data }] of tensors) {
      expect(read.get(name)!.shape).toEqual(shape);
      if (!['half', 'bfloat'].includes(name)) expect(read.get(name)!.data).toEqual(data);
    }
    expect([...read.get('half')!.data]).toEqual([1, 65504, 2 ** -24]);
    expect([...read.get('bfloat')!.data]).toEqual([1, -2.5, expect.closeTo(3e38, -37), Number.NaN]);
    expect(read.get('half')!.dtype).toBe('F16');
    expect(asFloat32(read.get('u8')!, 'u8', 'x')).toEqual(Float32Array.of(1, 2, 255));
    expect(() => asFloat32(read.get('i64')!, 'i64', 'x')).toThrow(FileError);
  });

  it('reads the Buffers of node:fs, whose slices share memory', () => {
    const written = serializeSafetensors([
      ['a', { shape: [1], data: Float32Array.of(1.5) }],
      ['b', { shape: [2], data: Float32Array.of(2, 3) }],
    ]);
    const { tensors } = parseSafetensors(Buffer.from(written));
    expect(tensors.get('b')!.data).toEqual(Float32Array.of(2, 3));
  });

  it('round-trips any names and shapes, whatever the alignment of the bytes', () => {
    const tensor = fc
      .array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 })
      .map((shape) => ({ shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(shape.length) }));
    const name = fc.string({ maxLength: 8 }).filter((text) => text !== '__metadata__');
    fc.assert(
      fc.property(fc.dictionary(name, tensor), fc.nat(7), (record, shift) => {
        const written = serializeSafetensors(Object.entries(record));
        const moved = new Uint8Array(written.length + shift).subarray(shift);
        moved.set(written);
        const { tensors } = parseSafetensors(moved);
        expect(Object.fromEntries([...tensors].map(([key, { shape, data }]) => [key, { shape, data }]))).toEqual(
          Object.fromEntries(Object.entries(record)),
        );
      }),
    );
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['empty file', new Uint8Array(0), /0 bytes are too few/],
    ['header longer than the file', file('{}', 0, 1000n), /header length 1000 is impossible/],
    ['absurd header length', file('{}', 0, 2n ** 64n - 1n), /header length 18446744073709551615 is impossible/],
    ['no JSON', file('{"a":', 0), /not valid JSON/],
    ['bad UTF-8', file('{"a":', 0).fill(0xff, 8), /not valid JSON/],
    ['JSON list', file('[]', 0), /not a JSON object/],
    ['deep nesting', file(`{"a":${'['.repeat(100000)}${']'.repeat(100000)}}`, 0), /"a"|not valid JSON/],
    ['name twice', file('{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\\u0061":{}}', 0), /has "a" twice/],
    ['metadata not strings', file({ __metadata__: { a: 1 } }, 0), /__metadata__ is not a map/],
    ['unknown type', file({ a: { dtype: 'F128', shape: [1], data_offsets: [0, 4] } }, 4), /type "F128" is not one of/],
    ['type of a prototype', file({ a: { dtype: 'toString', shape: [], data_offsets: [0, 4] } }, 4), /is not one of/],
    ['record is no object', file({ a: 5 }, 0), /"a": its record is not an object/],
    ['negative shape', file({ a: f32([-1], 0, 4) }, 4), /shape \[-1\] is not a list of whole numbers/],
    ['overflowing shape', file({ a: f32([2 ** 52, 2 ** 52], 0, 4) }, 4), /shape \[\d+,\d+\] is too large/],
    ['infinite times zero', file({ a: f32([...Array(40).fill(2 ** 52), 0], 0, 0) }, 0), /is too large/],
    ['offsets reversed', file({ a: f32([1], 4, 0) }, 4), /is not \[begin, end\]/],
    ['beyond the end', file({ a: f32([2], 0, 8) }, 4), /ends at byte \d+ of a file of \d+/],
    ['size against shape', file({ a: f32([2], 0, 4) }, 4), /F32 \[2\] needs 8 bytes, data_offsets give 4/],
    ['overlap', file({ a: f32([1], 0, 4), b: f32([1], 2, 6) }, 6), /"b" overlaps the tensor before it/],
    ['hole', file({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12), /"b" leaves a hole/],
    ['bytes left over', file({ a: f32([1], 0, 4) }, 9), /5 bytes after the last tensor/],
  ])('refuses: %s', (_, bytes, message) => {
    const parse = () => parseSafetensors(bytes, 'w.safetensors');
    expect(parse).toThrow(FileError);
    expect(parse).toThrow(message);
    expect(parse).toThrow(/^w\.safetensors: [^\n]*; the file is damaged/);
  });

  it('never throws anything but a FileError on damaged bytes', () => {
    const sound = serializeSafetensors([['weight', { shape: [2], data: Float32Array.of(1, 2) }]], { a: 'b' });
    fc.assert(
      fc.property(fc.nat(sound.length - 1), fc.nat(255), fc.nat(sound.length), (at, value, length) => {
        const damaged = sound.slice(0, length);
        if (at < length) damaged[at] = value;
        try {
          parseSafetensors(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(FileError);
        }
      }),
    );
  });

  it('refuses to store what does not fit', () => {
    const data = Float32Array.of(1);
    expect(() => serializeSafetensors([['a', { shape: [2], data }]])).toThrow(
      /"a": shape \[2\] does not hold 1 elements/,
    );
    expect(() => serializeSafetensors([['__metadata__', { shape: [1], data }]])).toThrow(SppgpuError);
    expect(() => serializeSafetensors([['a', { dtype: 'I32', shape: [1], data }]])).toThrow(/cannot be stored as I32/);
  });

  it('saves tensors one by one and reads single ones', async () => {
    const path = join(tempFolder(), 'w.safetensors');
    const data = Float32Array.from({ length: 1000 }, (_, i) => i);
    await saveSafetensors(
      path,
      [
        ['later', { dtype: 'F32', shape: [1000], data: async () => data }],
        ['now', { shape: [2], data: Int32Array.of(1, 2) }],
      ],
      { epoch: '3' },
    );
    await using opened = await SafetensorsFile.open(path);
    expect(opened.header.metadata).toEqual({ epoch: '3' });
    expect((await opened.read('later')).data).toEqual(data);
    await expect(opened.read('none')).rejects.toThrow(/has no tensor "none"; it has later, now/);
    const some = await loadSafetensors(path, (name) => name === 'now');
    expect([...some.tensors.keys()]).toEqual(['now']);
  });

  it('keeps the old file when a readback fails, and passes its error through', async () => {
    const folder = tempFolder();
    const path = join(folder, 'w.safetensors');
    await saveSafetensors(path, [['a', { shape: [1], data: Float32Array.of(1) }]]);
    const lost = () => Promise.reject(new SppgpuError('device lost'));
    await expect(saveSafetensors(path, [['a', { dtype: 'F32', shape: [1], data: lost }]])).rejects.toThrow(
      /^device lost$/,
    );
    expect((await loadSafetensors(path)).tensors.get('a')!.data).toEqual(Float32Array.of(1));
    expect(readdirSync(folder)).toEqual(['w.safetensors']);
  });

  it('names the file that is missing, a folder, or cut short', async () => {
    const folder = tempFolder();
    const path = join(folder, 'w.safetensors');
    await expect(loadSafetensors(path)).rejects.toThrow(`${path}: no such file or folder; check the path`);
    await expect(loadSafetensors(folder)).rejects.toThrow(FileError);
    await saveSafetensors(path, [['a', { shape: [8], data: new Float32Array(8) }]]);
    truncateSync(path, statSync(path).size - 1);
    await expect(loadSafetensors(path)).rejects.toThrow(/ends at byte/);
    writeFileSync(path, '');
    await expect(loadSafetensors(path)).rejects.toThrow(/too few/);
  });
});
