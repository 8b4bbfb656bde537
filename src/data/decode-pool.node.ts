import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { FileError, SppgpuError } from '../runtime/errors.js';
import { checkOptions, type OptionNames } from '../runtime/options.js';
import type { DecodeJob, DecodeReply, DecodeWorkerData } from './decode-worker.node.js';
import { DEFAULT_IMAGE_LIMITS, type ImageLimits } from './image-limits.js';
import { MemoryGate } from './memory-gate.js';
import type { DecodedPicture, PictureDecoder } from './picture-decoder.js';

/** The worker beside this file: its own entry in the build, a source file when running from the sources. */
const WORKER_URL = new URL(
  import.meta.url.endsWith('.ts') ? 'decode-worker.node.ts' : 'decode-worker.js',
  import.meta.url,
);

interface Task extends DecodeJob {
  resolve: (picture: DecodedPicture) => void;
  reject: (error: Error) => void;
}

/** Room for two pictures of 64 million pixels, or three progressive ones of 30 million. */
const DEFAULT_MEMORY = 2 ** 30;

interface Lane {
  worker: Worker;
  /** Its place in the shared memory counters. */
  slot: number;
  /** Its code is loaded. */
  ready: boolean;
  task?: Task;
}

export interface DecodePoolOptions {
  /** Threads; by default one less than the machine runs at once, at least 1. */
  workers?: number;
  limits?: ImageLimits;
  /**
   * Bytes that all threads together take for decoding, beside the files that they hold and the pictures that they hand over;
   * 1 GiB by default. A picture that needs more is decoded while no other is.
   */
  maxMemory?: number;
}

const NAMES: OptionNames<DecodePoolOptions> = { workers: true, limits: true, maxMemory: true };

/**
 * Worker threads that read and decode pictures, one each at a time. An idle pool does not keep the process alive; `close`
 * ends it. A thread that dies (out of memory) fails its picture alone and is replaced.
 */
export class DecodePool implements PictureDecoder {
  readonly workers: number;
  private readonly limits: ImageLimits;
  private readonly maxMemory: number;
  private readonly memory: Int32Array<SharedArrayBuffer>;
  private readonly lanes: Lane[] = [];
  private readonly waiting: Task[] = [];
  private nextId = 0;
  private closed = false;

  /** Throws SppgpuError unless `workers` is a whole number from 1 to 256. */
  constructor(options: DecodePoolOptions = {}) {
    checkOptions('DecodePool', options, NAMES);
    const {
      workers = Math.max(1, availableParallelism() - 1),
      limits = DEFAULT_IMAGE_LIMITS,
      maxMemory = DEFAULT_MEMORY,
    } = options;
    if (!Number.isInteger(workers) || workers < 1 || workers > 256) {
      throw new SppgpuError(`workers: ${workers} is not a whole number from 1 to 256; pass such a number`);
    }
    this.workers = workers;
    this.limits = limits;
    this.maxMemory = maxMemory;
    this.memory = MemoryGate.create(workers);
  }

  decode(path: string): Promise<DecodedPicture> {
    return new Promise((resolve, reject) => {
      if (this.closed) return reject(new SppgpuError('decode pool: used after close; make a new one'));
      this.waiting.push({ id: this.nextId++, path, limits: this.limits, resolve, reject });
      this.assign();
    });
  }

  /** Ends all threads; pictures still waiting are rejected. */
  async close(): Promise<void> {
    this.closed = true;
    const lanes = this.lanes.splice(0);
    const open = [...this.waiting.splice(0), ...lanes.flatMap((lane) => lane.task ?? [])];
    // A reply on its way finds no task, so that it cannot unref a thread whose end is awaited: the process would exit first.
    for (const lane of lanes) lane.task = undefined;
    for (const task of open) task.reject(new SppgpuError('decode pool: closed before the picture was decoded'));
    await Promise.all(lanes.map(({ worker }) => worker.terminate()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private assign(): void {
    while (this.waiting.length > 0) {
      const lane = this.lanes.find(({ task }) => !task) ?? this.startLane();
      if (!lane) return;
      const task = this.waiting.shift()!;
      const { id, path, limits } = task;
      lane.task = task;
      lane.worker.ref();
      lane.worker.postMessage({ id, path, limits } satisfies DecodeJob);
    }
  }

  private startLane(): Lane | undefined {
    if (this.lanes.length >= this.workers) return undefined;
    const slots = Array.from({ length: this.workers }, (_, slot) => slot);
    const slot = slots.find((free) => this.lanes.every((lane) => lane.slot !== free))!;
    const workerData: DecodeWorkerData = { memory: this.memory, slot, maxMemory: this.maxMemory };
    const lane: Lane = { worker: new Worker(WORKER_URL, { workerData }), slot, ready: false };
    lane.worker.on('message', (reply: DecodeReply) => this.finish(lane, reply));
    lane.worker.on('error', (error) => this.replace(lane, error));
    lane.worker.unref();
    this.lanes.push(lane);
    return lane;
  }

  private finish(lane: Lane, reply: DecodeReply): void {
    if ('ready' in reply) lane.ready = true;
    const { task } = lane;
    if ('ready' in reply || task?.id !== reply.id) return;
    lane.task = undefined;
    lane.worker.unref();
    if ('failure' in reply) {
      const { path, problem, wayOut } = reply.failure;
      task.reject(new FileError(path, problem, wayOut));
    } else {
      task.resolve({ image: reply.image, seconds: reply.seconds });
    }
    this.assign();
  }

  private replace(lane: Lane, error: Error): void {
    const at = this.lanes.indexOf(lane);
    if (at >= 0) this.lanes.splice(at, 1);
    new MemoryGate(this.memory, lane.slot, this.maxMemory).release();
    const [line] = error.message.split('\n');
    const { task } = lane;
    if (!lane.ready) {
      const failure = new SppgpuError(`decode worker: could not start (${line}); decode without workers`);
      for (const waiting of [...(task ? [task] : []), ...this.waiting.splice(0)]) waiting.reject(failure);
      return;
    }
    task?.reject(new FileError(task.path, `the decoder stopped (${line})`, 'make the picture smaller'));
    this.assign();
  }
}
