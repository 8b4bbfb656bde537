import { SppgpuError } from '../runtime/errors.js';
import { watched } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';

/**
 * Modules one after the other. An activation is freed as soon as the next module and the graph allow, unless a module holds
 * it: returned it from a field of its own, or keeps it in one. `keep()` saves any other.
 */
export class Sequential extends Module {
  private readonly modules: ReadonlyMap<string, Module>;

  /**
   * From modules (named `0`, `1`, … as in PyTorch), as a list or one by one, or from a record or a map of named ones. (A record
   * puts names that are whole numbers first, whatever the order.)
   */
  constructor(
    ...modules:
      | readonly Module[]
      | readonly [readonly Module[] | Readonly<Record<string, Module>> | ReadonlyMap<string, Module>]
  ) {
    super();
    const [first] = modules;
    const group = modules.length === 1 && typeof first === 'object' && first && !(first instanceof Module);
    const given = group ? first : modules;
    this.modules = new Map(given instanceof Map ? given : Object.entries(given as Readonly<Record<string, Module>>));
    for (const [name, module] of this.modules) {
      if (module instanceof Module) continue;
      throw new SppgpuError(`Sequential: ${name} is ${typeof module}, not a module; wrap a function in a Module`);
    }
  }

  override children(): Map<string, Module> {
    return new Map(this.modules);
  }

  override forward(x: Tensor): Tensor {
    return this.forwardUntil(x, null);
  }

  /** The output of the module called `last` (all of them if null). @throws SppgpuError if there is none of that name. */
  forwardUntil(x: Tensor, last: string | null): Tensor {
    if (last !== null && !this.modules.has(last)) {
      throw new SppgpuError(
        `forwardUntil: no module is called ${last}; there are ${[...this.modules.keys()].join(', ')}`,
      );
    }
    return watched((made) => {
      let current = x;
      /** Those that have seen the current tensor, and may hold it. */
      let seenBy: Module[] = [];
      for (const [name, module] of this.modules) {
        const next = module.forward(current);
        seenBy.push(module);
        if (next !== current) {
          const wanted = current === x || !made.has(current) || seenBy.some((holder) => holder.holds(current));
          if (!wanted) current.dispose();
          seenBy = [module];
        }
        current = next;
        if (name === last) break;
      }
      return current;
    });
  }
}
