import { proxy, type Remote, wrap } from 'comlink';
import type { ClassifyRoom } from './classify-room.js';
import type { Gpu } from './gpu.js';
import type { KernelRoom } from './kernel-room.js';
import type { Pictures } from './pictures.js';
import type { TeachRoom } from './teach-room.js';
import type { TrainRoom } from './train-room.js';
import type { OnProgress, TrainEvents } from './wire.js';
import type { Rooms } from './worker.js';

/** The engine as the page sees it: the same rooms, every answer a promise. */
export interface EngineClient {
  readonly gpu: Remote<Gpu>;
  readonly pictures: Remote<Pictures>;
  readonly teach: Remote<TeachRoom>;
  readonly train: Remote<TrainRoom>;
  readonly classify: Remote<ClassifyRoom>;
  readonly kernels: Remote<KernelRoom>;
}

let started: Promise<EngineClient> | null = null;

/** @param onLost told when the device is gone; the next call opens another one */
export function startEngine(onLost: (message: string) => void): Promise<EngineClient> {
  started = start(onLost);
  return started;
}

/** Why there is no engine: whatever asks for it is told so. */
export function refuseEngine(reason: string): void {
  started = Promise.reject(new Error(reason));
  started.catch(() => {}); // each call meets it
}

/** @throws (as a rejection) what `refuseEngine` was told */
export function engine(): Promise<EngineClient> {
  return started ?? Promise.reject(new Error('the engine is asked before it was started'));
}

async function start(onLost: (message: string) => void): Promise<EngineClient> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'sppgpu' });
  const failed = new Promise<never>((_, reject) => {
    worker.addEventListener('error', ({ message }) =>
      reject(new Error(`the engine could not be started (${message || 'its script did not load'}); reload the page`)),
    );
  });
  const rooms = wrap<Rooms>(worker);
  const opened = async (): Promise<EngineClient> => {
    await rooms.onLost(proxy(onLost));
    const [gpu, pictures, teach, train, classify, kernels] = await Promise.all([
      rooms.gpu(),
      rooms.pictures(),
      rooms.teach(),
      rooms.train(),
      rooms.classify(),
      rooms.kernels(),
    ]);
    return { gpu, pictures, teach, train, classify, kernels } as unknown as EngineClient;
  };
  return Promise.race([opened(), failed]);
}

/** A listener that the engine may call. */
export const listening = (tell: OnProgress): OnProgress => proxy(tell);
export const hearing = <T>(tell: (line: T) => void): ((line: T) => void) => proxy(tell);
export const watching = ({ onStep, onEpoch }: TrainEvents): TrainEvents => proxy({ onStep, onEpoch });
