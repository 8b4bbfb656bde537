import type { LabelKind } from '../data/dataset.js';
import { checkpointHistory, checkpointInfo, requireWeights } from '../models/checkpoint-info.js';
import { Network } from '../models/network.js';
import { FileError } from '../runtime/errors.js';
import { Generator } from '../tensor/generator.js';
import { captureCheckpoint, checkpointWeights, type RunParts, restoreCheckpoint } from './checkpoint.js';
import { fineTuningGroups } from './fine-tuning.js';
import { type SingleLabelScores, singleLabel } from './objective.js';
import type { RunStore } from './run-store.js';
import type { SessionResult, SessionSettings } from './session-settings.js';
import { type EpochRecord, Trainer } from './trainer.js';

/** Steps between readbacks of the loss at most, which let the device run ahead of the CPU. */
const READ_EVERY = 8;

/** What `runSessionIn` does, which pages load with the first call. */
export async function sessionIn<Scores extends object = SingleLabelScores>(
  store: RunStore,
  options: SessionSettings<Scores>,
): Promise<SessionResult<Scores>> {
  const { device, architecture, seed, signal, validate } = options;
  const { labels } = options.objective ?? singleLabel;
  // Read before the network is made: a file that does not fit must not cost its memory first.
  const resumed = options.resume ? await loadMatching(store, options, labels) : null;
  const generator = new Generator(seed);
  const network = new Network(architecture, { device, generator });
  const optimizer = options.optimizer(fineTuningGroups(network.namedParameters(), options));
  network.freezeStatistics(options.freezeStatistics ? 'all' : 'untrained');
  const parts: RunParts = {
    network,
    optimizer,
    schedule: options.schedule(optimizer),
    generator,
    ...(options.data && { data: options.data }),
  };
  const history: EpochRecord<Scores>[] = [];
  const save = async () => {
    const about = {
      classes: options.classes,
      labels,
      position: trainer.state,
      run: { ...options.about, seed, history },
    };
    await store.save(await captureCheckpoint(parts, about));
  };
  const { checkpointEvery = Number.POSITIVE_INFINITY } = options;
  /** Steps of this run up to the last checkpoint. */
  let saved = 0;
  const trainer = new Trainer<Scores>({
    ...options,
    ...parts,
    validate: validate && ((stopping) => validate(network, stopping)),
    readEvery: Math.min(READ_EVERY, checkpointEvery),
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
  { architecture, classes }: Pick<SessionSettings, 'architecture' | 'classes'>,
  labels: LabelKind,
) {
  const checkpoint = store.name;
  const loaded = await store.load();
  if (!loaded) return null;
  const info = checkpointInfo(loaded.metadata, checkpoint);
  const { model, classes: stored, labels: storedLabels = 'single' } = info;
  if (model.name !== architecture.name || JSON.stringify(model.options) !== JSON.stringify(architecture.options)) {
    throw new FileError(
      checkpoint,
      `holds a ${model.name} with other options than this run's ${architecture.name}`,
      'resume with the arguments of the first run, or choose another folder',
    );
  }
  if (JSON.stringify(stored) !== JSON.stringify(classes)) {
    throw new FileError(
      checkpoint,
      `was trained on other classes (${list(stored)}) than this data has (${list(classes)})`,
      'give the same data, or choose another folder',
    );
  }
  if (storedLabels !== labels) {
    throw new FileError(
      checkpoint,
      `was trained on pictures of ${storedLabels === 'multi' ? 'several classes' : 'one class'} each, this data is of another kind`,
      'give the same data, or choose another folder',
    );
  }
  requireWeights(architecture, checkpointWeights(loaded), checkpoint);
  return { checkpoint: loaded, history: checkpointHistory(info, checkpoint) };
}

function list(names: readonly string[]): string {
  return `${names.slice(0, 3).join(', ')}${names.length > 3 ? `, … ${names.length} in all` : ''}`;
}
