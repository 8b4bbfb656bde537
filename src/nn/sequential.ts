import { SppgpuError } from '../runtime/errors.js';
import type { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';

/** Modules one after the other. Activations are freed as soon as the next module and the graph allow. */
export class Sequential extends Module {
  private readonly modules: ReadonlyMap<string, Module>;

  /** From modules (named `0`, `1`, … as in PyTorch) or from a record of named ones. */
  constructor(modules: readonly Module[] | Readonly<Record<string, Module>>) {
    super();
    this.modules = new Map(Object.entries(modules));
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
    let current = x;
    for (const [name, module] of this.modules) {
      const next = module.forward(current);
      if (current !== x && current !== next) current.dispose();
      current = next;
      if (name === last) break;
    }
    return current;
  }
}
