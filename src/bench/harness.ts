/**
 * The timer that every runner shares. One sample is the wall-clock time of `inner` executions, queued without waiting
 * and ended by one wait for the GPU, divided by `inner`; no result is read back inside it.
 */

import type { Case } from './cases.js';

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

/** A sample should last at least this long, so that the end's polling (1 ms) does not show. */
const SAMPLE_MS = 60;
const MOST_INNER = 100;

/** Wall-clock milliseconds of `inner` executions and the wait for them, per execution. */
async function sample(instance: Instance, inner: number): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < inner; i++) await instance.step();
  await instance.wait();
  return (performance.now() - start) / inner;
}

/** First execution of an instance: shader compilation included (drivers may hold a disk cache of their own). */
export function timeCold(instance: Instance): Promise<number> {
  return sample(instance, 1);
}

/** @returns how many executions make one sample long enough; the run that finds out also warms up. */
export async function calibrate(instance: Instance): Promise<number> {
  const ms = await sample(instance, 1);
  return Math.max(1, Math.min(MOST_INNER, Math.round(SAMPLE_MS / ms)));
}

/**
 * Takes up to `samples` samples, fewer when `budgetMs` runs out first, at least one.
 * @returns milliseconds per execution, one number per sample.
 */
export async function timeSamples(
  instance: Instance,
  { inner, samples, budgetMs }: { inner: number; samples: number; budgetMs: number },
): Promise<number[]> {
  const start = performance.now();
  const ms: number[] = [];
  do ms.push(await sample(instance, inner));
  while (ms.length < samples && performance.now() - start < budgetMs);
  return ms;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** What a case's samples say: median, fastest and slowest, rates. */
export function summarise(
  { flops, bytes, images, ops }: Pick<Case, 'flops' | 'bytes' | 'images' | 'ops'>,
  samples: readonly number[],
): Summary {
  const ms = median(samples);
  return {
    ms,
    spread: [Math.min(...samples), Math.max(...samples)],
    samples: samples.length,
    gflops: flops / ms / 1e6,
    gbps: bytes / ms / 1e6,
    ...(images ? { imagesPerSecond: (1000 * images) / ms } : {}),
    ...(ops ? { microsecondsPerOp: (1000 * ms) / ops } : {}),
  };
}
