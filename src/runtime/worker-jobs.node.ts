import { parentPort } from 'node:worker_threads';
import type { WorkerJob, WorkerReply } from './worker-pool.node.js';

/** What a worker thread of a `WorkerPool` does. */
export interface JobServer<Job, Result, Failure> {
  /** `transfer`: memory of the result that moves instead of being copied. */
  readonly work: (job: Job) => Promise<{ readonly result: Result; readonly transfer?: ArrayBuffer[] }>;
  /** An error as plain data. */
  readonly failure: (error: unknown, job: Job) => Failure;
}

/** Does the jobs that a `WorkerPool` sends to this thread; to be called once that the worker's module is loaded. */
export function serveJobs<Job, Result, Failure>({ work, failure }: JobServer<Job, Result, Failure>): void {
  const reply = (message: WorkerReply<Result, Failure>, transfer?: ArrayBuffer[]): void =>
    parentPort?.postMessage(message, transfer);
  parentPort?.on('message', async ({ id, job }: WorkerJob<Job>) => {
    try {
      const { result, transfer } = await work(job);
      reply({ id, result }, transfer);
    } catch (error) {
      reply({ id, failure: failure(error, job) });
    }
  });
  reply({ ready: true });
}
