/** The protobuf wire format, as much of it as event files and ONNX models need. */
import { concatArrays } from '../runtime/concat-arrays.js';

export interface ProtobufField {
  number: number;
  /** Value of a varint (signed, as of an int64), float or double field. */
  value: number;
  /** Content of a length-delimited field (string, bytes, message, packed numbers); empty for others. */
  bytes: Uint8Array;
  delimited: boolean;
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
    const [value, end] = readVarint(view, position);
    position = end;
    return value;
  };
  while (position < message.length) {
    const key = varint();
    const number = Math.floor(key / 8);
    switch (key % 8) {
      case VARINT:
        yield { number, value: varint(), bytes: empty, delimited: false };
        break;
      case FIXED_64:
        yield { number, value: view.getFloat64(position, true), bytes: empty, delimited: false };
        position += 8;
        break;
      case FIXED_32:
        yield { number, value: view.getFloat32(position, true), bytes: empty, delimited: false };
        position += 4;
        break;
      case LENGTH_DELIMITED: {
        const length = varint();
        if (length < 0 || position + length > message.length) throw new RangeError(`field ${number} is cut off`);
        yield { number, value: 0, bytes: message.subarray(position, position + length), delimited: true };
        position += length;
        break;
      }
      default:
        throw new RangeError(`field ${number} has wire type ${key % 8}`);
    }
  }
}

/** The numbers of a packed field of varints. Throws RangeError where it is cut off. */
export function packedVarints(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values: number[] = [];
  for (let position = 0; position < bytes.length; ) {
    const [value, end] = readVarint(view, position);
    values.push(value);
    position = end;
  }
  return values;
}

/** Bytes of a varint that a double holds exactly. */
const EXACT = 7;

/** A signed 64-bit number, to the nearest double, and the position after it. */
function readVarint(view: DataView, start: number): [value: number, end: number] {
  let value = 0;
  let position = start;
  for (let scale = 1; ; scale *= 128) {
    const byte = view.getUint8(position++);
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) break;
    if (position - start === 10) throw new RangeError('a number has more than 64 bits');
  }
  if (position - start <= EXACT) return [value, position];
  let exact = 0n;
  for (let i = position - 1; i >= start; i--) exact = (exact << 7n) | BigInt(view.getUint8(i) & 0x7f);
  return [Number(BigInt.asIntN(64, exact)), position];
}

/** A varint field; `value` is a whole number of at most 53 bits. */
export function varintField(number: number, value: number): Uint8Array {
  return Uint8Array.from([...key(number, VARINT), ...varintBytes(value)]);
}

export function doubleField(number: number, value: number): Uint8Array {
  return fixed(key(number, FIXED_64), 8, (view, at) => view.setFloat64(at, value, true));
}

export function floatField(number: number, value: number): Uint8Array {
  return fixed(key(number, FIXED_32), 4, (view, at) => view.setFloat32(at, value, true));
}

export function stringField(number: number, text: string): Uint8Array {
  return messageField(number, new TextEncoder().encode(text));
}

/** A length-delimited field whose content is the given parts one after the other. */
export function messageField(number: number, ...parts: Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return concatArrays(Uint8Array, [messageHead(number, length), ...parts]);
}

/** What stands before the content of a length-delimited field. */
export function messageHead(number: number, length: number): Uint8Array {
  return Uint8Array.from([...key(number, LENGTH_DELIMITED), ...varintBytes(length)]);
}

const key = (number: number, wireType: number): number[] => varintBytes(number * 8 + wireType);

function fixed(head: readonly number[], width: number, set: (view: DataView, at: number) => void): Uint8Array {
  const bytes = new Uint8Array(head.length + width);
  bytes.set(head);
  set(new DataView(bytes.buffer), head.length);
  return bytes;
}

function varintBytes(value: number): number[] {
  if (value < 0) {
    const unsigned = BigInt.asUintN(64, BigInt(value));
    return Array.from({ length: 10 }, (_, i) => Number((unsigned >> BigInt(7 * i)) & 0x7fn) | (i < 9 ? 0x80 : 0));
  }
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return [...bytes, rest];
}
