import { SppgpuError } from '../runtime/errors.js';
import { quoted } from '../runtime/quote.js';
import { asBytes } from './bytes.js';
import { decodeElements, type ElementArray, encodeElements, storedType } from './safetensors-elements.js';
import {
  ELEMENT_BYTES,
  headerLength,
  PREFIX_BYTES,
  parseHeader,
  type SafetensorsDType,
  type SafetensorsEntry,
} from './safetensors-header.js';

/** A tensor as it comes from a file. Half, bfloat and double elements arrive as f32; `dtype` says how they were stored. */
export interface StoredTensor {
  dtype: SafetensorsDType;
  shape: number[];
  data: ElementArray;
}

/** A tensor to be stored: `dtype` defaults to the type of the array (f32 data with dtype F16 or BF16 is rounded). */
export interface TensorToStore {
  dtype?: SafetensorsDType;
  shape: readonly number[];
  data: ElementArray;
}

export interface SafetensorsContent {
  tensors: Map<string, StoredTensor>;
  metadata: Record<string, string>;
}

/** Type, shape and name of a tensor before its data is at hand. */
export interface TensorPlan {
  name: string;
  dtype: SafetensorsDType;
  shape: readonly number[];
}

/** Parses a whole file in memory. `file` names it in errors. Throws FileError for anything that is not sound, TypeError for what is not bytes. */
export function parseSafetensors(bytes: Uint8Array | ArrayBuffer, file = 'safetensors data'): SafetensorsContent {
  const view = asBytes('parseSafetensors', bytes);
  const length = headerLength(view.subarray(0, PREFIX_BYTES), view.length, file);
  const header = parseHeader(view.subarray(PREFIX_BYTES, PREFIX_BYTES + length), view.length, file);
  const tensors = new Map<string, StoredTensor>();
  for (const [name, entry] of header.entries) {
    tensors.set(name, decodeEntry(entry, view.subarray(entry.begin, entry.end)));
  }
  return { tensors, metadata: header.metadata };
}

/** Elements of one entry from its bytes (any alignment; the result never shares memory with `bytes`). */
function decodeEntry(entry: SafetensorsEntry, bytes: Uint8Array): StoredTensor {
  // Not slice(): that of a Node Buffer shares memory.
  const copy = new Uint8Array(bytes);
  return { dtype: entry.dtype, shape: entry.shape, data: decodeElements(entry.dtype, copy.buffer) };
}

/** A whole file in memory: see `planFile` for the order. Throws SppgpuError for a name or shape that does not fit. */
export function serializeSafetensors(
  tensors: Iterable<readonly [string, TensorToStore]>,
  metadata: Record<string, string> = {},
): Uint8Array {
  const byName = new Map(tensors);
  const plans = [...byName].map(([name, { dtype, shape, data }]) => ({
    name,
    shape,
    dtype: dtype ?? storedType(data),
  }));
  const { head, order, bytes } = planFile(plans, metadata);
  const file = new Uint8Array(bytes);
  file.set(head);
  let position = head.length;
  for (const plan of order) {
    const data = encodePlanned(plan, byName.get(plan.name)!.data);
    file.set(data, position);
    position += data.length;
  }
  return file;
}

/**
 * Head of the file (length and header, padded to 8 bytes) and the order in which the tensors' bytes follow: wide elements
 * first, then by name, so that every tensor is aligned and equal content gives equal files.
 */
export function planFile(
  plans: readonly TensorPlan[],
  metadata: Record<string, string> = {},
): { head: Uint8Array; order: TensorPlan[]; bytes: number } {
  const order = [...plans].sort(
    (a, b) => ELEMENT_BYTES[b.dtype] - ELEMENT_BYTES[a.dtype] || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  );
  const record: [string, unknown][] = Object.keys(metadata).length > 0 ? [['__metadata__', metadata]] : [];
  const names = new Set(['__metadata__']);
  let offset = 0;
  for (const { name, dtype, shape } of order) {
    if (names.has(name)) {
      throw new SppgpuError(`safetensors: ${quoted(name)} cannot name a tensor here; give each its own name`);
    }
    names.add(name);
    const end = offset + planBytes(dtype, shape);
    record.push([name, { dtype, shape, data_offsets: [offset, end] }]);
    offset = end;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(record)));
  const head = new Uint8Array(PREFIX_BYTES + Math.ceil(json.length / 8) * 8).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(head.length - PREFIX_BYTES), true);
  head.set(json, PREFIX_BYTES);
  return { head, order, bytes: head.length + offset };
}

/** The bytes of one planned tensor. Throws SppgpuError when the array does not have as many elements as the shape. */
export function encodePlanned(plan: TensorPlan, data: ElementArray): Uint8Array {
  const bytes = encodeElements(plan.dtype, data);
  if (bytes.length !== planBytes(plan.dtype, plan.shape)) {
    const problem = `shape [${plan.shape}] does not hold ${data.length} elements`;
    throw new SppgpuError(`safetensors: tensor ${quoted(plan.name)}: ${problem}; pass shape and data that agree`);
  }
  return bytes;
}

function planBytes(dtype: SafetensorsDType, shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, ELEMENT_BYTES[dtype]);
}
