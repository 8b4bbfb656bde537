import { FileError } from '../../runtime/errors.js';
import type { Shape } from '../../tensor/shape.js';
import { type PickleCalls, PickledName, PickledReference } from '../pickle.js';
import type { SafetensorsDType } from '../safetensors-header.js';
import { inPython } from './in-python.js';

/** The memory of one or more tensors, kept elsewhere in the file. */
export interface PickledStorage {
  readonly key: string;
  /** As PyTorch calls its type: `FloatStorage`. */
  readonly type: string;
  /** Absent for elements that have no place here. */
  readonly dtype?: SafetensorsDType;
}

/** A tensor as a pickle describes it: a part of a storage; offset and strides count elements. */
export class PickledTensor {
  constructor(
    readonly storage: PickledStorage,
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

const isCounts = (list: unknown): list is number[] =>
  Array.isArray(list) && list.length <= 16 && list.every((n) => Number.isSafeInteger(n) && n >= 0);

/** What checkpoints keep beside weights, and nobody here reads: settings, numbers of NumPy. */
const IGNORED = [
  ...['argparse.Namespace', '_codecs.encode', 'builtins.complex', '__builtin__.complex'],
  ...['builtins.bytearray', '__builtin__.bytearray', 'pathlib.PosixPath', 'pathlib.WindowsPath', 'torch.device'],
  ...['core', '_core'].flatMap((core) => ['scalar', '_reconstruct'].map((name) => `numpy.${core}.multiarray.${name}`)),
  'numpy.dtype',
];

const DICTS = ['collections.OrderedDict', 'collections.defaultdict', 'collections.Counter'];
const LISTS = ['builtins.set', 'builtins.frozenset', '__builtin__.set', '__builtin__.frozenset', 'torch.Size'];

const named = (names: readonly string[], make: (...given: readonly unknown[]) => unknown): PickleCalls =>
  Object.fromEntries(names.map((name) => [name, make]));

/**
 * The names that a file of weights may call. None of them does anything.
 * @param storages gets every storage that a tensor is made from
 */
export function torchCalls(path: string, storages = new Map<string, PickledStorage>()): PickleCalls {
  const rebuild = (reference: unknown, offset: unknown, shape: unknown, strides: unknown) => {
    const id = reference instanceof PickledReference ? reference.id : undefined;
    const [kind, name, key, , , view] = Array.isArray(id) ? id : [];
    // Before PyTorch 0.4 a storage could be a part of another.
    const [root = key, start = 0] = Array.isArray(view) ? view : [];
    const fits = isCounts(shape) && isCounts(strides) && shape.length === strides.length && isCounts([offset, start]);
    if (kind !== 'storage' || !(name instanceof PickledName) || !fits)
      throw new FileError(path, 'has a tensor that cannot be read', inPython(path));
    const type = name.name.replace(/^torch\.(cuda\.)?/u, '');
    const storage = { key: String(root), type, ...(Object.hasOwn(DTYPES, type) && { dtype: DTYPES[type]! }) };
    storages.set(storage.key, storage);
    return new PickledTensor(storage, (offset as number) + start, shape, strides);
  };
  return {
    ...named(IGNORED, () => null),
    ...named(DICTS, () => new Map<string, unknown>()),
    ...named(LISTS, (values) => (Array.isArray(values) ? values : [])),
    ...named(['torch._utils._rebuild_tensor', 'torch._utils._rebuild_tensor_v2'], rebuild),
    ...named(
      ['torch._utils._rebuild_parameter', 'torch._utils._rebuild_parameter_with_state', 'torch.nn.parameter.Parameter'],
      (data) => data,
    ),
  };
}
