import { ShapeError } from '../runtime/errors.js';
import { accumulate, fill } from '../tensor/fill.js';
import type { BackwardOptions, GraphNode } from '../tensor/graph-node.js';
import { keep, scope } from '../tensor/scope.js';
import { sameShape, showShape } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import { isGradEnabled, noGrad } from './mode.js';
import { SavedTensor } from './saved-tensors.js';

/** Gradients of an op's inputs, in their order; null where none flows. */
export type Vjp = (gradient: Tensor, saved: Tensor[], needs: readonly boolean[]) => (Tensor | null)[];

export interface RecordOptions {
  /** Tensors that the vjp needs; kept until `backward()` has used them. */
  readonly save?: readonly Tensor[];
  readonly vjp: Vjp;
}

/**
 * Attaches the gradient rule of `op` to its output, if gradients are recorded and any input wants one.
 * @returns the output
 */
export function record(
  op: string,
  inputs: readonly Tensor[],
  output: Tensor,
  { save = [], vjp }: RecordOptions,
): Tensor {
  if (!isGradEnabled() || !inputs.some((input) => input.requiresGrad)) return output;
  output.requiresGrad = true;
  new RecordedOp(op, inputs, output, save, vjp);
  return output;
}

let sequence = 0;

class RecordedOp implements GraphNode {
  readonly order = sequence++;
  private parents: readonly (RecordedOp | Tensor | null)[];
  /** The output tensor, and ops that use it: without any, nothing can ever call `backward` here. */
  private users = 1;
  private readonly needs: readonly boolean[];
  private readonly shape: readonly number[];
  private saved: SavedTensor[] | null;
  /** Set by `retainGrad`: the intermediate tensor that wants to see its gradient. */
  observer: Tensor | null = null;

  constructor(
    readonly op: string,
    inputs: readonly Tensor[],
    output: Tensor,
    save: readonly Tensor[],
    private readonly vjp: Vjp,
  ) {
    this.needs = inputs.map((input) => input.requiresGrad);
    this.parents = inputs.map((input) => (input.requiresGrad ? ((input.node as RecordedOp | null) ?? input) : null));
    for (const parent of this.parents) if (parent instanceof RecordedOp) parent.users++;
    this.shape = output.shape;
    output.node = this;
    this.saved = save.map((tensor) => new SavedTensor(tensor));
  }

  backward(output: Tensor, gradient: Tensor | undefined, { retainGraph = false }: BackwardOptions): void {
    if (!gradient && output.size !== 1) {
      throw new ShapeError(
        `backward: a tensor ${showShape(output.shape)} needs an explicit gradient; pass one or reduce it to a scalar first`,
      );
    }
    if (gradient && !sameShape(gradient.shape, output.shape)) {
      throw new ShapeError(
        `backward: the gradient ${showShape(gradient.shape)} does not have the shape ${showShape(output.shape)} of the output`,
      );
    }
    noGrad(() =>
      scope(() => {
        const pending = new Map<RecordedOp, Tensor>();
        const seed = gradient
          ? gradient.retain()
          : Tensor.empty(output.device, output.shape, 'f32', 'backward').retain();
        if (!gradient) fill(seed, 1);
        pending.set(this, seed);
        for (const node of this.reachable()) {
          const flowing = pending.get(node);
          pending.delete(node);
          if (flowing) node.propagate(flowing, pending);
          if (!retainGraph) node.release();
        }
      }),
    );
    if (!retainGraph && output.node === this) {
      output.node = null;
      this.abandon();
    }
  }

  abandon(): void {
    const abandoned: RecordedOp[] = [this];
    for (let node = abandoned.pop(); node; node = abandoned.pop()) {
      if (--node.users > 0) continue;
      node.release();
      for (const parent of node.parents) if (parent instanceof RecordedOp) abandoned.push(parent);
      node.parents = [];
    }
  }

  /** This op and everything it depends on, last recorded first: a valid order, since inputs exist before outputs. */
  private reachable(): RecordedOp[] {
    const found = new Set<RecordedOp>([this]);
    for (const node of found) {
      for (const parent of node.parents) if (parent instanceof RecordedOp) found.add(parent);
    }
    return [...found].sort((a, b) => b.order - a.order);
  }

  private propagate(gradient: Tensor, pending: Map<RecordedOp, Tensor>): void {
    if (this.observer && !this.observer.disposed) accumulateInto(this.observer, gradient);
    const { saved } = this;
    if (!saved) {
      throw new ShapeError(
        `backward: the graph of ${this.op} was already used and freed; pass { retainGraph: true } to the first backward()`,
      );
    }
    const gradients = scope(() => {
      const results = this.vjp(
        gradient,
        saved.map((tensor) => tensor.get()),
        this.needs,
      );
      return results.map((result, i) => (result && this.needs[i] ? result.retain() : null));
    });
    gradient.dispose();
    for (const [i, parent] of this.parents.entries()) {
      const flowing = gradients[i];
      if (!parent || !flowing) {
        flowing?.dispose();
      } else if (parent instanceof RecordedOp) {
        if (!sameShape(flowing.shape, parent.shape)) {
          throw new Error(
            `${this.op}: internal: gradient ${showShape(flowing.shape)} for an input ${showShape(parent.shape)}`,
          );
        }
        const known = pending.get(parent);
        pending.set(parent, known ? sum(known, flowing) : flowing);
      } else {
        if (!parent.disposed) accumulateInto(parent, flowing);
        flowing.dispose();
      }
    }
  }

  private release(): void {
    for (const tensor of this.saved ?? []) tensor.release();
    this.saved = null;
  }
}

/** Lets an intermediate tensor keep its gradient, as leaves do. */
export function retainGrad(tensor: Tensor): void {
  if (tensor.node instanceof RecordedOp) tensor.node.observer = tensor;
}

function accumulateInto(leaf: Tensor, gradient: Tensor): void {
  if (leaf.grad) {
    const before = leaf.grad;
    leaf.grad = null;
    leaf.grad = keep(sum(before, gradient.retain()));
  } else {
    leaf.grad = keep(dense(gradient).retain());
  }
}

/** `a + b`; takes both over and reuses memory that nobody else sees. */
function sum(a: Tensor, b: Tensor): Tensor {
  const [into, other] = owned(a) ? [a, b] : owned(b) ? [b, a] : [a.denseCopy('accumulate').retain(), b];
  const source = dense(other);
  accumulate(into, source);
  if (source !== other) source.dispose();
  for (const tensor of [a, b]) if (tensor !== into) tensor.dispose();
  return into;
}

function owned(tensor: Tensor): boolean {
  return tensor.storage('accumulate').exclusive && tensor.contiguous && tensor.offset === 0;
}

function dense(tensor: Tensor): Tensor {
  return tensor.contiguous && tensor.offset % 64 === 0 ? tensor : tensor.denseCopy('backward');
}
