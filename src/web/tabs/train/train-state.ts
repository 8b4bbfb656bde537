import { batch, signal } from '@preact/signals';
import { engine, watching } from '../../engine/client.js';
import type { Accuracy, TrainEpoch, TrainRequest, TrainStep } from '../../engine/wire.js';
import { attempt, tell } from '../../state.js';

export const settings = signal<TrainRequest>({ digits: 2000, epochs: 5, batchSize: 16, lr: 0.01, seed: 1 });
/** `idle`: nothing yet; `paused`: there is a checkpoint that can go on. */
export const state = signal<'idle' | 'running' | 'pausing' | 'paused' | 'done'>('idle');
export const steps = signal<readonly TrainStep[]>([]);
export const epochs = signal<readonly TrainEpoch[]>([]);
export const accuracy = signal<Accuracy | null>(null);

const placeOf = ({ epoch, step, steps: of }: TrainStep): number => epoch * of + step;

/** Begins, or goes on where it was paused. */
export async function run(): Promise<void> {
  state.value = 'running';
  const events = watching({
    onStep: (step) => {
      // A run that goes on from a checkpoint does the steps after it again.
      const at = placeOf(step);
      steps.value = [...steps.value.filter((known) => placeOf(known) < at), step];
    },
    onEpoch: (epoch, judged) => {
      batch(() => {
        epochs.value = [...epochs.value.filter((known) => known.epoch !== epoch.epoch), epoch];
        accuracy.value = judged;
      });
    },
  });
  const finished = await attempt(async () => (await engine()).train.train(settings.value, events));
  const kept = (await (await engine()).train.checkpoint) !== null;
  state.value = finished ? 'done' : kept ? 'paused' : 'idle';
}

/** More epochs than are done: it can go on; as many or fewer: it is done. */
export function setEpochs(value: number): void {
  settings.value = { ...settings.value, epochs: value };
  if (state.value === 'done' || state.value === 'paused') state.value = restOf();
}

/** What a run with a checkpoint is at. */
const restOf = () => (epochs.value.length < settings.value.epochs ? 'paused' : 'done');

export async function pause(): Promise<void> {
  state.value = 'pausing';
  await (await engine()).train.pause();
}

export async function reset(): Promise<void> {
  await (await engine()).train.reset();
  batch(() => {
    state.value = 'idle';
    steps.value = [];
    epochs.value = [];
    accuracy.value = null;
  });
}

export async function openCheckpoint(bytes: Uint8Array, name: string): Promise<void> {
  const opened = await attempt(async () => (await engine()).train.open(bytes, name));
  if (!opened) return;
  batch(() => {
    settings.value = { ...settings.value, seed: opened.seed };
    steps.value = [];
    epochs.value = opened.epochs;
    accuracy.value = opened.accuracy;
    state.value = restOf();
  });
  const { length } = opened.epochs;
  tell(`${name}: ${length} ${length === 1 ? 'epoch is' : 'epochs are'} done.`);
}
