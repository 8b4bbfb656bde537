import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type Evaluation, evaluate } from '../../classify/evaluate.js';
import { canPoolWindows } from '../../classify/evaluator.js';
import type { ImageDataset } from '../../data/dataset.js';
import { openDataset } from '../../data/open-dataset.node.js';
import { writeFileAtomic } from '../../io/atomic.node.js';
import { evalReport } from '../../report/eval-report.js';
import type { ViewsResult } from '../../report/types.js';
import type { Device } from '../../runtime/device.js';
import { SppgpuError } from '../../runtime/errors.js';
import { type DataOptions, reportUnreadable, sequentialLoader, withDataOptions, withDecoder } from '../data-options.js';
import { interruptible } from '../interrupt.js';
import { type ModelSource, type OpenModel, withModel, withModelSource } from '../model-options.js';
import { type CommonOptions, printJson, say, wholeNumber, withCommonOptions, withDevice } from '../options.js';
import { Progress } from '../progress.js';
import { commandLine, runDetailsOf } from '../run-details.js';
import { textTable } from '../table.js';
import { rankedSamples } from '../training/samples.js';
import { severalClasses } from '../training/setup.js';
import { protocolOf, type ViewFlags, withViewFlags } from '../view-options.js';

interface EvalOptions extends CommonOptions, DataOptions, ModelSource, ViewFlags {
  readonly part?: 'train' | 'test';
  readonly valShare: number;
  readonly seed: number;
  readonly report?: string;
}

/** `sppgpu eval`: accuracy of a network under one or more ways of looking at each picture. */
export function addEval(program: Command): void {
  const command = program.command('eval').description('accuracy of a network on labelled pictures, by number of views');
  withViewFlags(withDataOptions(withModelSource(withCommonOptions(command))), '1')
    .option('--part <part>', 'train or test (default: the test part, or all if there is none)')
    .option('--val-share <share>', 'share that training held out, where the data has no test part', Number, 0)
    .option('--seed <n>', 'seed that training held out with', wholeNumber(0), 1)
    .option('--report <file>', 'write an HTML report')
    .action((options: EvalOptions) =>
      interruptible((signal) => withDevice(options, (device) => run(device, options, signal))),
    );
}

async function run(device: Device, options: EvalOptions, signal: AbortSignal): Promise<void> {
  const started = performance.now();
  const dataset = await evaluationPart(options);
  await withModel(device, options, true, (model) =>
    withDecoder(options, async (decoder) => {
      checkClasses(model, dataset);
      const { input } = model.network.architecture;
      const mode = options.crops || !canPoolWindows(model.network) ? 'crops' : 'maps';
      say(`${dataset.length} pictures of ${dataset.name}, ${model.title}, views by ${mode}; ${device.info.name}`);
      const results: { name: string; evaluation: Evaluation }[] = [];
      for (const name of options.views) {
        const loader = sequentialLoader(dataset, options, decoder);
        const progress = new Progress(`views ${name}:`, dataset.length, 'images');
        const evaluation = await evaluate(model.network, loader, protocolOf(name, options, input), {
          ...model.preparation,
          mode,
          signal,
          onProgress: (images) => progress.update(images),
        });
        progress.stop();
        if (results.length === 0) reportUnreadable(loader);
        results.push({ name, evaluation });
        if (options.json) printJson(line(name, evaluation));
      }
      if (!options.json) process.stdout.write(`${table(results)}\n`);
      if (options.report === undefined) return;
      const run = runDetailsOf(device, commandLine(), (performance.now() - started) / 1000);
      await writeFileAtomic(resolve(options.report), await htmlReport(results, dataset, model, options, run));
      say(`report: ${resolve(options.report)}`);
    }),
  );
}

async function evaluationPart({ data, format, seed, valShare, part }: EvalOptions): Promise<ImageDataset> {
  const splits = await openDataset(data, { format, seed, holdout: valShare });
  if (splits.format === 'voc') throw severalClasses(data);
  if (part === 'train') return splits.train;
  if (part === undefined) return splits.test ?? splits.train;
  if (part !== 'test') throw new SppgpuError(`--part ${part} is not known; write train or test`);
  if (!splits.test) throw new SppgpuError(`${data}: has no test part; leave --part out, or give --val-share`);
  return splits.test;
}

/** Labels mean the same only if model and data list the same classes. */
function checkClasses({ classes, network }: OpenModel, dataset: ImageDataset): void {
  const known = network.architecture.classes;
  if (classes && JSON.stringify(classes) !== JSON.stringify(dataset.classes)) {
    const own = classes.find((name, i) => name !== dataset.classes[i]) ?? dataset.classes[classes.length];
    throw new SppgpuError(
      `${dataset.name}: its ${dataset.classes.length} classes are not the model's ${classes.length} (they differ at ${JSON.stringify(own)}); give the data the model was trained for`,
    );
  }
  if (dataset.classes.length > known) {
    throw new SppgpuError(`${dataset.name}: ${dataset.classes.length} classes, but the model knows ${known} only`);
  }
}

/** A protocol's name as a number where it is one. */
const viewsOf = (name: string): number | string => (/^\d+$/u.test(name) ? Number(name) : name);

function line(name: string, { top1, top5, images, seconds }: Evaluation) {
  return { views: viewsOf(name), top1, top5, images, seconds: Number(seconds.toFixed(3)) };
}

function table(results: readonly { name: string; evaluation: Evaluation }[]): string {
  const rows = results.map(({ name, evaluation: { top1, top5, meanPerClass, viewsPerImage, images, seconds } }) => [
    name,
    viewsPerImage.toFixed(1),
    (100 * top1).toFixed(2),
    (100 * top5).toFixed(2),
    (100 * meanPerClass).toFixed(2),
    String(images),
    seconds.toFixed(1),
    (images / seconds).toFixed(1),
  ]);
  return textTable(['views', 'a picture', 'top-1 %', 'top-5 %', 'per class %', 'images', 's', 'images/s'], rows);
}

async function htmlReport(
  results: readonly { name: string; evaluation: Evaluation }[],
  dataset: ImageDataset,
  { network, title, preparation }: OpenModel,
  options: ViewFlags,
  run: ReturnType<typeof runDetailsOf>,
): Promise<string> {
  const best = results.reduce((a, b) => (b.evaluation.top1 > a.evaluation.top1 ? b : a));
  const count = network.architecture.classes;
  const classes = Array.from({ length: count }, (_, i) => dataset.classes[i] ?? String(i));
  const { confusion } = best.evaluation;
  const protocol = protocolOf(best.name, options, network.architecture.input);
  const samples = await rankedSamples(network, dataset, protocol, preparation);
  return evalReport({
    model: title,
    dataset: dataset.name,
    classes,
    views: results.map(({ name, evaluation }): ViewsResult => {
      const { viewsPerImage: views, top1, top5, images, seconds } = evaluation;
      return { views: Math.round(views), name, top1, top5, images, seconds };
    }),
    confusion: Array.from({ length: count }, (_, i) => [...confusion.subarray(i * count, (i + 1) * count)]),
    confusionOf: `views ${best.name}`,
    samples,
    run,
  });
}
