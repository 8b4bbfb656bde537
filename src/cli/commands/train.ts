import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { labelKind } from '../../data/dataset.js';
import type { ImageLoader } from '../../data/loader.js';
import { describeLoaderStats } from '../../data/loader-stats.js';
import type { PictureDecoder } from '../../data/picture-decoder.js';
import { writeFileAtomic } from '../../io/atomic.node.js';
import { FolderLock } from '../../io/folder-lock.node.js';
import { describeArchitecture } from '../../models/architecture.js';
import type { Network } from '../../models/network.js';
import type { Device } from '../../runtime/device.js';
import { FileError } from '../../runtime/errors.js';
import { epochLine, epochText } from '../../train/epoch-report.js';
import { frozenNames } from '../../train/fine-tuning.js';
import { recipeLoader, recipeSession, validationProtocol } from '../../train/recipe-session.js';
import { runSession } from '../../train/session.node.js';
import type { Shard } from '../../work/shard.js';
import { reportUnreadable, sequentialLoader, withDecoder } from '../data-options.js';
import { Interrupted } from '../errors.js';
import { interruptible } from '../interrupt.js';
import { withDevice } from '../options.js';
import { printJson, say } from '../output.js';
import { rankedSamples } from '../ranked-samples.js';
import { commandLine, runDetailsOf } from '../run-details.js';
import { TrainingEvents } from '../training/events.js';
import { type TrainOptions, withTrainOptions } from '../training/options.js';
import { planTraining, removeRun, runOf, type TrainingPlan, trainingRecipe } from '../training/plan.js';
import { prepareTraining } from '../training/prepare.js';
import { trainReplica } from '../training/replica.js';
import { htmlReport } from '../training/report.js';
import { storedOptions } from '../training/resume.js';
import { TrainingRounds } from '../training/rounds.js';
import { startFrom } from '../training/start-weights.js';
import { TrainingProgress } from '../training/training-progress.js';

/** `sppgpu train`: a network from pictures, as in the paper's section 3.1. */
export function addTrain(program: Command): void {
  withTrainOptions(program.command('train'))
    .description('train a network on pictures; Ctrl-C saves, --resume goes on')
    .action((_: TrainOptions, command: Command) =>
      interruptible(async (signal) => {
        const plan = await planTraining(await runOf(command));
        const first = ownShard(plan);
        await withDevice(plan.options, (device) =>
          withDecoder(plan.options, plan.architecture, (decoder) =>
            first ? trainReplica(device, { ...plan, first }, decoder, signal) : train(device, plan, decoder, signal),
          ),
        );
      }, 'saves'),
    );
}

/** The replica that this process trains, if it does not lead a run. @throws FileError where there is no run */
function ownShard({ options: { shard }, resumed, checkpoint }: TrainingPlan): Shard | null {
  if (!shard) return null;
  if (resumed) return shard;
  throw new FileError(
    checkpoint,
    'is no run to train a replica of',
    'leave --shard out, or give its folder and --resume',
  );
}

async function train(device: Device, plan: TrainingPlan, decoder: PictureDecoder, signal: AbortSignal): Promise<void> {
  const started = performance.now();
  const { options, resumed, newRate, splits, fingerprint, architecture, startWeights, checkpoint } = plan;
  const out = resolve(options.out);
  await using _ = await FolderLock.take(out, 'wait for its end, or choose another --out');
  if (options.overwrite) await removeRun(out);
  const { train: pictures, test } = splits;
  say(
    `${describeArchitecture(architecture)}; ${pictures.length} pictures of ${pictures.classes.length} classes${test ? `, ${test.length} for validation` : ''}; ${device.info.name}`,
  );
  const preparation = await prepareTraining(device, plan, decoder, signal);
  const { batchSize, maxUnreadable, epochs, checkpointEvery } = options;
  const recipe = trainingRecipe(plan);
  const loader = recipeLoader(recipe, pictures, { decoder, maxUnreadable });
  /** The validation pictures of the last epoch. */
  let held: ImageLoader | undefined;
  const progress = new TrainingProgress({ epochs, batches: loader.batches, batchSize, pictures: test?.length ?? 0 });
  const events = new TrainingEvents(join(out, 'tensorboard'));
  const heldOut = test && (() => (held = sequentialLoader(test, options, decoder)));
  const replicas = await TrainingRounds.open(options, checkpoint);
  const { network, history, finished } = await runSession({
    ...recipeSession({
      ...{ device, architecture, recipe, loader, preparation, newRate },
      heldOut: heldOut ?? undefined,
      onValidating: (judged) => progress.validating(judged),
    }),
    ...(replicas && { replicas }),
    checkpoint,
    checkpointEvery,
    log: join(out, 'log.jsonl'),
    resume: resumed !== null,
    about: { arguments: storedOptions(options), preparation: preparation.stored, data: fingerprint },
    signal,
    onFresh: async (fresh) => {
      if (startWeights !== null)
        await startFrom(fresh, startWeights, frozenNames([...fresh.stateDict().keys()], options));
    },
    onResume: (done) => events.follow(done, done.length),
    onStep: (report) => progress.step(report),
    onMoved: () => say(`${out}: was moved or removed during the run; it is made anew, with the whole log`),
    onEpoch: async (record, _, history) => {
      await events.follow(history);
      progress.nextEpoch();
      say(epochText(record, epochs));
      if (record.loader) say(`  ${describeLoaderStats(record.loader)}`);
      if (options.json) printJson(epochLine(record));
    },
  }).finally(async () => {
    progress.stop();
    await replicas?.close();
    await events.close();
  });
  try {
    reportUnreadable(loader);
    if (held) reportUnreadable(held);
    if (!finished) {
      throw new Interrupted(
        `train: stopped; everything is saved, \`sppgpu train --resume --out ${options.out}\` goes on`,
      );
    }
    await replicas?.clear();
    await writeReport(network, history);
  } finally {
    network.dispose();
  }

  async function writeReport(trained: Network, records: typeof history): Promise<void> {
    const report = join(out, 'report.html');
    const samples = await rankedSamples(trained, test ?? pictures, validationProtocol(architecture), {
      ...preparation.options,
      labels: labelKind(pictures),
      signal,
    });
    const run = runDetailsOf(device, commandLine(), (performance.now() - started) / 1000);
    await writeFileAtomic(report, await htmlReport(architecture.title, options, splits, records, samples, run));
    say(`checkpoint: ${checkpoint}\nreport: ${report}`);
  }
}
