import { workerData } from 'node:worker_threads';
import { FileError } from '../runtime/errors.js';
import { serveJobs } from '../runtime/worker-jobs.node.js';
import { readImage } from './decode.node.js';
import type { ImageLimits } from './image-limits.js';
import { MemoryGate } from './memory-gate.js';
import type { DecodedPicture } from './picture-decoder.js';

/** What a worker is started with: its part of the memory that all of them share. */
export interface DecodeWorkerData {
  memory: Int32Array<SharedArrayBuffer>;
  slot: number;
  maxMemory: number;
}

/** One picture to decode. */
export interface DecodeJob {
  path: string;
  limits: ImageLimits;
}

/** A FileError as plain data. */
export interface DecodeFailure {
  path: string;
  problem: string;
  wayOut: string;
}

const { memory, slot, maxMemory } = workerData as DecodeWorkerData;
const gate = new MemoryGate(memory, slot, maxMemory);

serveJobs<DecodeJob, DecodedPicture, DecodeFailure>({
  async work({ path, limits }) {
    try {
      const picture = await readImage(path, limits);
      gate.take(picture.memory);
      const start = performance.now();
      const image = await picture.decode();
      const seconds = (performance.now() - start) / 1000;
      return { result: { image, seconds }, transfer: [image.data.buffer as ArrayBuffer] };
    } finally {
      gate.release();
    }
  },
  failure(error, { path }) {
    const { problem, wayOut } =
      error instanceof FileError ? error : { problem: String(error).split('\n')[0]!, wayOut: 'report this picture' };
    return { path, problem, wayOut };
  },
});
