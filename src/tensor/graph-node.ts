/** What a tensor `T` knows of the op that made it; implemented by `autograd/`. */
export interface GraphNode<T> {
  readonly op: string;
  /** Accumulates gradients into the leaves that `output` depends on. */
  backward(output: T, gradient: T | undefined, options: BackwardOptions): void;
  /** The output tensor is gone: frees what was saved, unless other ops still depend on it. */
  abandon(): void;
}

export interface BackwardOptions {
  /** Keeps what the graph saved, so that `backward` can run again. */
  readonly retainGraph?: boolean;
}
