import { correctOf, sizeBuckets } from '../../demo/buckets.js';
import { digitSession, sppContestant } from '../../demo/digit-nets.js';
import { demoPictures, digitsInMemory } from '../../demo/digit-pictures.js';
import { classifyNative } from '../../demo/evaluate-digits.js';
import { checkpointHistory, checkpointInfo } from '../../models/checkpoint-info.js';
import type { Network } from '../../models/network.js';
import { openModel } from '../../models/open-model.js';
import { SppgpuError } from '../../runtime/errors.js';
import { decodeCheckpoint, encodeCheckpoint } from '../../train/checkpoint.js';
import { MemoryStore } from '../../train/run-store.js';
import { runSessionIn } from '../../train/session.js';
import { digitSource } from './digit-source.js';
import type { Gpu } from './gpu.js';
import type { Accuracy, TrainEpoch, TrainEvents, TrainRequest } from './wire.js';

/** Steps between checkpoints: what a lost device costs at most. */
const CHECKPOINT_EVERY = 20;
/** Digits that judge an epoch. */
const JUDGED = { hardware: 1000, software: 100 } as const;

/** The demo's training, live. */
export class TrainRoom {
  private store = new MemoryStore();
  private running: AbortController | null = null;

  constructor(private readonly gpu: Gpu) {}

  /**
   * Trains, from the checkpoint where there is one.
   * @returns whether all epochs are done; false where it was paused
   */
  async train(request: TrainRequest, { onStep, onEpoch }: TrainEvents): Promise<boolean> {
    if (this.running) throw new SppgpuError('a training is under way; pause it first');
    const running = new AbortController();
    this.running = running;
    try {
      const device = await this.gpu.device();
      const { digits, ...run } = request;
      const pictures = await demoPictures(await digitSource(), 'train', run.seed, digits);
      const session = digitSession(device, sppContestant(), pictures, digitsInMemory(pictures), run);
      const { network, finished } = await runSessionIn(this.store, {
        ...session,
        resume: true,
        checkpointEvery: CHECKPOINT_EVERY,
        signal: running.signal,
        about: { program: 'sppgpu web' },
        onStep: ({ top1 = Number.NaN, ...step }) => onStep({ ...step, accuracy: top1 }),
        onEpoch: async (record, trained) => {
          const { epoch, size, loss, top1 = Number.NaN, seconds } = record;
          onEpoch({ epoch: epoch + 1, size, loss, accuracy: top1, seconds }, await this.judge(trained, run.seed));
          trained.train();
        },
      });
      network.dispose();
      return finished;
    } finally {
      this.running = null;
    }
  }

  /** Ends after the step in progress; the next `train` goes on from there. */
  pause(): void {
    this.running?.abort();
  }

  /** Forgets the run. */
  reset(): void {
    this.pause();
    this.store = new MemoryStore();
  }

  get checkpoint(): Uint8Array | null {
    const { checkpoint } = this.store;
    return checkpoint && encodeCheckpoint(checkpoint);
  }

  /**
   * A checkpoint of this page, or of `sppgpu demo`, to go on from.
   * @returns its epochs, and how well it does
   * @throws FileError for a file that holds none, or one of another net
   */
  async open(
    bytes: Uint8Array,
    name: string,
  ): Promise<{ epochs: readonly TrainEpoch[]; accuracy: Accuracy; seed: number }> {
    const checkpoint = decodeCheckpoint(bytes, name);
    const info = checkpointInfo(checkpoint.metadata, name);
    const seed = Number.isSafeInteger(info.run.seed) ? (info.run.seed as number) : 1;
    const { network } = await openModel(new File([bytes as Uint8Array<ArrayBuffer>], name), await this.gpu.device());
    try {
      const accuracy = await this.judge(network, seed);
      const history = checkpointHistory(info, name) as unknown as (Omit<TrainEpoch, 'accuracy'> & { top1: number })[];
      this.store = new MemoryStore(checkpoint, name);
      const epochs = history.map(({ epoch, size, loss, top1, seconds }) => {
        return { epoch: epoch + 1, size, loss, accuracy: top1, seconds };
      });
      return { epochs, accuracy, seed };
    } finally {
      network.dispose();
    }
  }

  /** How many held-out digits a net gets right, each at its own size. */
  private async judge(network: Network, seed: number): Promise<Accuracy> {
    const { software } = (await this.gpu.device()).info;
    const test = await demoPictures(await digitSource(), 'test', seed, software ? JUDGED.software : JUDGED.hardware);
    const watch = { signal: new AbortController().signal, onProgress: () => {} };
    const verdicts = await classifyNative(network, test, watch);
    return { correct: correctOf(verdicts), total: verdicts.length, bySize: sizeBuckets(verdicts) };
  }
}
