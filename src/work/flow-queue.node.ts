import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Job, Queue, Worker } from 'bullmq';
import { SppgpuError } from '../runtime/errors.js';
import type { JobReport, JobResult } from './flow.node.js';
import { type QueueAddress, withoutSecrets } from './queue-url.js';
import type { Shard } from './shard.js';
import { isRecord } from './shard-head.js';

/** A piece of work as it stands in a queue: all that a worker on another machine needs, which has the same paths. */
export interface QueuedFlow {
  readonly id: string;
  readonly version: string;
  /** The command and its options. */
  readonly words: readonly string[];
  readonly shards: number;
  /** Folder in which the command was given; the folder of the shards and the result, from there. */
  readonly cwd: string;
  readonly folder: string;
  readonly out: string;
  readonly attempts: number;
}

/** What a worker does for jobs. */
export interface QueueWork {
  readonly version: string;
  /** Jobs at once. */
  readonly workers: number;
  /** Seconds after which the job of a worker that says nothing is given to another. */
  readonly lockSeconds: number;
  /** End when there are no jobs left. */
  readonly drain: boolean;
  readonly signal: AbortSignal;
  readonly shard: (flow: QueuedFlow, shard: Shard, signal: AbortSignal) => Promise<JobResult>;
  /** Merges the files of all shards. */
  readonly merge: (flow: QueuedFlow, files: readonly string[]) => Promise<void>;
  /** A job that is over; `shard` is 0 for the merge. */
  readonly onJob: (report: JobReport) => void;
  readonly onNote: (line: string) => void;
}

const QUEUE = 'sppgpu';
/** Seconds that a server has for its first answer. */
const PATIENCE_MS = 10_000;
/** Between looks for the end of the jobs. */
const LOOK_MS = 300;
/** A worker that dies loses its job to another so many times before the job counts as failed. */
const MAX_DEATHS = 20;
/** A job of another version waits so long for a worker of its own. */
const WAIT_MS = 5_000;

type Data = { readonly flow: QueuedFlow; readonly shard: number };
type Result = { readonly file?: string; readonly seconds: number };
type BullMQ = typeof import('bullmq');

/** The flows of a server: BullMQ over PostgreSQL or Redis, which is loaded only here. */
export class FlowQueue {
  private constructor(
    private readonly bullmq: BullMQ,
    private readonly address: QueueAddress,
    private readonly queue: Queue,
  ) {}

  /** @throws SppgpuError, one line, where BullMQ is missing, or the server does not answer or refuses */
  static async open(address: QueueAddress): Promise<FlowQueue> {
    const bullmq = await load();
    const queue = connected(address, () => new bullmq.Queue(QUEUE, ...options(bullmq, address)));
    try {
      await answered(queue, address);
    } catch (error) {
      void queue.close().catch(() => undefined);
      throw error;
    }
    // Errors of a connection that was good are told by those who wait for it.
    queue.on('error', () => undefined);
    return new FlowQueue(bullmq, address, queue);
  }

  /** Puts a flow into the queue: its shards, and the merge behind all of them. @returns its id */
  async submit(flow: Omit<QueuedFlow, 'id'>, key: string): Promise<QueuedFlow> {
    const { bullmq, address } = this;
    const own: QueuedFlow = { ...flow, id: `${key}-${randomBytes(4).toString('hex')}` };
    const producer = new bullmq.FlowProducer(...options(bullmq, address));
    producer.on('error', () => undefined);
    const { attempts } = flow;
    const common = { queueName: QUEUE, opts: { attempts } };
    try {
      await producer.add({
        ...{ ...common, name: 'merge', data: { flow: own, shard: 0 } },
        opts: { ...common.opts, jobId: own.id },
        children: Array.from({ length: flow.shards }, (_, i) => ({
          ...{ ...common, name: 'shard', data: { flow: own, shard: i + 1 } },
          opts: { ...common.opts, jobId: `${own.id}-${i + 1}`, failParentOnFailure: true },
        })),
      });
    } catch (error) {
      throw problem(address, error);
    } finally {
      await producer.close();
    }
    return own;
  }

