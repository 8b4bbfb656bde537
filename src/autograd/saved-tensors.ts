import { GraphError } from '../runtime/errors.js';
import { refusePromise } from '../tensor/scope.js';
import { showShape } from '../tensor/shape.js';
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

/**
 * Applies hooks to everything that ops save while `work`, which is synchronous, runs (as PyTorch's `saved_tensors_hooks`).
 * @throws SppgpuError if `work` returns a promise
 */
export function savedTensorHooks<T>(active: SavedTensorHooks, work: () => T): T {
  const before = hooks;
  hooks = active;
  try {
    return refusePromise('savedTensorHooks', work());
  } finally {
    hooks = before;
  }
}

/** A tensor kept by the graph until `backward()` has used it. */
export class SavedTensor {
  private readonly packed: Tensor;
  private readonly unpackHook: SavedTensorHooks['unpack'] | null = null;
  private readonly version: number;

  constructor(
    tensor: Tensor,
    private readonly op: string,
  ) {
    const active = hooks;
    // What a hook computes is not part of the graph.
    const packed = active ? noGrad(() => active.pack(tensor)) : tensor;
    if (active && packed !== tensor) this.unpackHook = active.unpack;
    this.packed = packed.retain();
    this.version = packed.storage('save').version;
    if (packed !== tensor) packed.dispose();
  }

  /** The saved value; lives in the scope of the caller. @throws GraphError if it was written to since it was saved. */
  get(): Tensor {
    const { packed, op } = this;
    if (packed.storage('backward').version !== this.version) {
      throw new GraphError(
        `backward: a tensor ${showShape(packed.shape)} that ${op} saved was modified by an in-place operation (an optimizer step, loadStateDict); run the forward pass again`,
      );
    }
    return this.unpackHook
      ? this.unpackHook(packed)
      : packed.view(packed.shape, packed.strides, packed.offset, packed.madeBy);
  }

  release(): void {
    this.packed.dispose();
  }
}
