import { ShapeError, SppgpuError } from '../runtime/errors.js';
import { keep } from '../tensor/scope.js';
import { sameShape, showShape } from '../tensor/shape.js';
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

  parameters(): Tensor[] {
    return [...this.stateDict().values()];
  }

  /**
   * Overwrites parameters in place.
   * @param strict throw when names do not match exactly (default); otherwise report them
   * @throws ShapeError naming the parameter and both shapes
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
    for (const [name, entry] of state) {
      const parameter = own.get(name);
      if (parameter && !sameShape(parameter.shape, entry.shape)) {
        throw new ShapeError(
          `loadStateDict: ${name} has shape ${showShape(parameter.shape)}, the state has ${showShape(entry.shape)}`,
        );
      }
    }
    for (const [name, entry] of state) {
      const parameter = own.get(name);
      if (parameter)
        parameter.device.upload(parameter.storage(name).buffer, 0, entry.data as Float32Array<ArrayBuffer>);
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

/** Marks a tensor as a parameter: it requires a gradient and outlives every scope. */
export function parameter(tensor: Tensor): Tensor {
  tensor.requiresGrad = true;
  return keep(tensor);
}

function some(names: readonly string[]): string {
  return names.length === 0 ? 'none' : `${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}`;
}
