import { type Command, Option } from 'commander';
import { checkProtocol } from '../../classify/evaluator.js';
import { topClasses } from '../../classify/metrics.js';
import { checkNetwork, loadSvm } from '../../classify/svm-file.node.js';
import { type FileError, SppgpuError } from '../../runtime/errors.js';
import { withArchitectureFlags } from '../architecture-flags.js';
import { type DataOptions, withDecoder } from '../data-options.js';
import { decodedGroups } from '../decoded-groups.js';
import { asUsage, UsageError } from '../errors.js';
import { GROUPS } from '../help.js';
import { type ModelPlan, type ModelSource, planModel, withModel, withModelSource } from '../model-options.js';
import { type CommonOptions, wholeNumber, withCommonOptions, withDevice } from '../options.js';
import { print, say } from '../output.js';
import { pictureFiles } from '../prediction/inputs.js';
import { csv, forPeople, jsonLines } from '../prediction/output.js';
import { networkScorer, scoreEach, svmScorer } from '../prediction/scorer.js';
import { Progress } from '../progress.js';
import { protocolOf, type ViewFlags, withViewFlags } from '../view-options.js';

interface PredictOptions extends CommonOptions, ModelSource, ViewFlags, Pick<DataOptions, 'workers'> {
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
  withCommonOptions(command)
    .addOption(new Option('--csv', 'CSV on stdout: file, rank, label and probability').conflicts('json'))
    .action((paths: readonly string[], options: PredictOptions) =>
      predict(paths, options, command.getOptionValueSource('views') === 'cli'),
    );
}

async function predict(paths: readonly string[], options: PredictOptions, viewsTyped: boolean): Promise<void> {
  const { views, scales, crops, svm } = options;
  if (views.length > 1) throw new UsageError('predict: give one protocol in --views');
  if (svm !== undefined && (viewsTyped || scales || crops)) {
    throw new UsageError('predict: --svm looks at pictures as it was trained; leave --views, --scales and --crops out');
  }
  const plan = await planModel(options);
  const protocol = asUsage(() => predictionProtocol(plan, options));
  const stored = svm === undefined ? null : await loadSvm(svm);
  const { files, failures: folders, ignored } = await pictureFiles(paths);
  if (ignored.length > 0) say(`${ignored.length} files in the folders are not PNG or JPEG and were left out`);
  const failures = folders.map(({ message }) => message);
  const format = options.json ? jsonLines : options.csv ? csv(stored ? 'score' : 'p') : forPeople;
  const needed = stored ? [stored.description.layer] : true;
  if (files.length > 0) {
    await withDevice(options, (device) =>
      withModel(device, plan, needed, (model) =>
        withDecoder(options, plan.architecture, async (decoder) => {
          if (stored) await checkNetwork(stored, model.network, svm!);
          const score = stored ? svmScorer(model, stored) : networkScorer(model, protocol, crops);
          const names = stored ? stored.description.classes : model.classes;
          const count = stored ? stored.model.classes : plan.architecture.classes;
          const progress = new Progress('predict:', files.length, 'pictures');
          let done = 0;
          print(format.head);
          const onUnreadable = ({ message }: FileError): void => {
            failures.push(message);
            progress.update(++done);
          };
          for await (const pictures of decodedGroups(files, decoder, onUnreadable)) {
            const images = pictures.map(({ image }) => image);
            for (const [i, own] of (await scoreEach(score, images, count)).entries()) {
              const { file } = pictures[i]!;
              if (own instanceof Error) {
                failures.push(`${file}: ${own.message}`);
              } else {
                const top = topClasses(own, options.top).map((c) => {
                  const label = names?.[c] ?? String(c);
                  return stored ? { label, score: own[c]! } : { label, p: own[c]! };
                });
                print(format.text({ file, top }));
              }
              progress.update(++done);
            }
          }
          progress.stop();
        }),
      ),
    );
  }
  for (const failure of failures) say(`left out: ${failure}`);
  if (failures.length > 0) {
    const all = files.length + folders.length;
    throw new SppgpuError(`predict: ${failures.length} of ${all} were left out; see the lines above`);
  }
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
