import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { trainView } from '../../data/augment.js';
import { labelKind } from '../../data/dataset.js';
import { type BatchItem, ImageLoader } from '../../data/loader.js';
import { describeLoaderStats } from '../../data/loader-stats.js';
import type { PictureDecoder } from '../../data/picture-decoder.js';
import { prepareImages } from '../../data/prepare.js';
import { writeFileAtomic } from '../../io/atomic.node.js';
import { makeFolder } from '../../io/make-folder.node.js';
import type { Network } from '../../models/network.js';
import type { Device } from '../../runtime/device.js';
import { FileError } from '../../runtime/errors.js';
import type { CheckpointInfo } from '../../train/checkpoint.js';
import { runSession } from '../../train/session.node.js';
import { absoluteData, fingerprintOf } from '../data-fingerprint.js';
import { reportUnreadable, sequentialLoader, withDecoder } from '../data-options.js';
import { keepOffData } from '../data-output.js';
import { Interrupted } from '../errors.js';
import { interruptible } from '../interrupt.js';
import { readCheckpointInfo } from '../model-file.js';
import { withDevice } from '../options.js';
import { printJson, say } from '../output.js';
import { rankedSamples } from '../ranked-samples.js';
import { commandLine, runDetailsOf } from '../run-details.js';
import { type TrainOptions, withTrainOptions } from '../training/options.js';
import { TrainingEvents } from '../training/events.js';
import { epochLine, epochText, htmlReport } from '../training/report.js';
import { checkSameData, resumedOptions, storedOptions } from '../training/resume.js';
import {
  describeArchitecture,
  mirrors,
  openTrainingData,
  trainingArchitecture,
  trainingOptimizer,
  trainingPreparation,
  trainingSchedule,
  trainingSizes,
  validationProtocol,
} from '../training/setup.js';
import { startFrom } from '../training/start-weights.js';
import { trainingTask } from '../training/task.js';
import { TrainingProgress } from '../training/training-progress.js';

/** `sppgpu train`: a network from pictures, as in the paper's section 3.1. */
export function addTrain(program: Command): void {
  withTrainOptions(program.command('train'))
    .description('train a network on pictures; Ctrl-C saves, --resume goes on')
    .action((_: TrainOptions, command: Command) =>
      interruptible(async (signal) => {
        const run = await runOf(command);
        const { out, data, format } = run.options;
        if (data !== undefined) await keepOffData(out, data, format);
        await withDevice(run.options, (device) =>
          withDecoder(run.options, (decoder) => train(device, run, decoder, signal)),
        );
      }, 'saves'),
    );
}

const checkpointOf = (out: string): string => join(resolve(out), 'model.safetensors');

/** What is to be done: a fresh run, or one that goes on from its checkpoint. */
interface Run {
  readonly options: TrainOptions;
  readonly resumed: { readonly info: CheckpointInfo; readonly checkpoint: string } | null;
  /** The rate that was typed for a run that goes on. */
  readonly newRate?: number;
}

async function runOf(command: Command): Promise<Run> {
  const options = command.opts<TrainOptions>();
  const checkpoint = checkpointOf(options.out);
  if (options.resume && existsSync(checkpoint)) {
    const info = await readCheckpointInfo(checkpoint);
    const newRate = command.getOptionValueSource('lr') === 'cli' ? { newRate: options.lr } : {};
    return { options: resumedOptions(command, info, checkpoint), resumed: { info, checkpoint }, ...newRate };
  }
  if (existsSync(checkpoint)) {
    throw new FileError(checkpoint, 'holds an earlier run', 'add --resume to continue it, or choose another --out');
  }
  const { data } = options;
  return { options: data === undefined ? options : { ...options, data: absoluteData(data) }, resumed: null };
}

