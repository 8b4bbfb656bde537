import { createHash } from 'node:crypto';
import type { Shard } from './shard.js';

/** What came of one delivery of a job. */
export interface JobResult {
  readonly ok: boolean;
  /** The shard's file, where all went well. */
  readonly file?: string;
  /** Why not, in one line. */
  readonly problem?: string;
  /** Whether no other attempt, and no other shard, can do better: the command itself is wrong. */
  readonly hopeless?: boolean;
}

/** Does the work of one shard; killed at any point it may be called again. */
export type JobRunner = (shard: Shard, signal: AbortSignal) => Promise<JobResult>;

/** A job that is over. */
export interface JobReport {
  readonly job: string;
  readonly shard: number;
  /** Of all attempts. */
  readonly seconds: number;
  readonly attempts: number;
  readonly ok: boolean;
  readonly file?: string;
  readonly problem?: string;
}

export interface Flow {
  readonly id: string;
  readonly shards: number;
}

export interface FlowRun {
  /** Jobs that run at once. */
  readonly workers: number;
  /** Times that a job is tried at most. */
  readonly attempts: number;
  readonly signal: AbortSignal;
  readonly run: JobRunner;
  readonly onJob?: (report: JobReport) => void;
  readonly onRetry?: (shard: Shard, problem: string) => void;
}

/** A name for a piece of work as it was asked for: the same words in the same folder are the same flow. */
export function flowId(words: readonly string[], shards: number, version: string, folder: string): string {
  return createHash('sha256')
    .update(JSON.stringify([words, shards, version, folder]))
    .digest('hex')
    .slice(0, 12);
}

/**
 * Runs all shards of a flow, some at once. A job that fails or dies is put behind the others and tried again; one that fails for good
 * does not end the others.
 * @returns a report of each shard, in order
 * @throws the reason of `signal`, once nothing runs any more
 */
export async function runFlow({ id, shards }: Flow, options: FlowRun): Promise<JobReport[]> {
  const { workers, attempts, signal, run, onJob, onRetry } = options;
  const jobs = Array.from({ length: shards }, (_, i) => ({
    shard: { index: i + 1, count: shards },
    tries: 0,
    seconds: 0,
  }));
  const waiting = [...jobs];
  const reports: JobReport[] = [];
  const worker = async (): Promise<void> => {
    for (let job = waiting.shift(); job && !signal.aborted; job = waiting.shift()) {
      const started = performance.now();
      const { ok, file, problem = 'failed', hopeless } = await run(job.shard, signal);
      job.tries++;
      job.seconds += (performance.now() - started) / 1000;
      if (signal.aborted) return;
      if (!ok && !hopeless && job.tries < attempts) {
        onRetry?.(job.shard, problem);
        waiting.push(job);
        continue;
      }
      if (hopeless) waiting.length = 0;
      const { index } = job.shard;
      const report: JobReport = {
        ...{ job: `${id}-${index}`, shard: index, seconds: Number(job.seconds.toFixed(3)), attempts: job.tries, ok },
        ...(ok ? file !== undefined && { file } : { problem }),
      };
      reports.push(report);
      onJob?.(report);
    }
  };
  // A job that is tried again may come when the other workers have gone: its own goes on with it.
  await Promise.all(Array.from({ length: Math.min(workers, shards) }, worker));
  signal.throwIfAborted();
  return reports.sort((a, b) => a.shard - b.shard);
}
