import { DTypeError, ShapeError, SppgpuError } from '../runtime/errors.js';
import { keep } from '../tensor/scope.js';
import { sameShape, showShape, sizeOf } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';

/** What `loadStateDict` did not use, as PyTorch reports it. */
export interface LoadReport {
  /** Parameters of the module that the state lacks. */
  readonly missing: readonly string[];
  /** Entries of the state that no parameter is called. */
  readonly unexpected: readonly string[];
}

/** Values for one parameter. */
export interface StateEntry {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * A part of a network, as in PyTorch: parameters and sub-modules are plain fields, and their field names make up the
 * names of the state dict (`features.conv1.weight`).
 */
export abstract class Module {
  training = true;

  abstract forward(x: Tensor): Tensor;

  /** Sub-modules by name; fields that are modules, unless a container says otherwise. */
  children(): Map<string, Module> {
    return new Map(Object.entries(this).filter((field): field is [string, Module] => field[1] instanceof Module));
  }

  /** This module's own parameters by name. */
  ownParameters(): Map<string, Tensor> {
    return new Map(Object.entries(this).filter((field): field is [string, Tensor] => field[1] instanceof Tensor));
  }

  /** All parameters, by dotted name, in order of definition. */
  stateDict(prefix = ''): Map<string, Tensor> {
    const all = new Map<string, Tensor>();
    for (const [name, parameter] of this.ownParameters()) all.set(prefix + name, parameter);
    for (const [name, child] of this.children()) {
      for (const [path, parameter] of child.stateDict(`${prefix}${name}.`)) all.set(path, parameter);
    }
    return all;
  }

  /** All parameters, each once, even if two modules share it. */
  parameters(): Tensor[] {
    return [...new Set(this.stateDict().values())];
  }

  /**
   * Overwrites parameters in place.
   * @param strict throw when names do not match exactly (default); otherwise report them
   * @throws ShapeError naming the parameter and both shapes; nothing is loaded then
   */
  loadStateDict(state: ReadonlyMap<string, StateEntry>, { strict = true } = {}): LoadReport {
    const own = this.stateDict();
    const missing = [...own.keys()].filter((name) => !state.has(name));
    const unexpected = [...state.keys()].filter((name) => !own.has(name));
    if (strict && (missing.length > 0 || unexpected.length > 0)) {
      throw new SppgpuError(
        `loadStateDict: ${missing.length} parameters missing (${some(missing)}), ${unexpected.length} unexpected (${some(unexpected)}); pass { strict: false } for a partial load`,
      );
    }
    const known = [...state].filter(([name]) => own.has(name));
    for (const [name, entry] of known) checkEntry(name, own.get(name)!, entry);
    for (const [name, { data }] of known) {
      const parameter = own.get(name)!;
      parameter.device.upload(parameter.storage(name).buffer, parameter.offset * 4, data as Float32Array<ArrayBuffer>);
      parameter.markModified();
    }
    return { missing, unexpected };
  }

  /** Switches dropout on or off, here and below. */
  train(mode = true): this {
    this.training = mode;
    for (const child of this.children().values()) child.train(mode);
    return this;
  }

  eval(): this {
    return this.train(false);
  }

  /** Frees the gradients of all parameters. */
  zeroGrad(): void {
    for (const parameter of this.parameters()) {
      parameter.grad?.dispose();
      parameter.grad = null;
    }
  }

  /** Frees all parameters. */
  dispose(): void {
    for (const parameter of this.parameters()) parameter.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/**
 * Makes a parameter of a tensor: it requires a gradient, outlives every scope and owns all of its memory, as the optimizers'
 * updates in place need it. A view, a tensor that shares its memory or one that an op recorded is copied; any other becomes
 * the parameter itself.
 * @throws DTypeError unless it is f32
 */
export function parameter(tensor: Tensor): Tensor {
  if (tensor.dtype !== 'f32') {
    throw new DTypeError(
      `parameter: a tensor ${tensor.dtype}${showShape(tensor.shape)} cannot be trained; cast() it to f32`,
    );
  }
  const storage = tensor.storage('parameter');
  const owner = storage.exclusive && storage.bytes === tensor.bytes && tensor.contiguous && !tensor.node;
  const result = owner ? tensor : tensor.denseCopy('parameter');
  result.requiresGrad = true;
  return keep(result);
}

function checkEntry(name: string, parameter: Tensor, { shape, data }: StateEntry): void {
  if (!sameShape(parameter.shape, shape)) {
    throw new ShapeError(
      `loadStateDict: ${name} has shape ${showShape(parameter.shape)}, the state has ${showShape(shape)}; load a state of the same network, or without this entry and { strict: false }`,
    );
  }
  if (data.length !== sizeOf(shape)) {
    throw new ShapeError(
      `loadStateDict: ${name} has ${data.length} values for the shape ${showShape(shape)} of ${sizeOf(shape)}; the state is damaged, take another`,
    );
  }
  if (!parameter.contiguous) {
    throw new ShapeError(`loadStateDict: ${name} is a strided view, which cannot be loaded; make it with parameter()`);
  }
}

function some(names: readonly string[]): string {
  return names.length === 0 ? 'none' : `${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}`;
}
