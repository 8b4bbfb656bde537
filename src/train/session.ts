import type { LabelKind } from '../data/dataset.js';
import type { BatchItem, ImageLoader } from '../data/loader.js';
import type { Architecture } from '../models/architecture.js';
import { checkpointHistory, checkpointInfo, requireWeights } from '../models/checkpoint-info.js';
import type { HostTensor } from '../models/model-format.js';
import { Network } from '../models/network.js';
import type { Optimizer, ParameterGroup } from '../optim/optimizer.js';
import type { Schedule } from '../optim/schedules.js';
import type { Device } from '../runtime/device.js';
import { FileError } from '../runtime/errors.js';
import { Generator } from '../tensor/generator.js';
import type { Tensor } from '../tensor/tensor.js';
import { captureCheckpoint, checkpointWeights, type RunParts, restoreCheckpoint } from './checkpoint.js';
import { type FineTuning, fineTuningGroups } from './fine-tuning.js';
import { type Objective, type SingleLabelScores, singleLabel } from './objective.js';
import type { RunStore } from './run-store.js';
import type { SizePolicy } from './size-policy.js';
import { type EpochExtras, type EpochRecord, type StepReport, Trainer } from './trainer.js';

/** Steps between readbacks of the loss at most, which let the device run ahead of the CPU. */
const READ_EVERY = 8;

/** A training run without the place where it is kept. */
export interface SessionSettings<Scores extends object = SingleLabelScores> extends FineTuning {
  readonly device: Device;
  readonly architecture: Architecture;
  readonly classes: readonly string[];
  readonly loader: ImageLoader;
  readonly prepare: (items: readonly BatchItem[], size: number) => Tensor;
  /** What the network learns and what is counted; default: one class per picture (`singleLabel`). */
  readonly objective?: Objective<Scores>;
  readonly sizes: SizePolicy;
  readonly epochs: number;
  readonly seed: number;
  /** Makes the optimizer over the parameters that train, biases in groups of their own (see `paperGroups`). */
  readonly optimizer: (groups: readonly ParameterGroup[]) => Optimizer;
  readonly schedule: (optimizer: Optimizer) => Schedule;
  /** Steps over which the learning rate rises to what the schedule says. Default 0. */
  readonly warmup?: number;
  readonly microBatch?: number;
  readonly halfActivations?: boolean;
  /** Steps between checkpoints within an epoch; there is one after every epoch, and on `signal`, in any case. */
  readonly checkpointEvery?: number;
  /** Continue from the checkpoint if there is one. */
  readonly resume?: boolean;
  /** What else to remember in the checkpoint, e.g. how pictures are prepared. */
  readonly about?: Readonly<Record<string, unknown>>;
  /** Tensors to remember beside the weights, e.g. the mean picture. */
  readonly data?: ReadonlyMap<string, HostTensor>;
  /** Runs on fresh weights, before the first step: the place to load pretrained ones. Not on a resumed run. */
  readonly onFresh?: (network: Network) => Promise<void>;
  /**
   * Runs on a resumed run before its first step, with the epochs that are done: `onEpoch` of the last one may not have run, so
   * this is the place to complete other logs.
   */
  readonly onResume?: (history: readonly EpochRecord<Scores>[]) => void | Promise<void>;
  /** Ends the run after the step in progress, with a checkpoint. */
  readonly signal?: AbortSignal;
  readonly onStep?: (report: StepReport<Scores>) => void;
  /**
   * Runs after an epoch, before its checkpoint; its numbers join the epoch's record, and the schedule goes by its loss.
   * Must depend on the network alone: a run killed meanwhile repeats it, and so does one that ended with the reason of
   * the signal, which aborts when the run is to stop.
   */
  readonly validate?: (network: Network, signal: AbortSignal) => Promise<EpochExtras>;
  /** Runs when an epoch is in the log and the checkpoint. `history` ends with its record. */
  readonly onEpoch?: (
    record: EpochRecord<Scores>,
    network: Network,
    history: readonly EpochRecord<Scores>[],
  ) => void | Promise<void>;
  /** Runs when the log had gone from its place, since its folder was moved or removed: it stands there again, whole. */
  readonly onMoved?: (log: string) => void;
}

export interface SessionResult<Scores extends object = SingleLabelScores> {
  readonly network: Network;
  readonly history: readonly EpochRecord<Scores>[];
  /** False if `signal` ended the run early. */
  readonly finished: boolean;
}

/**
 * A training run with everything around it: fresh or resumed weights, a log, checkpoints that make a killed and resumed
 * run end in the same bits, and a clean end on a signal. The caller disposes the network.
 * @throws FileError if the checkpoint to resume from is damaged or of another run; SppgpuError if the training diverges:
 *   the last checkpoint stays as it is then, so that none ever holds weights that are not finite
 */
export async function runSessionIn<Scores extends object = SingleLabelScores>(
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