  /**
   * Waits for the end of a flow, and takes it out of the queue. A server that has gone is waited for.
   * @returns the files of its shards, in order, or the problem of the first that could not be done
   * @throws the reason of the signal; the flow goes on without
   */
  async ended(
    { id, shards }: QueuedFlow,
    signal: AbortSignal,
  ): Promise<{ files: readonly string[]; problem?: string }> {
    for (;;) {
      await setTimeout(LOOK_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
      const parent = await this.job(id).catch(() => null);
      const state = await parent?.getState().catch(() => 'unknown');
      if (!parent || (state !== 'completed' && state !== 'failed')) continue;
      const jobs = await Promise.all(Array.from({ length: shards }, (_, i) => this.job(`${id}-${i + 1}`)));
      await parent.remove().catch(() => undefined);
      if (state === 'completed') return { files: jobs.flatMap((job) => job?.returnvalue?.file ?? []) };
      const failed = jobs.findIndex((job) => job?.failedReason);
      const why = failed < 0 ? parent.failedReason : `shard ${failed + 1}/${shards}: ${jobs[failed]!.failedReason}`;
      return { files: [], problem: withoutSecrets(why, this.address) };
    }
  }

  private job(id: string): Promise<Job<Data, Result> | null> {
    return this.queue.getJob(id) as Promise<Job<Data, Result> | null>;
  }

  /** Works on jobs until the signal aborts, or none are left. @throws SppgpuError for jobs of another version, which stay in the queue */
  async work(work: QueueWork): Promise<void> {
    const { bullmq, address } = this;
    const stopping = new AbortController();
    const ending = AbortSignal.any([work.signal, stopping.signal]);
    const lock = 1000 * work.lockSeconds;
    let foreign: SppgpuError | null = null;
    const process = async (job: Job<Data, Result>, token?: string): Promise<Result> => {
      const { flow, shard } = checked(job.data);
      if (flow.version !== work.version) {
        foreign = new SppgpuError(
          `work: jobs of sppgpu ${flow.version} are waiting, this is ${work.version}; work with the same version`,
        );
        stopping.abort(foreign);
        await job.moveToDelayed(Date.now() + WAIT_MS, token);
        throw new bullmq.DelayedError();
      }
      const started = performance.now();
      const seconds = () => Number(((performance.now() - started) / 1000).toFixed(3));
      if (shard === 0) {
        const children = Object.values(await job.getChildrenValues<Result>());
        await work.merge(
          flow,
          children.map(({ file }) => file ?? ''),
        );
        return { seconds: seconds() };
      }
      const result = await work.shard(flow, { index: shard, count: flow.shards }, ending);
      // What was stopped here goes back to the queue, as if the worker had been ended.
      if (ending.aborted) {
        await job.moveToDelayed(Date.now(), token);
        throw new bullmq.DelayedError();
      }
      if (result.ok) return { ...(result.file !== undefined && { file: result.file }), seconds: seconds() };
      const failure = result.problem ?? 'failed';
      throw result.hopeless ? new bullmq.UnrecoverableError(failure) : new Error(failure);
    };
    const [how, backend] = options(bullmq, address) as [object, never];
    const timing = {
      concurrency: work.workers,
      lockDuration: lock,
      stalledInterval: lock,
      maxStalledCount: MAX_DEATHS,
    };
    const worker = connected(
      address,
      () =>
        new bullmq.Worker(QUEUE, process, { ...how, ...timing } as never, backend) as unknown as Worker<Data, Result>,
    );
    this.listen(worker, work);
    try {
      await this.until(ending, work.drain);
    } finally {
      await worker.close();
    }
    if (foreign) throw foreign;
    work.signal.throwIfAborted();
  }

  async close(): Promise<void> {
    await this.queue.close();
  }

  private listen(worker: Worker<Data, Result>, { onJob, onNote }: QueueWork): void {
    const started = new Map<string, number>();
    worker.on('active', ({ id }) => void started.set(id!, performance.now()));
    const reported = ({ id, data, attemptsStarted }: Job<Data, Result>): Omit<JobReport, 'ok'> => {
      const seconds = (performance.now() - (started.get(id!) ?? performance.now())) / 1000;
      return { job: id!, shard: data.shard, seconds: Number(seconds.toFixed(3)), attempts: attemptsStarted };
    };
    worker.on('completed', (job) => onJob({ ...reported(job), ok: true }));
    worker.on('failed', (job, error) => {
      const line = withoutSecrets(error.message, this.address);
      if (!job) return onNote(`a job failed: ${line}`);
      const last = job.finishedOn !== undefined || job.attemptsMade >= (job.opts.attempts ?? 1);
      if (last) onJob({ ...reported(job), ok: false, problem: line });
      else onNote(`${job.id} is tried again: ${line}`);
    });
    let told = false;
    worker.on('error', (error) => {
      if (!told) onNote(`${problem(this.address, error).message}; waiting for it`);
      told = true;
    });
    worker.on('ready', () => {
      told = false;
    });
  }

  /** Ends when the signal aborts; where nothing is left to wait for, too. */
  private async until(signal: AbortSignal, drain: boolean): Promise<void> {
    while (!signal.aborted) {
      // An aborted signal ends the pause.
      await setTimeout(LOOK_MS, undefined, { signal }).catch(() => undefined);
      if (!drain || signal.aborted) continue;
      const counts = await this.queue
        .getJobCounts('waiting', 'active', 'delayed', 'prioritized', 'waiting-children')
        .catch(() => ({ unknown: 1 }));
      if (Object.values(counts).every((count) => count === 0)) return;
    }
  }
}

async function load(): Promise<BullMQ> {
  try {
    return await import('bullmq');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new SppgpuError('queue: BullMQ is not installed; npm i bullmq pg (or bullmq ioredis), or leave --queue out');
  }
}

/** The last arguments of BullMQ's classes: how to connect, and to which kind of server. */
function options(bullmq: BullMQ, { kind, url }: QueueAddress): [never, never] {
  const connection =
    kind === 'postgres' ? { connectionString: url, migrate: true } : { url, maxRetriesPerRequest: null };
  return [{ connection }, kind === 'postgres' ? bullmq.createPostgresBackend : undefined] as unknown as [never, never];
}

/** A class of BullMQ; its driver is a package of its own, which may be missing. */
function connected<T>(address: QueueAddress, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw problem(address, error);
  }
}

