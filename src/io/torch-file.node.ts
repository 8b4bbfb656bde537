import { open } from 'node:fs/promises';
import { FileError } from '../runtime/errors.js';
import { quoted } from '../runtime/quote.js';
import { rowMajorStrides, type Shape, sizeOf } from '../tensor/shape.js';
import { withFileErrors } from './file-errors.node.js';
import { PickledName, PickledReference, readPickle } from './pickle.js';
import { plainFileSize } from './plain-file.node.js';
import type { TensorSource } from './safetensors.node.js';
import { decodeElements } from './safetensors-elements.js';
import { ELEMENT_BYTES, type SafetensorsDType } from './safetensors-header.js';
import { StoredZip } from './stored-zip.node.js';

/** A tensor as the pickle describes it: a part of a storage. */
class PickledTensor {
  constructor(
    readonly storage: { readonly key: string; readonly dtype: SafetensorsDType },
    readonly offset: number,
    readonly shape: Shape,
    readonly strides: Shape,
  ) {}
}

const DTYPES: Readonly<Record<string, SafetensorsDType>> = {
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  DoubleStorage: 'F64',
  LongStorage: 'I64',
  IntStorage: 'I32',
  ShortStorage: 'I16',
  CharStorage: 'I8',
  ByteStorage: 'U8',
  BoolStorage: 'BOOL',
};

const MAX_PICKLE_BYTES = 256 * 2 ** 20;
/** Dicts within dicts. */
const MAX_DEPTH = 16;
/** Names under which programs keep a state dict among other things. */
const WRAPPERS = /^(state_dict|model_state_dict|model|module|net)\./;

const sound = (list: unknown): list is number[] =>
  Array.isArray(list) && list.length <= 16 && list.every((n) => Number.isSafeInteger(n) && n >= 0);

/** Reads the tensors that `torch.save` wrote (PyTorch 1.6 and newer), by name; nothing of the file is run. */
export async function withTorchFile<T>(
  path: string,
  work: (tensors: ReadonlyMap<string, TensorSource>) => Promise<T>,
): Promise<T> {
  return withFileErrors(path, async () => {
    await plainFileSize(path, 'give the path of a file of torch.save');
    const handle = await open(path, 'r');
    try {
      const zip = await StoredZip.read(handle, path);
      const pickle = zip && [...zip.names].find((name) => name === 'data.pkl' || name.endsWith('/data.pkl'));
      if (!zip || !pickle)
        throw new FileError(path, 'is not a zip file of torch.save (PyTorch 1.6 or newer)', inPython(path));
      const root = pickle.slice(0, -'data.pkl'.length);
      if (zip.sizeOf(pickle)! > MAX_PICKLE_BYTES) throw new FileError(path, 'its pickle is too large', inPython(path));
      if (
        zip.sizeOf(`${root}byteorder`) !== undefined &&
        new TextDecoder().decode(await zip.bytes(`${root}byteorder`)) !== 'little'
      )
        throw new FileError(path, 'was written on a big-endian machine', inPython(path));
      const value = readPickle(await zip.bytes(pickle), path, callsFor(path));
      return await work(sourcesOf(tensorsIn(value, path), zip, root, path));
    } finally {
      await handle.close();
    }
  });
}

/** What makes a safetensors file of any file that PyTorch can read. */
function inPython(path: string): string {
  const out = path.replace(/\.[^./\\]*$/, '');
  return `in Python: from safetensors.torch import save_file; import torch; save_file(torch.load(${quoted(path)}, map_location='cpu'), ${quoted(`${out}.safetensors`)})`;
}

