import { GraphError, ShapeError } from '../runtime/errors.js';
import { type OptionNames, requireOptions } from '../runtime/options.js';
import { dense } from '../tensor/dense.js';
import { accumulate, fill } from '../tensor/fill.js';
import type { BackwardOptions, GraphNode } from '../tensor/graph-node.js';
import { scope } from '../tensor/scope.js';
import { sameShape, showShape } from '../tensor/shape.js';
import { checkGradient, Tensor } from '../tensor/tensor.js';
import { autocast, isGradEnabled, noGrad } from './mode.js';
import { SavedTensor } from './saved-tensors.js';

/** Gradients of an op's inputs, in their order; null where none flows. */
export type Vjp = (gradient: Tensor, saved: Tensor[], needs: readonly boolean[]) => (Tensor | null)[];

export interface RecordOptions {
  /** Tensors that the vjp needs; kept until `backward()` has used them. */
  readonly save?: readonly Tensor[];
  readonly vjp: Vjp;
}

const NAMES: OptionNames<RecordOptions> = { save: true, vjp: true };

/**
 * Attaches the gradient rule of `op` to its output, if gradients are recorded and any input wants one.
 * @returns the output
 */
export function record(op: string, inputs: readonly Tensor[], output: Tensor, options: RecordOptions): Tensor {
  requireOptions('record', options, NAMES);
  const { save = [], vjp } = options;
  if (!isGradEnabled() || !inputs.some((input) => input.requiresGrad)) return output;
  output.requiresGrad = true;
  new RecordedOp(op, inputs, output, save, vjp);
  return output;
}

let sequence = 0;

class RecordedOp implements GraphNode<Tensor> {
  readonly order = sequence++;
  private parents: readonly (RecordedOp | Tensor | null)[];
  /** The output tensor, and ops that use it: without any, nothing can ever call `backward` here. */
  private users = 1;
  private readonly needs: readonly boolean[];
  readonly shape: readonly number[];
  /** Null once used and freed: the node stays with its output, so that a second `backward()` finds out. */
  private rule: { readonly vjp: Vjp; readonly saved: readonly SavedTensor[] } | null;
  /** Set by `retainGrad`: the intermediate tensor that wants to see its gradient. */
  observer: Tensor | null = null;

  constructor(
    readonly op: string,
    inputs: readonly Tensor[],
    output: Tensor,
    save: readonly Tensor[],
    vjp: Vjp,
  ) {
    this.needs = inputs.map((input) => input.requiresGrad);
    this.parents = inputs.map((input) => (input.requiresGrad ? ((input.node as RecordedOp | null) ?? input) : null));
    for (const parent of this.parents) if (parent instanceof RecordedOp) parent.users++;
    this.shape = output.shape;
    output.node = this;
    const saved: SavedTensor[] = [];
    this.rule = { vjp, saved };
    // One by one: if one cannot be packed, those before it are freed with the output.
    for (const tensor of save) saved.push(new SavedTensor(tensor, op));
  }

  backward(output: Tensor, gradient: Tensor | undefined, { retainGraph = false }: BackwardOptions): void {
    checkStart(output, gradient);
    const pass = () =>
      scope(() => {
        const order = this.reachable();
        const pending = new Map<RecordedOp, Tensor>();
        try {
          pending.set(this, gradient ? gradient.retain() : one(output));
          for (const node of order) {
            const flowing = pending.get(node);
            pending.delete(node);
            if (flowing) node.propagate(flowing, pending);
            if (!retainGraph) node.release();
          }
        } finally {
          // After an error, e.g. out of memory: nothing of this pass stays behind.
          for (const flowing of pending.values()) flowing.dispose();
          if (!retainGraph) for (const node of order) node.spend();
        }
      });
    // Each op's gradient in the types that the op itself had.
    noGrad(() => autocast(pass, { enabled: false }));
  }

