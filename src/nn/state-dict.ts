import { DeviceError, DTypeError, ShapeError, SppgpuError } from '../runtime/errors.js';
import { requireState } from '../runtime/options.js';
import { copyStrided } from '../tensor/copy-strided.js';
import { pack } from '../tensor/create.js';
import type { DType } from '../tensor/dtype.js';
import { sameShape, showShape, sizeOf } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';

/** What `loadStateDict` did not use, as PyTorch reports it. */
export interface LoadReport {
  /** Names of the module that the state lacks. */
  readonly missing: readonly string[];
  /** Entries of the state that the module has no use for. */
  readonly unexpected: readonly string[];
}

/** Values for one parameter or buffer, on the host. */
export interface StateEntry {
  readonly shape: readonly number[];
  readonly data: ArrayBufferView & ArrayLike<unknown>;
}

/** Entries by name: host arrays, or tensors of another module. */
export type StateDict = ReadonlyMap<string, StateEntry | Tensor>;

/** A state dict, or what a safetensors file holds. */
export type LoadableState = StateDict | { readonly tensors: StateDict };

/** @throws SppgpuError for what is no state */
export function tensorsOf(state: LoadableState): StateDict {
  requireState('loadStateDict', state);
  const tensors = 'tensors' in state ? state.tensors : state;
  requireState('loadStateDict', tensors, true);
  return tensors;
}

/** Overwrites tensors in place by name; nothing is written if one of them does not fit. */
export function loadInto(own: ReadonlyMap<string, Tensor>, state: StateDict, strict: boolean): LoadReport {
  const missing = [...own.keys()].filter((name) => !state.has(name));
  const unexpected = [...state.keys()].filter((name) => !own.has(name));
  if (strict && (missing.length > 0 || unexpected.length > 0)) {
    throw new SppgpuError(
      `loadStateDict: ${missing.length} parameters missing (${some(missing)}), ${unexpected.length} unexpected (${some(unexpected)}); pass { strict: false } for a partial load`,
    );
  }
  const known = [...state].filter(([name]) => own.has(name));
  for (const [name, entry] of known) checkEntry(name, own.get(name)!, entry);
  for (const [name, entry] of known) {
    const target = own.get(name)!;
    if (entry instanceof Tensor) copyTensor(entry, target);
    else upload(name, entry, target);
    target.markModified();
  }
  return { missing, unexpected };
}

const ARRAYS: Readonly<Record<DType, { readonly name: string }>> = {
  f32: Float32Array,
  f16: Float32Array,
  i32: Int32Array,
  u32: Uint32Array,
};

function checkEntry(name: string, target: Tensor, entry: StateEntry | Tensor): void {
  // What plain JavaScript may give has no shape at all.
  const { shape = [] } = Object(entry) as Partial<StateEntry>;
  if (!sameShape(target.shape, shape)) {
    throw new ShapeError(
      `loadStateDict: ${name} has shape ${showShape(target.shape)}, the state has ${showShape(shape)}; load a state of the same network, or without this entry and { strict: false }`,
    );
  }
  if (!target.contiguous) {
    throw new ShapeError(`loadStateDict: ${name} is a strided view, which cannot be loaded; make it with parameter()`);
  }
  if (entry instanceof Tensor) {
    entry.storage('loadStateDict'); // throws if it was disposed
    if (entry.device !== target.device) {
      throw new DeviceError(`loadStateDict: ${name} lives on another device; read the state first, with readTensors()`);
    }
    if (entry.dtype !== target.dtype) {
      throw new DTypeError(`loadStateDict: ${name} is ${target.dtype}, the state has ${entry.dtype}; cast() it`);
    }
    return;
  }
  const { data } = entry;
  const wanted = ARRAYS[target.dtype].name;
  const given = data?.constructor?.name;
  if (given !== wanted) {
    throw new DTypeError(`loadStateDict: ${name} is ${target.dtype}, the state has ${given}; give a ${wanted}`);
  }
  if (data.length !== sizeOf(shape)) {
    throw new ShapeError(
      `loadStateDict: ${name} has ${data.length} values for the shape ${showShape(shape)} of ${sizeOf(shape)}; the state is damaged, take another`,
    );
  }
}

function copyTensor(source: Tensor, target: Tensor): void {
  if (source === target) return;
  const apart = source.storage('loadStateDict') !== target.storage('loadStateDict');
  const from = apart ? source : source.denseCopy('loadStateDict');
  copyStrided(viewOf(from), viewOf(target));
  if (from !== source) from.dispose();
}

function upload(name: string, { data }: StateEntry, target: Tensor): void {
  if (target.size === 0) return;
  if (target.dtype !== 'f16') {
    const bytes = data as ArrayBufferView as ArrayBufferView<ArrayBuffer>;
    target.device.upload(target.storage(name).buffer, target.offset * 4, bytes);
    return;
  }
  // Halves may start or end within a word, which only a kernel can write.
  const dense = Tensor.empty(target.device, target.shape, 'f16', 'loadStateDict');
  target.device.upload(dense.storage(name).buffer, 0, pack(data as unknown as Float32Array, 'f16'));
  copyStrided(viewOf(dense), viewOf(target));
  dense.dispose();
}

function viewOf(tensor: Tensor) {
  const { dtype, shape, strides, offset } = tensor;
  return { storage: tensor.storage('loadStateDict'), dtype, shape, strides, offset };
}

function some(names: readonly string[]): string {
  return names.length === 0 ? 'none' : `${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}`;
}
