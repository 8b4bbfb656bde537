import type { Command } from 'commander';
import { checkProtocol } from '../../classify/check-protocol.js';
import { topClasses } from '../../classify/metrics.js';
import { checkNetwork, loadSvm, type StoredSvm } from '../../classify/svm-file.node.js';
import type { ViewProtocol } from '../../classify/views.js';
import { namesIdentity } from '../../data/identity.node.js';
import { modelHash } from '../../models/weights-file.node.js';
import type { FileError } from '../../runtime/errors.js';
import type { Shard } from '../../work/shard.js';
import { withArchitectureFlags } from '../architecture-flags.js';
import { type DataOptions, withDecoder } from '../data-options.js';
import { decodedGroups, GROUP_PLACES } from '../decoded-groups.js';
import { asUsage, UsageError } from '../errors.js';
import { GROUPS } from '../help.js';
import { reportIgnored, reportLeftOut } from '../left-out.js';
import { type ModelPlan, type ModelSource, planModel, withModel, withModelSource } from '../model-options.js';
import { type CommonOptions, wholeNumber, withCommonOptions, withDevice } from '../options.js';
import { print } from '../output.js';
import { pictureFiles } from '../prediction/inputs.js';
import { csv, forPeople, jsonLines, type PredictionFormat } from '../prediction/output.js';
import { networkScorer, scoreEach, svmScorer } from '../prediction/scorer.js';
import { Progress } from '../progress.js';
import { runShard, type ShardFlags, shardOf, withShardFlags } from '../sharding/shard-options.js';
import { protocolOf, type ViewFlags, withViewFlags } from '../view-options.js';

interface PredictOptions extends CommonOptions, ModelSource, ViewFlags, ShardFlags, Pick<DataOptions, 'workers'> {
  readonly svm?: string;
  readonly top: number;
  readonly csv?: boolean;
}

/** `sppgpu predict PATH...`: the most likely classes of pictures of any size. */
export function addPredict(program: Command): void {
  const command = program
    .command('predict <path...>')
    .description('the most likely classes of pictures of any size, given as files or folders');
  withModelSource(command)
    .option('--svm <file>', 'classifiers of `sppgpu svm --save` on vectors of the network')
    .option('--top <n>', 'classes to show', wholeNumber(1), 5);
  withViewFlags(command, 'full');
  withArchitectureFlags(command)
    .optionsGroup(GROUPS.pictures)
    .option('--workers <n>', 'decoding threads (default: one less than processors)', wholeNumber(1));
  withCommonOptions(withShardFlags(command))
    .option('--csv', 'CSV on stdout: file, rank, label and probability')
    .action((paths: readonly string[], options: PredictOptions) =>
      predict(paths, options, command.getOptionValueSource('views') === 'cli'),
    );
}

/** What `predict` does with each picture. */
interface Prediction {
  readonly options: PredictOptions;
  readonly plan: ModelPlan;
  readonly protocol: ViewProtocol;
  readonly stored: StoredSvm | null;
  readonly format: PredictionFormat;
}

async function predict(paths: readonly string[], options: PredictOptions, viewsTyped: boolean): Promise<void> {
  const { views, scales, crops, svm, json, csv: table } = options;
  if (views.length > 1) throw new UsageError('predict: give one protocol in --views');
  if (svm !== undefined && (viewsTyped || scales || crops)) {
    throw new UsageError('predict: --svm looks at pictures as it was trained; leave --views, --scales and --crops out');
  }
  const shard = shardOf('predict', options);
  // Of a shard, --json is about its file, and --csv about what all of them will make.
  if (json && table && !shard) throw new UsageError('predict: --csv cannot be used with --json; leave one out');
  const plan = await planModel(options);
  const protocol = asUsage(() => predictionProtocol(plan, options));
  const stored = svm === undefined ? null : await loadSvm(svm);
  const { files, failures: folders, ignored } = await pictureFiles(paths);
  reportIgnored(ignored);
  const format = table ? csv(stored ? 'score' : 'p') : json || shard ? jsonLines : forPeople;
  const work: Prediction = { options, plan, protocol, stored, format };
  const failures = folders.map(({ message }) => message);
  if (shard) return predictShard(work, files, failures, shard);
  if (files.length > 0) {
    print(format.head);
    failures.push(...(await predictFiles(work, files, print)).left);
  }
  reportLeftOut('predict', failures, files.length + folders.length);
}

/** A shard's lines are the text that all would print, picture by picture. */
async function predictShard(
  work: Prediction,
  files: readonly string[],
  failures: readonly string[],
  shard: Shard,
): Promise<void> {
  const { options, plan, protocol, format } = work;
  const { svm, top, crops, csv: table } = options;
  const identity = {
    command: 'predict',
    options: {
      ...{ head: format.head, ending: table ? '.csv' : '.jsonl', top, protocol, crops: crops ?? false },
      ...{ classes: plan.classes, net: plan.architecture.name, architecture: plan.architecture.options },
    },
    models: await Promise.all([plan.file, ...(svm === undefined ? [] : [svm])].map(modelHash)),
    data: namesIdentity(files),
  };
  await runShard(options, { identity, shard, unit: GROUP_PLACES }, async ({ range: { from, to } }) => {
    const lines: string[] = [];
    const { left, adapter } = await predictFiles(work, files.slice(from, to), (text) => lines.push(text));
    return { lines, left: [...(shard.index === 1 ? failures : []), ...left], adapter };
  });
}

/** The classes of pictures, each told as soon as it is known; and what was left out. */
async function predictFiles(
  { options, plan, protocol, stored, format }: Prediction,
  files: readonly string[],
  tell: (text: string) => void,
): Promise<{ readonly left: string[]; readonly adapter: string }> {
  const left: string[] = [];
  const needed = stored ? [stored.description.layer] : true;
  return withDevice(options, (device) =>
    withModel(device, plan, needed, (model) =>
      withDecoder(options, plan.architecture, async (decoder) => {
        if (stored) await checkNetwork(stored, model.network, options.svm!);
        const score = stored ? svmScorer(model, stored) : networkScorer(model, protocol, options.crops);
        const names = stored ? stored.description.classes : model.classes;
        const count = stored ? stored.model.classes : plan.architecture.classes;
        const progress = new Progress('predict:', files.length, 'pictures');
        const onUnreadable = ({ message }: FileError): void => {
          left.push(message);
          progress.advance();
        };
        for await (const pictures of decodedGroups(files, decoder, onUnreadable)) {
          const images = pictures.map(({ image }) => image);
          for (const [i, own] of (await scoreEach(score, images, count)).entries()) {
            const { file } = pictures[i]!;
            if (own instanceof Error) {
              left.push(`${file}: ${own.message}`);
            } else {
              const top = topClasses(own, options.top).map((c) => {
                const label = names?.[c] ?? String(c);
                return stored ? { label, score: own[c]! } : { label, p: own[c]! };
              });
              tell(format.text({ file, top }));
            }
            progress.advance();
          }
        }
        progress.stop();
        return { left, adapter: device.info.name };
      }),
    ),
  );
}

/** How pictures are looked at: a net without a pyramid takes its training size only. */
function predictionProtocol(plan: ModelPlan, options: PredictOptions) {
  const { architecture } = plan;
  const [name] = options.views;
  const fixed = architecture.options.pyramid === 'none' && name === 'full';
  const protocol = protocolOf(fixed ? '1' : name!, options, architecture.input);
  if (options.svm === undefined) checkProtocol(plan, protocol);
  return protocol;
}
