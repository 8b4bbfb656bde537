import { ShapeError, SppgpuError } from '../runtime/errors.js';
import { requireState } from '../runtime/options.js';
import { printable, quoted } from '../runtime/quote.js';
import { sameShape, showShape, sizeOf } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** Everything an optimizer needs to go on: tensors by name, and numbers. */
export interface OptimizerState {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly numbers: Readonly<Record<string, number>>;
}

/** A state read back: with its numbers, or as a safetensors file holds it, where they are texts of the metadata. */
export interface StoredOptimizerState {
  readonly tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: ArrayLike<unknown> }>;
  readonly numbers?: Readonly<Record<string, number>>;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The numbers of a state, wherever they stand. @throws SppgpuError for what is no state, and for a text that is not a number */
export function numbersOf(state: StoredOptimizerState): Readonly<Record<string, number>> {
  requireState('optimizer state', state);
  requireState('optimizer state', state.tensors, true);
  const { numbers, metadata = {} } = state;
  if (numbers) return numbers;
  return Object.fromEntries(
    Object.entries(metadata).map(([name, text]) => {
      const value = Number(text);
      if (text.trim() === '' || Number.isNaN(value)) {
        throw new SppgpuError(
          `optimizer state: ${printable(name, 80)} is ${quoted(text)}, not a number; give a file that holds an optimizer's stateDict()`,
        );
      }
      return [name, value];
    }),
  );
}

/** The buffers of a state, each with its parameter. @throws ShapeError, SppgpuError where they do not fit the parameters */
export function checkedBuffers(
  { tensors }: StoredOptimizerState,
  parameters: readonly Tensor[],
  bufferNames: readonly string[],
): { name: string; index: number; buffer: string; data: Float32Array<ArrayBuffer> }[] {
  return [...tensors].map(([name, { shape, data }]) => {
    const [, position, buffer = ''] = /^(\d+)\.(\w+)$/u.exec(name) ?? [];
    const index = Number(position);
    const parameter = parameters[index];
    if (!parameter || !bufferNames.includes(buffer)) {
      const own = `${bufferNames.join(' and ')} for each of ${parameters.length} parameters`;
      throw new SppgpuError(
        `optimizer state: has ${name}, this optimizer keeps ${own}; restore it into an optimizer of the kind, and a model, that wrote it`,
      );
    }
    if (!sameShape(parameter.shape, shape)) {
      throw new ShapeError(
        `optimizer state: ${name} has shape ${showShape(shape)}, its parameter has ${showShape(parameter.shape)}; build the model that wrote the state`,
      );
    }
    if (!(data instanceof Float32Array) || data.length !== sizeOf(shape)) {
      throw new ShapeError(
        `optimizer state: ${name} has ${data.length} values for the shape ${showShape(shape)} of ${sizeOf(shape)}; the state is damaged, take another`,
      );
    }
    return { name, index, buffer, data: data as Float32Array<ArrayBuffer> };
  });
}
