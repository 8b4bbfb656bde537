import type { Tensor } from '../tensor/tensor.js';
import { noGrad } from './mode.js';

/** How tensors saved for the backward pass are stored, e.g. as halves. */
export interface SavedTensorHooks {
  /** What to keep instead of `saved`; return `saved` itself to keep it as it is. */
  pack(saved: Tensor): Tensor;
  /** The tensor that the op saved, from what was kept. */
  unpack(packed: Tensor): Tensor;
}

let hooks: SavedTensorHooks | null = null;

/** Applies hooks to everything that ops save while `work` runs (as PyTorch's `saved_tensors_hooks`). */
export function savedTensorHooks<T>(active: SavedTensorHooks, work: () => T): T {
  const before = hooks;
  hooks = active;
  try {
    return work();
  } finally {
    hooks = before;
  }
}

/** A tensor kept by the graph until `backward()` has used it. */
export class SavedTensor {
  private readonly packed: Tensor;
  private readonly unpackHook: SavedTensorHooks['unpack'] | null = null;

  constructor(tensor: Tensor) {
    const active = hooks;
    // What a hook computes is not part of the graph.
    const packed = active ? noGrad(() => active.pack(tensor)) : tensor;
    if (active && packed !== tensor) this.unpackHook = active.unpack;
    this.packed = packed.retain();
    if (packed !== tensor) packed.dispose();
  }

  /** The saved value; lives in the scope of the caller. */
  get(): Tensor {
    const { packed } = this;
    return this.unpackHook
      ? this.unpackHook(packed)
      : packed.view(packed.shape, packed.strides, packed.offset, packed.madeBy);
  }

  release(): void {
    this.packed.dispose();
  }
}