async function train(
  device: Device,
  { options, resumed, newRate }: Run,
  decoder: PictureDecoder,
  signal: AbortSignal,
): Promise<void> {
  const started = performance.now();
  const out = resolve(options.out);
  const checkpoint = checkpointOf(out);
  const splits = await openTrainingData(options);
  if (resumed) checkSameData(resumed.info, splits, checkpoint);
  const architecture = trainingArchitecture(options, splits);
  const sizes = trainingSizes(options, architecture);
  await makeFolder(out);
  const { train: pictures, test } = splits;
  const task = trainingTask(labelKind(pictures));
  say(
    `${describeArchitecture(architecture)}; ${pictures.length} pictures of ${pictures.classes.length} classes${test ? `, ${test.length} for validation` : ''}; ${device.info.name}`,
  );
  const preparation = await trainingPreparation(device, options, splits, architecture, decoder, resumed, signal);
  const { seed, batchSize, maxUnreadable, epochs } = options;
  const loader = new ImageLoader(pictures, { batchSize, seed, decoder, maxUnreadable });
  const flip = mirrors(options, splits) ? 0.5 : 0;
  const views = { shorterSide: architecture.input.resize, crop: architecture.input.size, flip };
  const colour = preparation.colour && { colour: preparation.colour };
  /** The validation pictures of the last epoch. */
  let held: ImageLoader | undefined;
  const progress = new TrainingProgress({ epochs, batches: loader.batches, batchSize, pictures: test?.length ?? 0 });
  const events = new TrainingEvents(join(out, 'tensorboard'));
  const { network, history, finished } = await runSession({
    ...options,
    device,
    architecture,
    classes: pictures.classes,
    loader,
    prepare: (items: readonly BatchItem[], size: number) =>
      prepareImages(
        device,
        items.map(({ image }) => image),
        items.map(({ rng, image }) =>
          trainView(rng, image.width, image.height, { ...views, ...colour, outSize: size }),
        ),
        architecture.input,
        preparation.options,
      ),
    sizes,
    objective: task.objective,
    optimizer: trainingOptimizer(options),
    schedule: trainingSchedule(options, newRate),
    checkpoint,
    log: join(out, 'log.jsonl'),
    resume: resumed !== null,
    about: { arguments: storedOptions(options), preparation: preparation.stored, data: fingerprintOf(splits) },
    data: preparation.data,
    signal,
    onFresh: async (fresh) => {
      if (options.weights !== undefined) await startFrom(fresh, options.weights);
    },
    onResume: (done) => events.follow(done, done.length),
    onStep: (report) => progress.step(report),
    ...(test && {
      validate: async (current: Network, stopping: AbortSignal) => {
        held = sequentialLoader(test, options, decoder);
        progress.validating(0);
        return task.validate(current, held, validationProtocol(architecture), {
          ...preparation.options,
          signal: stopping,
          onProgress: (images) => progress.validating(images),
        });
      },
    }),
    onMoved: () => say(`${out}: was moved or removed during the run; it is made anew, with the whole log`),
    onEpoch: async (record, _, history) => {
      await events.follow(history);
      progress.nextEpoch();
      say(epochText(record, epochs));
      if (record.loader) say(`  ${describeLoaderStats(record.loader)}`);
      if (options.json) printJson(epochLine(record));
    },
  }).finally(() => {
    progress.stop();
    return events.close();
  });
  try {
    reportUnreadable(loader);
    if (held) reportUnreadable(held);
    if (!finished) {
      throw new Interrupted(
        `train: stopped; everything is saved, \`sppgpu train --resume --out ${options.out}\` goes on`,
      );
    }
    await writeReport(network, history);
  } finally {
    network.dispose();
  }

  async function writeReport(trained: Network, records: typeof history): Promise<void> {
    const report = join(out, 'report.html');
    const samples = await rankedSamples(trained, test ?? pictures, validationProtocol(architecture), {
      ...preparation.options,
      labels: task.objective.labels,
      signal,
    });
    const run = runDetailsOf(device, commandLine(), (performance.now() - started) / 1000);
    await writeFileAtomic(report, htmlReport(architecture.title, options, splits, records, samples, run));
    say(`checkpoint: ${checkpoint}\nreport: ${report}`);
  }
}
