import { type Command, Option } from 'commander';
import { canPoolWindows } from '../../classify/can-pool-windows.js';
import { checkProtocol } from '../../classify/check-protocol.js';
import { scorePictures } from '../../classify/score-pictures.js';
import { type ImageDataset, labelKind } from '../../data/dataset.js';
import { datasetIdentity } from '../../data/identity.node.js';
import { writeFileAtomic } from '../../io/atomic.node.js';
import type { OpenModel } from '../../models/load-model.js';
import { modelHash } from '../../models/weights-file.node.js';
import type { Device } from '../../runtime/device.js';
import type { Shard } from '../../work/shard.js';
import { withArchitectureFlags } from '../architecture-flags.js';
import {
  type DataOptions,
  reportUnreadable,
  SEQUENTIAL_BATCH,
  sequentialLoader,
  share,
  withDataOption,
  withDecoder,
  withReadingOptions,
} from '../data-options.js';
import { keepOffData } from '../data-output.js';
import { asUsage, UsageError } from '../errors.js';
import { type JudgedPicture, judgedPicture } from '../evaluation/judged-pictures.js';
import { bestScored, type EvaluationKind, type Found, type ScoredImages, scoresLine } from '../evaluation/kind.js';
import { multiLabelEvaluation } from '../evaluation/multi-label.js';
import { evaluationPart, inModelClasses, type PartOptions } from '../evaluation/part.js';
import { singleLabelEvaluation } from '../evaluation/single-label.js';
import { interruptible } from '../interrupt.js';
import { type ModelPlan, type ModelSource, planModel, withModel, withModelSource } from '../model-options.js';
import { type CommonOptions, wholeNumber, withCommonOptions, withDevice } from '../options.js';
import { print, printJson, say } from '../output.js';
import { outputFile } from '../output-file.js';
import { Progress } from '../progress.js';
import { rankedSamples } from '../ranked-samples.js';
import { commandLine, runDetailsOf } from '../run-details.js';
import {
  leftByLoader,
  runShard,
  type ShardFlags,
  shardOf,
  withShardFlags,
  withUntimed,
} from '../sharding/shard-options.js';
import { protocolOf, type ViewFlags, withViewFlags } from '../view-options.js';

interface EvalOptions extends CommonOptions, DataOptions, ModelSource, ViewFlags, PartOptions, ShardFlags {
  readonly report?: string;
  readonly untimed?: boolean;
}

/** `sppgpu eval`: accuracy, or average precision, of a network under one or more ways of looking at each picture. */
export function addEval(program: Command): void {
  const command = program.command('eval').description('accuracy of a network on labelled pictures, by number of views');
  withDataOption(withModelSource(command)).option('--report <file>', 'write an HTML report');
  withReadingOptions(withViewFlags(command, '1'))
    .addOption(
      new Option('--part <part>', 'default: the test part, or all if there is none').choices(['train', 'test']),
    )
    .addOption(
      new Option('--list <name>', 'pictures of this list of ImageSets/Main, such as test (VOC)').conflicts('part'),
    )
    .option('--val-share <share>', 'share held out where the data has no test part (default: as in training)', share)
    .option('--seed <n>', 'seed to hold out with (default: as in training)', wholeNumber(0));
  withUntimed(withCommonOptions(withShardFlags(withArchitectureFlags(command)))).action((options: EvalOptions) =>
    interruptible((signal) => run(options, signal)),
  );
}

async function run(options: EvalOptions, signal: AbortSignal): Promise<void> {
  const shard = shardOf('eval', options);
  if (shard) await keepOffData(options.shardFolder, options.data, options.format);
  if (options.report !== undefined) await keepOffData(options.report, options.data, options.format);
  const plan = await planModel(options);
  asUsage(() => {
    for (const name of options.views) checkProtocol(plan, protocolOf(name, options, plan.architecture.input));
  });
  const dataset = await evaluationPart(options, plan.description);
  if (shard) return evalShard(options, plan, dataset, shard, signal);
  const { weights, labels } = options;
  const report = options.report && (await outputFile(options.report, [plan.file, weights, labels]));
  const judged = { ...options, ...(report && { report }) };
  await withDevice(options, (device) =>
    labelKind(dataset) === 'multi'
      ? judge(device, plan, judged, dataset, multiLabelEvaluation, signal)
      : judge(device, plan, judged, dataset, singleLabelEvaluation, signal),
  );
}

