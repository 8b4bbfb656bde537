import { SppgpuError } from '../runtime/errors.js';
import { fromHalf, toHalf } from '../tensor/half.js';
import type { SafetensorsDType } from './safetensors-header.js';

export type ElementArray =
  | Float32Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>;

/** All 65,536 halves as f32, made at first use: decoding a file is then one look-up an element. */
let halves: Float32Array | undefined;

/** Elements from a buffer of little-endian bytes, which the result may keep; F16, BF16 and F64 become f32. */
export function decodeElements(dtype: SafetensorsDType, buffer: ArrayBuffer): ElementArray {
  switch (dtype) {
    case 'F32':
      return new Float32Array(buffer);
    case 'F64':
      return Float32Array.from(new Float64Array(buffer));
    case 'F16':
      return decodeHalves(new Uint16Array(buffer));
    case 'BF16':
      return decodeBfloats(new Uint16Array(buffer));
    case 'I64':
      return new BigInt64Array(buffer);
    case 'I32':
      return new Int32Array(buffer);
    case 'U32':
      return new Uint32Array(buffer);
    case 'I16':
      return new Int16Array(buffer);
    case 'U16':
      return new Uint16Array(buffer);
    case 'I8':
      return new Int8Array(buffer);
    case 'U8':
    case 'BOOL':
      return new Uint8Array(buffer);
  }
}

/** Little-endian bytes of `data` stored as `dtype`; f32 data may be narrowed to F16 or BF16, nothing else converts. */
export function encodeElements(dtype: SafetensorsDType, data: ElementArray): Uint8Array {
  if (data instanceof Float32Array && dtype === 'F16') return bytesOf(Uint16Array.from(data, toHalf));
  if (data instanceof Float32Array && dtype === 'BF16') return bytesOf(Uint16Array.from(data, toBfloat));
  if (dtype !== storedType(data) && !(dtype === 'BOOL' && data instanceof Uint8Array)) {
    throw new SppgpuError(`safetensors: ${data.constructor.name} cannot be stored as ${dtype}; convert it first`);
  }
  return bytesOf(data);
}

/** The format's type for an array as it is. @throws TypeError for what is none. */
export function storedType(data: ElementArray): SafetensorsDType {
  if (data instanceof Float32Array) return 'F32';
  if (data instanceof Int32Array) return 'I32';
  if (data instanceof Uint32Array) return 'U32';
  if (data instanceof Int16Array) return 'I16';
  if (data instanceof Uint16Array) return 'U16';
  if (data instanceof Int8Array) return 'I8';
  if (data instanceof Uint8Array) return 'U8';
  if (data instanceof BigInt64Array) return 'I64';
  const given = (data as object | null | undefined)?.constructor?.name ?? String(data);
  throw new TypeError(
    `safetensors: data cannot be ${given}; give a Float32Array or an array of integers (read a Tensor with data())`,
  );
}

function decodeHalves(bits: Uint16Array): Float32Array<ArrayBuffer> {
  halves ??= Float32Array.from({ length: 0x10000 }, (_, half) => fromHalf(half));
  const values = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) values[i] = halves[bits[i]!]!;
  return values;
}

/** A bfloat is the upper half of an f32. */
function decodeBfloats(bits: Uint16Array): Float32Array<ArrayBuffer> {
  return new Float32Array(Uint32Array.from(bits, (half) => half << 16).buffer);
}

const f32 = new Float32Array(1);
const u32 = new Uint32Array(f32.buffer);

/** Round to nearest even; NaN stays NaN. */
function toBfloat(value: number): number {
  f32[0] = value;
  const bits = u32[0]!;
  if (Number.isNaN(value)) return (bits >>> 16) | 0x40;
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

function bytesOf(data: ElementArray): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
