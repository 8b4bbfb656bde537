import { parentPort, workerData } from 'node:worker_threads';
import type { Picture } from '../picture/picture.js';
import { FileError } from '../runtime/errors.js';
import { readImage } from './decode.node.js';
import type { ImageLimits } from './image-limits.js';
import { MemoryGate } from './memory-gate.js';

/** What a worker is started with: its part of the memory that all of them share. */
export interface DecodeWorkerData {
  memory: Int32Array<SharedArrayBuffer>;
  slot: number;
  maxMemory: number;
}

/** One picture to decode. */
export interface DecodeJob {
  id: number;
  path: string;
  limits: ImageLimits;
}

/** What a worker says: once that it is loaded, then one reply a job. Errors travel as text: only plain data crosses threads. */
export type DecodeReply =
  | { ready: true }
  | { id: number; image: Picture; seconds: number }
  | { id: number; failure: { path: string; problem: string; wayOut: string } };

const { memory, slot, maxMemory } = workerData as DecodeWorkerData;
const gate = new MemoryGate(memory, slot, maxMemory);

async function decode({ id, path, limits }: DecodeJob): Promise<void> {
  try {
    const picture = await readImage(path, limits);
    gate.take(picture.memory);
    const start = performance.now();
    const image = await picture.decode();
    reply({ id, image, seconds: (performance.now() - start) / 1000 }, [image.data.buffer as ArrayBuffer]);
  } catch (error) {
    const { problem, wayOut } =
      error instanceof FileError ? error : { problem: String(error).split('\n')[0]!, wayOut: 'report this picture' };
    reply({ id, failure: { path, problem, wayOut } });
  } finally {
    gate.release();
  }
}

function reply(message: DecodeReply, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

parentPort?.on('message', (job: DecodeJob) => void decode(job));
reply({ ready: true });
