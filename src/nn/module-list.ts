import { SppgpuError } from '../runtime/errors.js';
import type { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';

/** A list of modules that a module calls itself, named `0`, `1`, …: PyTorch's `ModuleList`. */
export class ModuleList<M extends Module = Module> extends Module implements Iterable<M> {
  private readonly modules: M[] = [];

  constructor(modules: Iterable<M> = []) {
    super();
    for (const module of modules) this.append(module);
  }

  get length(): number {
    return this.modules.length;
  }

  /** The module at a position, counted from the end if negative. */
  at(index: number): M | undefined {
    return this.modules.at(index);
  }

  /** Adds a module at the end. @throws SppgpuError for anything else */
  append(module: M): this {
    if (!(module instanceof Module)) {
      throw new SppgpuError(`ModuleList: item ${this.modules.length} is ${typeof module}; give modules only`);
    }
    this.modules.push(module);
    return this;
  }

  [Symbol.iterator](): Iterator<M> {
    return this.modules.values();
  }

  override children(): Map<string, Module> {
    return new Map(this.modules.map((module, i) => [`${i}`, module]));
  }

  /** @throws SppgpuError: a list has no order of its own. Call its modules, or use `Sequential`. */
  override forward(): Tensor {
    throw new SppgpuError('ModuleList: a list has no forward; call its modules one by one, or use Sequential');
  }
}
