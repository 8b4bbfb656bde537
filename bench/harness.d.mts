import type { Case } from './cases.mjs';

/** A case made ready on a device by a runner. */
export interface Instance {
  /** Queues one execution and lets its results go; must not wait for the GPU. */
  step(): void | Promise<void>;
  /** Resolves when the GPU has finished everything queued. */
  wait(): Promise<void>;
  /** The results, whole, row-major, in the case's canonical layout; computed afresh, outside every timer. */
  outputs(): Promise<Record<string, ArrayLike<number>>>;
  dispose(): void;
}

/** What a runner module exports: one library behind one interface. */
export interface Runner {
  /** Library and version, for the table's head. */
  library: string;
  /** Opens the device. `adapter`: part of an adapter's name, to pick among several. */
  setup(options: { adapter?: string }): Promise<{ adapter: string; software: boolean }>;
  /** Kind of case -> its ways to compute it, by name; the fastest correct one is the one that counts. */
  kinds: Record<
    string,
    Record<string, (benchCase: Case, inputs: Inputs) => Instance | null | Promise<Instance | null>>
  >;
  /** Device errors since the last call (validation, memory), to explain a wrong result. */
  problems?(): string[];
}

export type Inputs = Record<string, Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>>;

export interface Summary {
  ms: number;
  spread: [number, number];
  samples: number;
  gflops: number;
  gbps: number;
  imagesPerSecond?: number;
  microsecondsPerOp?: number;
}

export function timeCold(instance: Instance): Promise<number>;
export function calibrate(instance: Instance): Promise<number>;
export function timeSamples(
  instance: Instance,
  options: { inner: number; samples: number; budgetMs: number },
): Promise<number[]>;
export function median(values: number[]): number;
export function summarise(benchCase: Pick<Case, 'flops' | 'bytes' | 'images' | 'ops'>, samples: number[]): Summary;
