/** The wire format of protobuf, and messages described by schemas: what event files and ONNX models are made of. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packedVarints, protobufFields, stringField, varintField } from '../../src/io/protobuf.js';
import { decodeMessage, encodedBytes, encodeMessage, type Schema } from '../../src/io/protobuf-message.js';
import { concatArrays } from '../../src/runtime/concat-arrays.js';

const PART = { name: { number: 1, type: 'text' } } as const satisfies Schema;
const WHOLE = {
  count: { number: 1, type: 'int' },
  sizes: { number: 2, type: 'int', many: true },
  values: { number: 3, type: 'float', many: true },
  raw: { number: 4, type: 'bytes' },
  parts: { number: 5, type: PART, many: true },
  precise: { number: 300, type: 'double' },
} as const satisfies Schema;

async function bytesOf(message: Parameters<typeof encodeMessage<typeof WHOLE>>[1]): Promise<Uint8Array> {
  return encodedBytes(encodeMessage(WHOLE, message));
}

test.each([0, 1, 127, 128, 2 ** 32, 2 ** 53 - 1, -1, -7, -(2 ** 53) + 1])('a whole number %d comes back', (value) => {
  expect([...protobufFields(varintField(9, value))]).toMatchObject([{ number: 9, value, delimited: false }]);
  expect(packedVarints(varintField(9, value).subarray(1))).toEqual([value]);
});

test('a message comes back, with what is read when it is written', async () => {
  const raw = Uint8Array.of(1, 2, 3);
  const message = {
    count: -3,
    sizes: [1, -1, 300],
    values: [0.5, -2],
    parts: [{ name: 'a' }, { name: 'ü' }],
    precise: Math.PI,
  };
  const bytes = await bytesOf({ ...message, raw: { length: 3, load: async () => raw } });
  expect(decodeMessage(WHOLE, bytes)).toEqual({ ...message, raw });
});

test('packed numbers are those that stand alone; an empty list is one; other fields are skipped', () => {
  const packed = Uint8Array.of(0x12, 3, 1, 0xac, 2, 0x10, 7, 0x12, 0, 0x1a, 4, 0, 0, 0, 0x3f);
  const bytes = concatArrays(Uint8Array, [packed, stringField(77, 'unknown')]);
  expect(decodeMessage(WHOLE, bytes)).toMatchObject({ sizes: [1, 300, 7], values: [0.5], parts: [], count: undefined });
});

describe('bytes of others', () => {
  test.each([
    ['a field longer than the file', [0x22, 5, 1]],
    ['a negative length', [0x22, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]],
    ['an endless number', [0x08, ...new Array<number>(11).fill(0x80)]],
    ['a number that ends in the middle', [0x08, 0x80]],
    ['an unknown wire type', [0x0b]],
    ['half a float', [0x1a, 3, 0, 0, 0]],
  ])('%s is a RangeError', (_, bytes) => {
    expect(() => decodeMessage(WHOLE, Uint8Array.from(bytes))).toThrow(RangeError);
  });

  test('a small file cannot ask for much more memory than it has bytes', () => {
    const many = new Uint8Array(2 * (2 ** 18 + 1));
    for (let i = 0; i < many.length; i += 2) many[i] = 0x2a;
    expect(() => decodeMessage(WHOLE, many)).toThrow('it has more parts than any network');
  });

  test('whatever they are, they are a message or a RangeError', async () => {
    const sound = await bytesOf({ count: 3, sizes: [1, 2], values: [1], parts: [{ name: 'a' }], precise: 1 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(sound.length), fc.nat(255)), { maxLength: 4 }),
        fc.nat(60),
        (changes, end) => {
          const bytes = sound.slice(0, end);
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
          try {
            decodeMessage(WHOLE, bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
