import { FileError } from '../runtime/errors.js';
import { checkOptions, type OptionNames } from '../runtime/options.js';
import { WorkerPool, workerUrl } from '../runtime/worker-pool.node.js';
import type { DecodeFailure, DecodeJob, DecodeWorkerData } from './decode-worker.node.js';
import { DEFAULT_IMAGE_LIMITS, type ImageLimits } from './image-limits.js';
import { MemoryGate } from './memory-gate.js';
import type { DecodedPicture, PictureDecoder } from './picture-decoder.js';

/** Room for two pictures of 64 million pixels, or three progressive ones of 30 million. */
const DEFAULT_MEMORY = 2 ** 30;

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
  private readonly limits: ImageLimits;
  private readonly pool: WorkerPool<DecodeJob, DecodedPicture, DecodeFailure>;

  /** Throws SppgpuError unless `workers` is a whole number from 1 to 256. */
  constructor(options: DecodePoolOptions = {}) {
    checkOptions('DecodePool', options, NAMES);
    const { workers, limits = DEFAULT_IMAGE_LIMITS, maxMemory = DEFAULT_MEMORY } = options;
    this.limits = limits;
    this.pool = new WorkerPool({
      name: 'decode pool',
      wayOut: 'decode without workers',
      url: workerUrl('decode-worker', import.meta.url),
      workers,
      workerData: (slot) => ({ memory, slot, maxMemory }) satisfies DecodeWorkerData,
      onDeath: (slot) => new MemoryGate(memory, slot, maxMemory).release(),
      failed: ({ path, problem, wayOut }) => new FileError(path, problem, wayOut),
      died: (line, { path }) => new FileError(path, `the decoder stopped (${line})`, 'make the picture smaller'),
    });
    const memory = MemoryGate.create(this.workers);
  }

  get workers(): number {
    return this.pool.workers;
  }

  decode(path: string): Promise<DecodedPicture> {
    return this.pool.run({ path, limits: this.limits });
  }

  /** Ends all threads; pictures still waiting are rejected. */
  close(): Promise<void> {
    return this.pool.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