/** The names that a state dict calls. */
function callsFor(path: string) {
  const rebuild = (reference: unknown, offset: unknown, shape: unknown, strides: unknown) => {
    const id = reference instanceof PickledReference ? reference.id : undefined;
    const [kind, type, key] = Array.isArray(id) ? id : [];
    const dtype = type instanceof PickledName ? DTYPES[type.name.replace(/^torch\./, '')] : undefined;
    const fits = sound(shape) && sound(strides) && shape.length === strides.length && sound([offset]);
    if (kind !== 'storage' || !dtype || !fits) {
      const found = type instanceof PickledName ? ` of ${quoted(type.name)}` : '';
      throw new FileError(path, `has a tensor${found} that cannot be read`, inPython(path));
    }
    return new PickledTensor({ key: String(key), dtype }, offset as number, shape, strides);
  };
  return {
    'collections.OrderedDict': () => new Map<string, unknown>(),
    'torch._utils._rebuild_tensor_v2': rebuild,
    'torch._utils._rebuild_parameter': (data: unknown) => data,
  };
}

/** Tensors of dicts within dicts by dotted names, without what only wraps them. */
function tensorsIn(value: unknown, path: string): Map<string, PickledTensor> {
  const found = new Map<string, PickledTensor>();
  /** Each dict once: they may hold each other. */
  const seen = new Set<unknown>();
  const visit = (at: unknown, name: string, depth: number): void => {
    if (at instanceof PickledTensor) found.set(name, at);
    if (!(at instanceof Map) || depth > MAX_DEPTH || seen.has(at)) return;
    seen.add(at);
    for (const [key, item] of at) visit(item, name ? `${name}.${key}` : key, depth + 1);
  };
  visit(value, '', 0);
  if (found.size === 0 || found.has('')) {
    throw new FileError(path, 'has no tensors with names', 'save a state dict: torch.save(model.state_dict(), path)');
  }
  // Optimizers keep tensors, too: where there is a state dict, the rest is not weights.
  let names = [...found.keys()];
  for (let round = 0; round < 2; round++) {
    const [wrapper] = names.flatMap((name) => WRAPPERS.exec(name)?.[0] ?? []);
    if (!wrapper) break;
    const inside = [...found].filter(([name]) => name.startsWith(wrapper));
    found.clear();
    for (const [name, tensor] of inside) found.set(name.slice(wrapper.length), tensor);
    names = [...found.keys()];
  }
  return found;
}

function sourcesOf(
  tensors: ReadonlyMap<string, PickledTensor>,
  zip: StoredZip,
  root: string,
  path: string,
): Map<string, TensorSource> {
  const sources = new Map<string, TensorSource>();
  for (const [name, { storage, offset, shape, strides }] of tensors) {
    const { key, dtype } = storage;
    const width = ELEMENT_BYTES[dtype];
    const part = `${root}data/${key}`;
    const last = shape.reduce((sum, dim, axis) => sum + (dim - 1) * strides[axis]!, offset);
    const held = (zip.sizeOf(part) ?? 0) / width;
    // An element per element of memory at most: no shape can ask for more than the file holds.
    if (sizeOf(shape) > 0 && !(last < held && sizeOf(shape) <= held)) {
      throw new FileError(path, `tensor ${quoted(name)} lies outside its storage`, 'it is damaged, get it again');
    }
    const data = async () => {
      const bytes = await zip.bytes(part);
      return decodeElements(dtype, dense(bytes, width, offset, shape, strides).buffer);
    };
    sources.set(name, { dtype, shape, data });
  }
  return sources;
}

/** The elements of a strided part of a storage, row by row. */
function dense(
  bytes: Uint8Array<ArrayBuffer>,
  width: number,
  offset: number,
  shape: Shape,
  strides: Shape,
): Uint8Array<ArrayBuffer> {
  const size = sizeOf(shape);
  const own = rowMajorStrides(shape);
  const isDense = shape.every((dim, axis) => dim <= 1 || strides[axis] === own[axis]);
  if (isDense) return bytes.slice(offset * width, (offset + size) * width);
  const out = new Uint8Array(size * width);
  for (let i = 0; i < size; i++) {
    let from = offset;
    for (let axis = 0, rest = i; axis < shape.length; axis++) {
      const index = Math.floor(rest / own[axis]!);
      rest -= index * own[axis]!;
      from += index * strides[axis]!;
    }
    for (let k = 0; k < width; k++) out[i * width + k] = bytes[from * width + k]!;
  }
  return out;
}
