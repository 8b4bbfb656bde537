import type { LabelKind } from '../data/dataset.js';
import { checkpointHistory, checkpointInfo, type Position } from '../models/checkpoint-info.js';
import { SppgpuError } from '../runtime/errors.js';
import { type Checkpoint, captureCheckpoint, restoreCheckpoint } from './checkpoint.js';
import { type SingleLabelScores, singleLabel } from './objective.js';
import { loadReplicaState } from './replicas/replica-state.js';
import { checkCheckpoint, runParts } from './run-parts.js';
import type { RunStore } from './run-store.js';
import type { ReplicaRounds, SessionResult, SessionSettings } from './session-settings.js';
import { Trainer } from './trainer.js';
import type { EpochRecord, Rounds } from './trainer-options.js';

/** Steps between readbacks of the loss at most, which let the device run ahead of the CPU. */
const READ_EVERY = 8;

const at = ({ epoch, step }: Position): string => `${epoch}/${step}`;

/** What `runSessionIn` does, which pages load with the first call. */
export async function runSessionIn<Scores extends object = SingleLabelScores>(
  store: RunStore,
  options: SessionSettings<Scores>,
): Promise<SessionResult<Scores>> {
  const { seed, signal, validate } = options;
  if (options.replicas && options.precision === 'f16') {
    throw new SppgpuError('training: replicas do not average the scale of f16; train them with precision f32');
  }
  const { labels } = options.objective ?? singleLabel;
  // Read before the network is made: a file that does not fit must not cost its memory first.
  const resumed = options.resume ? await loadMatching(store, options, labels) : null;
  const parts = runParts(options, seed);
  const { network, optimizer } = parts;
  const history: EpochRecord<Scores>[] = [];
  const save = async () => {
    const about = {
      classes: options.classes,
      labels,
      position: trainer.state,
      run: { ...options.about, seed, history },
    };
    await store.save(await captureCheckpoint(parts, about));
    kept = at(trainer.state);
  };
  /** The position of this process's last checkpoint. */
  let kept = '';
  /** Rounds begin at a checkpoint, from which every replica goes on. */
  const averaged = ({ steps, run }: ReplicaRounds): Rounds => ({
    steps,
    train: async (span, stopping) => {
      if (kept !== at(trainer.state)) await save();
      const average = await run(span, stopping);
      loadReplicaState(parts, average);
      for (const [id, problem] of average.unreadable) options.loader.addUnreadable(id, problem);
      return average.sums;
    },
  });
  const checkpointEvery = options.replicas
    ? Number.POSITIVE_INFINITY
    : (options.checkpointEvery ?? Number.POSITIVE_INFINITY);
  /** Steps of this run up to the last checkpoint. */
  let saved = 0;
  const trainer = new Trainer<Scores>({
    ...options,
    ...parts,
    validate: validate && ((stopping) => validate(network, stopping)),
    readEvery: Math.min(READ_EVERY, checkpointEvery),
    ...(options.replicas && { rounds: averaged(options.replicas) }),
    onStep: async (report) => {
      options.onStep?.(report);
      const steps = report.epoch * report.steps + report.step;
      if (steps - saved < checkpointEvery || report.step >= report.steps) return;
      saved = steps;
      await save();
    },
    onEpoch: async (record) => {
      history.push(record);
      const inPlace = (await log?.append(history)) ?? true;
      await save();
      if (!inPlace) options.onMoved?.(log!.path);
      await options.onEpoch?.(record, network, history);
    },
  });
  if (resumed) {
    const { position } = restoreCheckpoint(parts, resumed.checkpoint, store.name);
    trainer.resume(position);
    saved = position.epoch * options.loader.batches + position.step;
    history.push(...(resumed.history as unknown as EpochRecord<Scores>[]));
  } else {
    await options.onFresh?.(network);
  }
  const log = (await store.openLog?.(history)) ?? null;
  const stop = () => trainer.stop();
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  try {
    if (resumed) await options.onResume?.(history);
    const finished = await trainer.run(options.epochs);
    if (!finished) await save();
    return { network, history, finished };
  } catch (error) {
    network.dispose();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    optimizer.dispose();
    await log?.close();
  }
}

async function loadMatching(
  store: RunStore,
  settings: Pick<SessionSettings, 'architecture' | 'classes'>,
  labels: LabelKind,
): Promise<{ checkpoint: Checkpoint; history: readonly object[] } | null> {
  const checkpoint = await store.load();
  if (!checkpoint) return null;
  const info = checkpointInfo(checkpoint.metadata, store.name);
  checkCheckpoint(checkpoint, settings, labels, store.name);
  return { checkpoint, history: checkpointHistory(info, store.name) };
}
