import type { FileHandle } from 'node:fs/promises';
import { FileError } from '../../runtime/errors.js';
import { quoted } from '../../runtime/quote.js';
import { PickleCut, readPickle } from '../pickle.js';
import { ELEMENT_BYTES } from '../safetensors-header.js';
import { inPython } from './in-python.js';
import { type PickledStorage, torchCalls } from './pickled-tensor.js';
import { wayOutOf } from './state-dict.js';
import type { Storages } from './storages.js';

/** The first pickle of every such file. */
const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;
/** Pickles of large networks have tens of kilobytes; a whole checkpoint's have megabytes. */
const HEADS = [2 ** 22, 2 ** 28];
/** One read call takes less than 2 GiB. */
const MAX_READ = 2 ** 30;
const DAMAGED = 'it is damaged, get it again';

/**
 * What a torch.save before PyTorch 1.6 wrote, torchvision's older weights among them: five pickles (a magic number, the
 * version, the machine, the value, the keys of its storages), then each storage as its number of elements and those.
 */
export async function readOldFile(
  handle: FileHandle,
  path: string,
): Promise<{ readonly value: unknown; readonly storages: Storages }> {
  const { size } = await handle.stat();
  for (const most of HEADS) {
    const head = await bytesAt(handle, path, 0, Math.min(size, most));
    try {
      const { value, keys, types, end } = readHead(head, path);
      const places = await placesOf(handle, path, { keys, types, start: end, size });
      return { value, storages: storagesAt(handle, path, places) };
    } catch (error) {
      if (!(error instanceof PickleCut) || size <= most) throw error;
    }
  }
  throw new FileError(path, 'its pickle is too large', inPython(path));
}

/** Whether a file begins as such a file does. */
export async function isOldFile(handle: FileHandle): Promise<boolean> {
  const bytes = new Uint8Array(64);
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
  try {
    return readPickle(bytes.subarray(0, bytesRead), '', { calls: {} }).value === MAGIC;
  } catch {
    return false;
  }
}

interface Head {
  readonly value: unknown;
  /** The storages in the order of the file. */
  readonly keys: readonly string[];
  readonly types: ReadonlyMap<string, PickledStorage>;
  /** The place behind the pickles. */
  readonly end: number;
}

function readHead(head: Uint8Array, path: string): Head {
  const types = new Map<string, PickledStorage>();
  const calls = torchCalls(path, types);
  const pickles: unknown[] = [];
  let end = 0;
  for (let i = 0; i < 5; i++) {
    const pickle = readPickle(head, path, { calls, wayOut: wayOutOf(path), start: end });
    pickles.push(pickle.value);
    end = pickle.end;
    if (i === 1 && pickle.value !== PROTOCOL)
      throw new FileError(path, `has version ${quoted(String(pickle.value))} of its format`, inPython(path));
    if (i === 2 && !(pickle.value instanceof Map && pickle.value.get('little_endian') === true))
      throw new FileError(path, 'was written on a big-endian machine', inPython(path));
  }
  const keys = pickles[4];
  if (!Array.isArray(keys) || !keys.every((key) => typeof key === 'string' || typeof key === 'number'))
    throw new FileError(path, 'its list of storages is not sound', DAMAGED);
  return { value: pickles[3], keys: keys.map(String), types, end };
}

/** Bytes of the elements that have no place here, but stand between those that have. */
const OTHER_BYTES: Readonly<Record<string, number>> = {
  ...{ ComplexFloatStorage: 8, ComplexDoubleStorage: 16, QInt8Storage: 1, QUInt8Storage: 1, QInt32Storage: 4 },
};

interface Place {
  readonly start: number;
  readonly bytes: number;
}

/** Where each storage lies: the one behind the other, each with its number of elements before it. */
async function placesOf(
  handle: FileHandle,
  path: string,
  { keys, types, start, size }: Omit<Head, 'value' | 'end'> & { readonly start: number; readonly size: number },
): Promise<ReadonlyMap<string, Place>> {
  const places = new Map<string, Place>();
  let at = start;
  for (const key of keys) {
    const { dtype, type = '' } = types.get(key) ?? {};
    const width = dtype ? ELEMENT_BYTES[dtype] : OTHER_BYTES[type];
    if (width === undefined) throw new FileError(path, `has elements of type ${quoted(type)}`, inPython(path));
    const count = new DataView((await bytesAt(handle, path, at, 8)).buffer).getBigInt64(0, true);
    const bytes = Number(count) * width;
    at += 8;
    if (!(count >= 0n && at + bytes <= size)) throw new FileError(path, 'ends in the middle of its weights', DAMAGED);
    places.set(key, { start: at, bytes });
    at += bytes;
  }
  return places;
}

const storagesAt = (handle: FileHandle, path: string, places: ReadonlyMap<string, Place>): Storages => ({
  sizeOf: (key) => places.get(key)?.bytes,
  bytes: (key) => {
    const { start, bytes } = places.get(key)!;
    return bytesAt(handle, path, start, bytes);
  },
});

async function bytesAt(
  handle: FileHandle,
  path: string,
  start: number,
  count: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(count);
  for (let filled = 0; filled < count; ) {
    const most = Math.min(count - filled, MAX_READ);
    const { bytesRead } = await handle.read(bytes, filled, most, start + filled);
    if (bytesRead === 0) throw new FileError(path, 'ends in the middle of its weights', DAMAGED);
    filled += bytesRead;
  }
  return bytes;
}
