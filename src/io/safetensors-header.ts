import { FileError } from '../runtime/errors.js';
import { quoted } from '../runtime/quote.js';
import { duplicateJsonKey } from './json-keys.js';

/** Bytes an element takes, by the format's name of the type. */
export const ELEMENT_BYTES = {
  F64: 8,
  I64: 8,
  F32: 4,
  I32: 4,
  U32: 4,
  F16: 2,
  BF16: 2,
  I16: 2,
  U16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
};

export type SafetensorsDType = keyof typeof ELEMENT_BYTES;

/** Where one tensor lies; `begin` and `end` are bytes from the start of the file. */
export interface SafetensorsEntry {
  dtype: SafetensorsDType;
  shape: number[];
  begin: number;
  end: number;
}

export interface SafetensorsHeader {
  entries: Map<string, SafetensorsEntry>;
  metadata: Record<string, string>;
}

/** The format's own limit on the header, against files that ask for endless memory. */
const MAX_HEADER_BYTES = 100_000_000;
/** Bytes before the header: its length as a little-endian u64. */
export const PREFIX_BYTES = 8;
/** How files of torch.save begin: as archives, or with the pickle of a certain number. */
const TORCH = [
  [0x50, 0x4b, 0x03, 0x04],
  [0x80, 0x02, 0x8a, 0x0a],
];
const WAY_OUT = 'the file is damaged or no safetensors file, get it again';

/** Length of the JSON header from the first 8 bytes, checked against the size of the file. Throws FileError. */
export function headerLength(prefix: Uint8Array, fileBytes: number, file: string): number {
  if (fileBytes < PREFIX_BYTES || prefix.length < PREFIX_BYTES) {
    throw new FileError(file, `${fileBytes} bytes are too few for a safetensors file`, WAY_OUT);
  }
  const length = new DataView(prefix.buffer, prefix.byteOffset).getBigUint64(0, true);
  const available = fileBytes - PREFIX_BYTES;
  if (length > BigInt(Math.min(available, MAX_HEADER_BYTES)) || length < 2n) {
    if (TORCH.some((start) => start.every((byte, i) => prefix[i] === byte)))
      throw new FileError(file, 'is a file of PyTorch', '`sppgpu convert` makes safetensors of it');
    const limit = `${available} bytes follow, at most ${MAX_HEADER_BYTES} are allowed`;
    throw new FileError(file, `header length ${length} is impossible (${limit})`, WAY_OUT);
  }
  return Number(length);
}

/**
 * Parses and checks the JSON header: known types, shapes without overflow, byte ranges that match the shapes and cover the
 * rest of the file without holes or overlaps, no name twice. Throws FileError with the tensor's name.
 */
export function parseHeader(json: Uint8Array, fileBytes: number, file: string): SafetensorsHeader {
  const dataStart = PREFIX_BYTES + json.length;
  const record = parseObject(json, file);
  const entries = new Map<string, SafetensorsEntry>();
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(record)) {
    if (name === '__metadata__') metadata = parseMetadata(value, file);
    else entries.set(name, parseEntry(name, value, dataStart, fileBytes, file));
  }
  checkCover(entries, dataStart, fileBytes, file);
  return { entries, metadata };
}

function parseObject(json: Uint8Array, file: string): Record<string, unknown> {
  let record: unknown;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(json);
    record = JSON.parse(text);
  } catch {
    throw new FileError(file, 'the header is not valid JSON', WAY_OUT);
  }
  if (!isObject(record)) throw new FileError(file, 'the header is not a JSON object', WAY_OUT);
  const twice = duplicateJsonKey(text);
  if (twice !== undefined) throw new FileError(file, `the header has ${quoted(twice)} twice`, WAY_OUT);
  return record;
}

function parseMetadata(value: unknown, file: string): Record<string, string> {
  if (!isObject(value) || Object.values(value).some((item) => typeof item !== 'string')) {
    throw new FileError(file, '__metadata__ is not a map from string to string', WAY_OUT);
  }
  return value as Record<string, string>;
}

function parseEntry(
  name: string,
  value: unknown,
  dataStart: number,
  fileBytes: number,
  file: string,
): SafetensorsEntry {
  const fail = (problem: string) => new FileError(file, `tensor ${quoted(name)}: ${problem}`, WAY_OUT);
  if (!isObject(value)) throw fail('its record is not an object');
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string' || !Object.hasOwn(ELEMENT_BYTES, dtype)) {
    throw fail(`type ${quoted(dtype)} is not one of ${Object.keys(ELEMENT_BYTES).join(', ')}`);
  }
  if (!isCountArray(shape)) throw fail(`shape ${quoted(shape)} is not a list of whole numbers`);
  if (!isCountArray(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) {
    throw fail(`data_offsets ${quoted(offsets)} is not [begin, end]`);
  }
  const begin = dataStart + offsets[0]!;
  const end = dataStart + offsets[1]!;
  if (end > fileBytes) throw fail(`ends at byte ${end} of a file of ${fileBytes}`);
  const type = dtype as SafetensorsDType;
  const bytes = shape.reduce((size, length) => size * length, ELEMENT_BYTES[type]);
  if (!Number.isSafeInteger(bytes)) throw fail(`shape ${quoted(shape)} is too large`);
  if (bytes !== end - begin)
    throw fail(`${type} ${quoted(shape)} needs ${bytes} bytes, data_offsets give ${end - begin}`);
  return { dtype: type, shape, begin, end };
}

function checkCover(entries: Map<string, SafetensorsEntry>, dataStart: number, fileBytes: number, file: string): void {
  let position = dataStart;
  const inOrder = [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  for (const [name, entry] of inOrder) {
    if (entry.begin !== position) {
      const problem = entry.begin < position ? 'overlaps the tensor before it' : 'leaves a hole before it';
      throw new FileError(file, `tensor ${quoted(name)} ${problem}`, WAY_OUT);
    }
    position = entry.end;
  }
  if (position !== fileBytes) {
    throw new FileError(file, `${fileBytes - position} bytes after the last tensor belong to none`, WAY_OUT);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCountArray(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}
