import { DTypeError, SppgpuError } from '../runtime/errors.js';
import { checkOptions } from '../runtime/options.js';
import { keep } from '../tensor/scope.js';
import { showShape } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import { valuesIn } from './fields.js';
import { type LoadableState, type LoadReport, loadInto, tensorsOf } from './state-dict.js';

/**
 * A part of a network, as in PyTorch. Parameters and sub-modules are plain fields, alone or in lists, maps and records, and
 * their names make up the names of the state dict (`features.conv1.weight`, `blocks.0.bias`). What an op has recorded, such
 * as an activation that `forward` keeps in a field, is not a parameter. Fields with a private name (`#x`) are not seen.
 */
export abstract class Module {
  training = true;
  /** Whether the buffer of that name is in the state dict. */
  private readonly bufferNames = new Map<string, boolean>();

  abstract forward(...inputs: Tensor[]): Tensor;

  /** Sub-modules by name, unless a container says otherwise. */
  children(): Map<string, Module> {
    return new Map(this.entries().filter((field): field is [string, Module] => field[1] instanceof Module));
  }

  /** This module's own parameters by name. */
  ownParameters(): Map<string, Tensor> {
    return new Map(
      this.entries().filter(
        (field): field is [string, Tensor] =>
          field[1] instanceof Tensor && !this.bufferNames.has(field[0]) && isParameter(field[0], field[1]),
      ),
    );
  }

  /**
   * Declares a field whose tensor is saved and loaded, freed with the module, but not trained: running statistics, a mean.
   * Give it a new value by assigning to the field.
   * @param tensor null declares the name only
   * @param persistent false leaves it out of state dicts: an activation that is looked at later, say
   * @returns the tensor, which outlives every scope from now on
   * @throws SppgpuError for a name that is taken or has a dot
   */
  registerBuffer<T extends Tensor | null>(name: string, tensor: T, options: { readonly persistent?: boolean } = {}): T {
    checkOptions('registerBuffer', options, { persistent: true });
    const fields = this as unknown as Record<string, unknown>;
    if (name.includes('.') || (fields[name] !== undefined && !this.bufferNames.has(name))) {
      throw new SppgpuError(
        `registerBuffer: ${JSON.stringify(name)} cannot name a buffer; choose a name without dots that no field or method has`,
      );
    }
    this.bufferNames.set(name, options.persistent ?? true);
    fields[name] = tensor && keep(tensor);
    return tensor;
  }

  /** All parameters, by dotted name, in order of definition. */
  namedParameters(): Map<string, Tensor> {
    return this.collect((module) => module.ownParameters());
  }

  /** All parameters, each once, even if two modules share it. */
  parameters(): Tensor[] {
    return [...new Set(this.namedParameters().values())];
  }

  /** All buffers that have a value, by dotted name. */
  namedBuffers(): Map<string, Tensor> {
    return this.collect((module) => module.ownBuffers());
  }

  /** All parameters and persistent buffers, by dotted name. `saveSafetensors(file, net.stateDict())` stores them. */
  stateDict(): Map<string, Tensor> {
    return this.collect((module) => {
      const buffers = [...module.ownBuffers()].filter(([name]) => module.bufferNames.get(name));
      return new Map([...module.ownParameters(), ...buffers]);
    });
  }

  /**
   * Overwrites parameters and buffers in place: from a file (`net.loadStateDict(await loadSafetensors(file))`), from host
   * arrays by name, or from another module's `stateDict()`.
   * @param strict throw when names do not match exactly (default); otherwise report them
   * @throws ShapeError, DTypeError naming the entry and what differs; nothing is loaded then
   */
  loadStateDict(state: LoadableState, options: { readonly strict?: boolean } = {}): LoadReport {
    checkOptions('loadStateDict', options, { strict: true });
    return loadInto(this.stateDict(), tensorsOf(state), options.strict ?? true);
  }

  /** Switches what differs in training (dropout) on or off, here and below. */
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

  /** Frees all parameters and buffers. */
  dispose(): void {
    for (const tensor of [...this.parameters(), ...this.namedBuffers().values()]) tensor.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Whether a field, here or below, holds this very tensor. */
  holds(tensor: Tensor): boolean {
    if (this.entries().some(([, value]) => value === tensor)) return true;
    return [...this.children().values()].some((child) => child.holds(tensor));
  }

  private entries(): [string, unknown][] {
    return Object.entries(this).flatMap(([name, value]) => [...valuesIn(name, value)]);
  }

  private ownBuffers(): Map<string, Tensor> {
    const fields = this as unknown as Record<string, unknown>;
    const named = [...this.bufferNames.keys()].map((name): [string, unknown] => [name, fields[name]]);
    return new Map(named.filter((field): field is [string, Tensor] => field[1] instanceof Tensor));
  }

  private collect(own: (module: Module) => ReadonlyMap<string, Tensor>, prefix = ''): Map<string, Tensor> {
    const all = new Map([...own(this)].map(([name, tensor]) => [prefix + name, tensor]));
    for (const [name, child] of this.children()) {
      for (const [path, tensor] of child.collect(own, `${prefix}${name}.`)) all.set(path, tensor);
    }
    return all;
  }
}

/** A tensor in a field of its own counts unless an op recorded it; one in a list has to be marked as a parameter. */
function isParameter(name: string, tensor: Tensor): boolean {
  return tensor.node === null && (tensor.requiresGrad || !name.includes('.'));
}

/**
 * Makes a parameter of a tensor: it requires a gradient, outlives every scope and owns all of its memory, as the optimizers'
 * updates in place need it. A view, a tensor that shares its memory or one that an op recorded is copied; any other becomes
 * the parameter itself.
 * @throws DTypeError unless it is f32
 */
export function parameter(tensor: Tensor): Tensor {
  if (!(tensor instanceof Tensor)) throw new DTypeError('parameter: takes a tensor; make it with tensor(device, …)');
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
