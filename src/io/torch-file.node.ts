import { open } from 'node:fs/promises';
import { FileError } from '../runtime/errors.js';
import { quoted } from '../runtime/quote.js';
import { rowMajorStrides, type Shape, sizeOf } from '../tensor/shape.js';
import { withFileErrors } from './file-errors.node.js';
import { plainFileSize } from './plain-file.node.js';
import type { TensorSource } from './safetensors.node.js';
import { decodeElements } from './safetensors-elements.js';
import { ELEMENT_BYTES } from './safetensors-header.js';
import { StoredZip } from './stored-zip.node.js';
import { inPython } from './torch/in-python.js';
import { isOldFile, readOldFile } from './torch/old-file.node.js';
import type { PickledTensor } from './torch/pickled-tensor.js';
import { type StateDict, stateDictIn } from './torch/state-dict.js';
import type { Storages } from './torch/storages.js';
import { readZipFile } from './torch/zip-file.node.js';

/** Elements that a tensor may repeat of a smaller storage, as `expand` makes them. */
const MOST_REPEATED = 2 ** 16;

/**
 * Reads the tensors that `torch.save` wrote, by name; nothing of the file is run. F64 arrives as F32.
 * @param work gets the tensors, which are read one by one, and what else of the file has tensors
 * @throws FileError for what is no such file, is damaged, or names code
 */
export async function withTorchFile<T>(
  path: string,
  work: (tensors: ReadonlyMap<string, TensorSource>, left: StateDict['left']) => Promise<T>,
): Promise<T> {
  return withFileErrors(path, async () => {
    const size = await plainFileSize(path, 'give the path of a file of torch.save');
    if (size === 0) throw new FileError(path, 'is empty', 'get it again');
    const handle = await open(path, 'r');
    try {
      const zip = await StoredZip.read(handle, path);
      if (!zip && !(await isOldFile(handle))) {
        throw new FileError(
          path,
          'is not a file of torch.save, or is cut off',
          'get it again, or save it with torch.save',
        );
      }
      const { value, storages } = zip ? await readZipFile(zip, path) : await readOldFile(handle, path);
      const { tensors, left } = stateDictIn(value, path);
      return await work(sourcesOf(tensors, storages, path), left);
    } finally {
      await handle.close();
    }
  });
}

function sourcesOf(
  tensors: ReadonlyMap<string, PickledTensor>,
  storages: Storages,
  path: string,
): Map<string, TensorSource> {
  const sources = new Map<string, TensorSource>();
  for (const [name, { storage, offset, shape, strides }] of tensors) {
    const { key, type, dtype } = storage;
    if (!dtype) throw new FileError(path, `tensor ${quoted(name)} is of type ${quoted(type)}`, inPython(path));
    const width = ELEMENT_BYTES[dtype];
    const last = shape.reduce((sum, dim, axis) => sum + (dim - 1) * strides[axis]!, offset);
    const held = Math.floor((storages.sizeOf(key) ?? 0) / width);
    // About an element per element of memory at most: no shape can ask for more than the file holds.
    if (sizeOf(shape) > 0 && !(last < held && sizeOf(shape) <= Math.max(held, MOST_REPEATED))) {
      throw new FileError(path, `tensor ${quoted(name)} lies outside its storage`, 'it is damaged, get it again');
    }
    const data = async () => {
      const bytes = await storages.bytes(key);
      return decodeElements(dtype, dense(bytes, width, offset, shape, strides).buffer);
    };
    sources.set(name, { dtype: dtype === 'F64' ? 'F32' : dtype, shape, data });
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