/** Waits for the first answer: a driver would try for ever. */
async function answered(queue: Queue, address: QueueAddress): Promise<void> {
  const done = new AbortController();
  const refused = new Promise<never>((_, reject) => {
    queue.on('error', (error) => reject(problem(address, error)));
  });
  const late = setTimeout(PATIENCE_MS, undefined, { signal: done.signal }).then(() => {
    throw new SppgpuError(`queue ${address.shown}: no answer in ${PATIENCE_MS / 1000} s; ${WAY_OUT}`);
  });
  const answer = queue.getJobCounts('waiting').catch((error: unknown) => {
    throw problem(address, error);
  });
  try {
    await Promise.race([refused, late, answer]);
  } finally {
    done.abort();
    // Whichever did not come first may still fail.
    for (const rest of [refused, late, answer]) rest.catch(() => undefined);
  }
}

const WAY_OUT = 'check the address, the password and the server';

function problem(address: QueueAddress, error: unknown): SppgpuError {
  if (error instanceof SppgpuError) return error;
  const { message = '', code } = error as NodeJS.ErrnoException;
  const driver = address.kind === 'postgres' ? 'pg' : 'ioredis';
  if (code === 'MODULE_NOT_FOUND' || new RegExp(`['"\`]${driver}['"\`]`, 'u').test(message)) {
    return new SppgpuError(`queue: the driver ${driver} is not installed; npm i ${driver}`);
  }
  const line = withoutSecrets(message || code || 'it cannot be reached', address).split('\n')[0]!;
  return new SppgpuError(`queue ${address.shown}: ${line}; ${WAY_OUT}`);
}

/** Whoever writes into the queue is trusted with commands, but not to know what they look like. Throws SppgpuError. */
function checked(data: unknown): Data {
  const sound =
    isRecord(data) &&
    isRecord(data.flow) &&
    Number.isSafeInteger(data.shard) &&
    Number.isSafeInteger(data.flow.shards) &&
    ['id', 'version', 'cwd', 'folder', 'out'].every(
      (name) => typeof (data.flow as Record<string, unknown>)[name] === 'string',
    ) &&
    Array.isArray(data.flow.words) &&
    data.flow.words.every((word) => typeof word === 'string');
  if (!sound) throw new SppgpuError('work: a job in the queue is not of sppgpu; give the queue of `sppgpu submit`');
  return data as unknown as Data;
}
