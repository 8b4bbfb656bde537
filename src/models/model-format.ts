/**
 * The format of model files, for readers and writers alike. Both kinds are safetensors with two texts in the metadata:
 * `format`, and `sppgpu`, the JSON of a description (`checkpoint-info.ts`).
 */

/** What a training run goes on from: weights, the optimizer's state, other tensors of the run. */
export const CHECKPOINT_FORMAT = 'sppgpu-checkpoint-1';

/** What `sppgpu export` writes: weights under their own names, other tensors, a description without the run. */
export const EXPORT_FORMAT = 'sppgpu-weights-1';

/** What comes before the names of a file's tensors. */
export const PREFIX = {
  /** Weights and buffers of the network, in checkpoints. */
  model: 'model.',
  /** State of the optimizer, in checkpoints. */
  optimizer: 'optimizer.',
  /** Tensors beside the weights, in checkpoints and exports. */
  data: 'data.',
} as const;

/** A tensor on the host. */
export interface HostTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

/** The entries whose names begin with a prefix, without it. */
export function withPrefix<T>(entries: Iterable<readonly [string, T]>, prefix: string): Map<string, T> {
  return new Map(
    [...entries].filter(([name]) => name.startsWith(prefix)).map(([name, value]) => [name.slice(prefix.length), value]),
  );
}

/** What comes before the weights of a file: a checkpoint's prefix, or nothing. */
export function weightPrefix(entries: ReadonlyMap<string, unknown>): string {
  return [...entries.keys()].some((name) => name.startsWith(PREFIX.model)) ? PREFIX.model : '';
}

/** The weights among a file's entries, by state-dict name. */
export function weightEntries<T>(entries: ReadonlyMap<string, T>): Map<string, T> {
  const weights = [...entries].filter(([name]) => !name.startsWith(PREFIX.data));
  return withPrefix(weights, weightPrefix(entries));
}