/** How views are made: cut from a map, or from the picture. */
const viewMode = ({ crops }: EvalOptions, { network }: OpenModel): 'crops' | 'maps' =>
  crops || !canPoolWindows(network) ? 'crops' : 'maps';

/** A shard keeps the probabilities of its pictures under each protocol: what is judged is all of them. */
async function evalShard(
  options: EvalOptions,
  plan: ModelPlan,
  pictures: ImageDataset,
  shard: Shard,
  signal: AbortSignal,
): Promise<void> {
  if (options.report !== undefined) throw new UsageError('eval: shards write no report; leave --report out');
  const { architecture } = plan;
  const protocols = options.views.map((name) => ({ name, protocol: protocolOf(name, options, architecture.input) }));
  const identity = {
    command: 'eval',
    options: {
      ...{ protocols, crops: options.crops ?? false, kind: labelKind(pictures), count: architecture.classes },
      ...{ classes: pictures.classes, names: plan.classes, maxUnreadable: options.maxUnreadable },
      ...{ net: architecture.name, architecture: architecture.options },
    },
    models: [await modelHash(plan.file)],
    data: datasetIdentity(pictures),
  };
  await runShard(options, { identity, shard, unit: SEQUENTIAL_BATCH }, ({ range }) =>
    withDevice(options, (device) =>
      withModel(device, plan, true, (model) =>
        withDecoder(options, architecture, async (decoder) => {
          const dataset = inModelClasses(model, pictures, options.labels !== undefined);
          const lines: JudgedPicture[] = [];
          const rows: Float64Array[] = [];
          const left = new Set<string>();
          for (const { name, protocol } of protocols) {
            const loader = sequentialLoader(dataset, options, decoder, range);
            const { labels } = model;
            const look = { ...model.preparation, mode: viewMode(options, model), labels, signal };
            const { scores } = await scorePictures(model.network, loader, protocol, look, (picture) =>
              lines.push(judgedPicture(name, picture, architecture.classes)),
            );
            rows.push(scores);
            for (const line of leftByLoader(loader)) left.add(line);
          }
          return { lines, rows, left: [...left], adapter: device.info.name };
        }),
      ),
    ),
  );
}

async function judge<Result extends ScoredImages>(
  device: Device,
  plan: ModelPlan,
  options: EvalOptions,
  pictures: ImageDataset,
  kind: EvaluationKind<Result>,
  signal: AbortSignal,
): Promise<void> {
  const started = performance.now();
  const { report } = options;
  await withModel(device, plan, true, (model) =>
    withDecoder(options, plan.architecture, async (decoder) => {
      const { input } = model.network.architecture;
      const dataset = inModelClasses(model, pictures, options.labels !== undefined);
      const mode = viewMode(options, model);
      say(
        `${dataset.length} pictures of ${dataset.name}, ${model.network.architecture.title}, views by ${mode}; ${device.info.name}`,
      );
      const { classes } = dataset;
      const results: Found<Result>[] = [];
      for (const name of options.views) {
        const loader = sequentialLoader(dataset, options, decoder);
        const progress = new Progress(`views ${name}:`, dataset.length, 'images');
        const result = await kind.evaluate(model.network, loader, protocolOf(name, options, input), {
          ...model.preparation,
          mode,
          signal,
          onProgress: (images) => progress.update(images),
        });
        progress.stop();
        if (results.length === 0) reportUnreadable(loader);
        results.push({ name, result });
        if (options.json) printJson(scoresLine({ name, result }, options.untimed));
      }
      if (!options.json) print(`${kind.table(results, classes)}\n`);
      if (!report) return;
      const { network, preparation, labels } = model;
      const samples = await rankedSamples(network, dataset, protocolOf(bestScored(results).name, options, input), {
        ...preparation,
        labels,
        signal,
      });
      const details = runDetailsOf(device, commandLine(), (performance.now() - started) / 1000);
      const context = {
        model: network.architecture.title,
        dataset: dataset.name,
        classes: [...classes],
        samples,
        run: details,
      };
      await writeFileAtomic(report, await kind.report(results, context));
      say(`report: ${report}`);
    }),
  );
}