  abandon(): void {
    const abandoned: RecordedOp[] = [this];
    for (let node = abandoned.pop(); node; node = abandoned.pop()) {
      if (--node.users > 0) continue;
      for (const parent of node.parents) if (parent instanceof RecordedOp) abandoned.push(parent);
      node.spend();
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

  /** Passes a gradient of the output, which it takes over, on to leaves and to `pending`. */
  private propagate(gradient: Tensor, pending: Map<RecordedOp, Tensor>): void {
    let gradients: (Tensor | null)[];
    try {
      if (this.observer && !this.observer.disposed) accumulateInto(this.observer, gradient);
      gradients = this.pull(gradient);
    } finally {
      gradient.dispose();
    }
    try {
      for (const [i, parent] of this.parents.entries()) {
        const flowing = gradients[i];
        if (!parent || !flowing) continue;
        checkFlow(this.op, flowing, parent.shape);
        if (parent instanceof RecordedOp) {
          const known = pending.get(parent);
          pending.set(parent, known ? sum(known, flowing) : flowing);
        } else {
          if (!parent.disposed) accumulateInto(parent, flowing);
          flowing.dispose();
        }
        gradients[i] = null;
      }
    } finally {
      for (const flowing of gradients) flowing?.dispose();
    }
  }

  /** The gradients of the inputs, outside every scope. */
  private pull(gradient: Tensor): (Tensor | null)[] {
    const { rule, needs } = this;
    if (!rule) {
      throw new GraphError(
        `backward: the graph of ${this.op} was already used and freed; pass { retainGraph: true } to the first backward()`,
      );
    }
    return scope(() => {
      const saved = rule.saved.map((tensor) => tensor.get());
      const results = rule.vjp(gradient, saved, needs);
      return results.map((result, i) => (result && needs[i] ? result.retain() : null));
    });
  }

  /** Frees what was saved. */
  private release(): void {
    for (const tensor of this.rule?.saved ?? []) tensor.release();
    this.rule = null;
  }

  /** Ends the part in the graph; a spent op's inputs are spent or abandoned with it. */
  private spend(): void {
    this.release();
    this.parents = [];
  }
}

/** Lets an intermediate tensor keep its gradient, as leaves do. */
export function retainGrad(tensor: Tensor): void {
  if (tensor.node instanceof RecordedOp) tensor.node.observer = tensor;
}

function checkStart(output: Tensor, gradient: Tensor | undefined): void {
  if (!gradient) {
    if (output.size === 1) return;
    throw new ShapeError(
      `backward: a tensor ${showShape(output.shape)} needs an explicit gradient; pass one or reduce it to a scalar first`,
    );
  }
  checkGradient('backward', output, gradient);
}

/** A rule of `record` is the user's own code: what it returns is added to memory of another shape otherwise. */
function checkFlow(op: string, gradient: Tensor, shape: readonly number[]): void {
  if (sameShape(gradient.shape, shape) && gradient.dtype === 'f32') return;
  throw new GraphError(
    `backward: the gradient rule of ${op} gave ${gradient.dtype}${showShape(gradient.shape)} for an input ${showShape(shape)}; return f32 of the input's shape`,
  );
}

function one(output: Tensor): Tensor {
  const seed = Tensor.empty(output.device, output.shape, 'f32', 'backward').retain();
  fill(seed, 1);
  return seed;
}

/** Adds a gradient, which stays the caller's, to that of a leaf. */
function accumulateInto(leaf: Tensor, gradient: Tensor): void {
  if (!leaf.grad) {
    leaf.grad = dense(gradient, 'backward').retain();
    return;
  }
  const addend = gradient.retain();
  try {
    leaf.grad = sum(leaf.grad, addend);
  } catch (error) {
    addend.dispose();
    throw error;
  }
}

/** `a + b`; takes both over, unless it throws, and reuses memory that nobody else sees. */
function sum(a: Tensor, b: Tensor): Tensor {
  const [into, other] = owned(a) ? [a, b] : owned(b) ? [b, a] : [a.denseCopy('accumulate').retain(), b];
  const source = dense(other, 'backward');
  accumulate(into, source);
  if (source !== other) source.dispose();
  for (const tensor of [a, b]) if (tensor !== into) tensor.dispose();
  return into;
}

function owned(tensor: Tensor): boolean {
  return tensor.storage('accumulate').exclusive && tensor.contiguous && tensor.offset === 0;
}
