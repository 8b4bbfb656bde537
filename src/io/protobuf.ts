/** The protobuf wire format, as much of it as event files and ONNX models need. */
import { concatArrays } from '../runtime/concat-arrays.js';

export interface ProtobufField {
  number: number;
  /** Value of a varint, float or double field. */
  value: number;
  /** Content of a length-delimited field (string, bytes, message). */
  bytes: Uint8Array;
}

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

/** Fields of a message in order. Throws RangeError where the message is cut off or has an unknown wire type. */
export function* protobufFields(message: Uint8Array): Generator<ProtobufField> {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const empty = message.subarray(0, 0);
  let position = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = view.getUint8(position++);
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  while (position < message.length) {
    const key = varint();
    const number = Math.floor(key / 8);
    switch (key % 8) {
      case VARINT:
        yield { number, value: varint(), bytes: empty };
        break;
      case FIXED_64:
        yield { number, value: view.getFloat64(position, true), bytes: empty };
        position += 8;
        break;
      case FIXED_32:
        yield { number, value: view.getFloat32(position, true), bytes: empty };
        position += 4;
        break;
      case LENGTH_DELIMITED: {
        const length = varint();
        if (position + length > message.length) throw new RangeError(`field ${number} is cut off`);
        yield { number, value: 0, bytes: message.subarray(position, position + length) };
        position += length;
        break;
      }
      default:
        throw new RangeError(`field ${number} has wire type ${key % 8}`);
    }
  }
}

/** A varint field; `value` is a whole number 0 .. 2^53 - 1. */
export function varintField(number: number, value: number): Uint8Array {
  return Uint8Array.from([number * 8 + VARINT, ...varintBytes(value)]);
}

export function doubleField(number: number, value: number): Uint8Array {
  const bytes = new Uint8Array(9);
  bytes[0] = number * 8 + FIXED_64;
  new DataView(bytes.buffer).setFloat64(1, value, true);
  return bytes;
}

export function floatField(number: number, value: number): Uint8Array {
  const bytes = new Uint8Array(5);
  bytes[0] = number * 8 + FIXED_32;
  new DataView(bytes.buffer).setFloat32(1, value, true);
  return bytes;
}

export function stringField(number: number, text: string): Uint8Array {
  return messageField(number, new TextEncoder().encode(text));
}

/** A length-delimited field whose content is the given parts one after the other. */
export function messageField(number: number, ...parts: Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return concatArrays(Uint8Array, [Uint8Array.from([number * 8 + LENGTH_DELIMITED, ...varintBytes(length)]), ...parts]);
}

function varintBytes(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return [...bytes, rest];
}
