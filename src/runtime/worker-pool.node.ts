import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { SppgpuError } from './errors.js';

/** What a worker says: once, that it is loaded; then a reply for each job. Only plain data crosses threads. */
export type WorkerReply<Result, Failure> =
  | { readonly ready: true }
  | { readonly id: number; readonly result: Result }
  | { readonly id: number; readonly failure: Failure };

/** A job on its way to a worker. */
export interface WorkerJob<Job> {
  readonly id: number;
  readonly job: Job;
}

/** What a pool does, in words for errors, and how its workers are started. */
export interface WorkerPoolParts<Job, Failure> {
  /** For messages: "decode pool". */
  readonly name: string;
  /** What to do where no worker starts: "decode without workers". */
  readonly wayOut: string;
  /** The module that a worker runs. */
  readonly url: URL;
  /** Threads; by default one less than the machine runs at once, at least 1. */
  readonly workers?: number;
  /** What the worker in a slot (0 .. workers - 1) is started with. */
  readonly workerData?: (slot: number) => unknown;
  /** Called when the worker of a slot has died. */
  readonly onDeath?: (slot: number) => void;
  /** The error for a job that failed as its worker says. */
  readonly failed: (failure: Failure, job: Job) => Error;
  /** The error for a job whose worker died. */
  readonly died: (line: string, job: Job) => Error;
}

interface Task<Job, Result> extends WorkerJob<Job> {
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}

interface Lane<Job, Result> {
  readonly worker: Worker;
  readonly slot: number;
  /** Its code is loaded. */
  ready: boolean;
  task?: Task<Job, Result>;
}

/** The module of a worker beside the file that starts it: its own entry in the build, a source file when running from the sources. */
export function workerUrl(name: string, importer: string): URL {
  return new URL(importer.endsWith('.ts') ? `${name}.node.ts` : `${name}.js`, importer);
}

/**
 * Worker threads that do jobs, one each at a time, in the order in which they came. An idle pool does not keep the process
 * alive; `close` ends it. A thread that dies (out of memory) fails its job alone and is replaced.
 */
export class WorkerPool<Job, Result, Failure> {
  readonly workers: number;
  private readonly lanes: Lane<Job, Result>[] = [];
  private readonly waiting: Task<Job, Result>[] = [];
  private nextId = 0;
  private closed = false;

  /** Throws SppgpuError unless `workers` is a whole number from 1 to 256. */
  constructor(private readonly parts: WorkerPoolParts<Job, Failure>) {
    const { workers = Math.max(1, availableParallelism() - 1) } = parts;
    if (!Number.isInteger(workers) || workers < 1 || workers > 256) {
      throw new SppgpuError(`workers: ${workers} is not a whole number from 1 to 256; pass such a number`);
    }
    this.workers = workers;
  }

  run(job: Job): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.closed) return reject(new SppgpuError(`${this.parts.name}: used after close; make a new one`));
      this.waiting.push({ id: this.nextId++, job, resolve, reject });
      this.assign();
    });
  }

  /** Ends all threads; jobs that are not done are rejected. */
  async close(): Promise<void> {
    this.closed = true;
    const lanes = this.lanes.splice(0);
    const open = [...this.waiting.splice(0), ...lanes.flatMap((lane) => lane.task ?? [])];
    // A reply on its way finds no task, so that it cannot unref a thread whose end is awaited: the process would exit first.
    for (const lane of lanes) lane.task = undefined;
    for (const task of open) task.reject(new SppgpuError(`${this.parts.name}: closed before the work was done`));
    await Promise.all(lanes.map(({ worker }) => worker.terminate()));
  }

  private assign(): void {
    while (this.waiting.length > 0) {
      const lane = this.lanes.find(({ task }) => !task) ?? this.startLane();
      if (!lane) return;
      const task = this.waiting.shift()!;
      const { id, job } = task;
      lane.task = task;
      lane.worker.ref();
      lane.worker.postMessage({ id, job } satisfies WorkerJob<Job>);
    }
  }

  private startLane(): Lane<Job, Result> | undefined {
    if (this.lanes.length >= this.workers) return undefined;
    const slots = Array.from({ length: this.workers }, (_, slot) => slot);
    const slot = slots.find((free) => this.lanes.every((lane) => lane.slot !== free))!;
    const worker = new Worker(this.parts.url, { workerData: this.parts.workerData?.(slot) });
    const lane: Lane<Job, Result> = { worker, slot, ready: false };
    worker.on('message', (reply: WorkerReply<Result, Failure>) => this.finish(lane, reply));
    worker.on('error', (error) => this.replace(lane, error));
    worker.unref();
    this.lanes.push(lane);
    return lane;
  }

  private finish(lane: Lane<Job, Result>, reply: WorkerReply<Result, Failure>): void {
    if ('ready' in reply) lane.ready = true;
    const { task } = lane;
    if ('ready' in reply || task?.id !== reply.id) return;
    lane.task = undefined;
    lane.worker.unref();
    if ('failure' in reply) task.reject(this.parts.failed(reply.failure, task.job));
    else task.resolve(reply.result);
    this.assign();
  }

  private replace(lane: Lane<Job, Result>, error: Error): void {
    const at = this.lanes.indexOf(lane);
    if (at >= 0) this.lanes.splice(at, 1);
    this.parts.onDeath?.(lane.slot);
    const line = error.message.split('\n')[0]!;
    const { task } = lane;
    if (!lane.ready) {
      const failure = new SppgpuError(`${this.parts.name}: a worker could not start (${line}); ${this.parts.wayOut}`);
      for (const waiting of [...(task ? [task] : []), ...this.waiting.splice(0)]) waiting.reject(failure);
      return;
    }
    task?.reject(this.parts.died(line, task.job));
    this.assign();
  }
}
