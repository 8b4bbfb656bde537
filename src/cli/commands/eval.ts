import { resolve } from 'node:path';
import type { Command } from 'commander';
import { canPoolWindows } from '../../classify/evaluator.js';
import { type ImageDataset, labelKind } from '../../data/dataset.js';
import { openDataset } from '../../data/open-dataset.node.js';
import { writeFileAtomic } from '../../io/atomic.node.js';
import type { Device } from '../../runtime/device.js';
import { SppgpuError } from '../../runtime/errors.js';
import { type DataOptions, reportUnreadable, sequentialLoader, withDataOptions, withDecoder } from '../data-options.js';
import type { EvaluationKind, Found } from '../evaluation/kind.js';
import { multiLabelEvaluation } from '../evaluation/multi-label.js';
import { singleLabelEvaluation } from '../evaluation/single-label.js';
import { interruptible } from '../interrupt.js';
import { type ModelSource, type OpenModel, withModel, withModelSource } from '../model-options.js';
import { type CommonOptions, printJson, say, wholeNumber, withCommonOptions, withDevice } from '../options.js';
import { Progress } from '../progress.js';
import { commandLine, runDetailsOf } from '../run-details.js';
import { rankedSamples } from '../training/samples.js';
import { protocolOf, type ViewFlags, withViewFlags } from '../view-options.js';

interface EvalOptions extends CommonOptions, DataOptions, ModelSource, ViewFlags {
  readonly part?: 'train' | 'test';
  readonly valShare: number;
  readonly seed: number;
  readonly report?: string;
}

/** `sppgpu eval`: accuracy, or average precision, of a network under one or more ways of looking at each picture. */
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
  const dataset = await evaluationPart(options);
  return labelKind(dataset) === 'multi'
    ? judge(device, options, dataset, multiLabelEvaluation, signal)
    : judge(device, options, dataset, singleLabelEvaluation, signal);
}

async function judge<Result>(
  device: Device,
  options: EvalOptions,
  dataset: ImageDataset,
  kind: EvaluationKind<Result>,
  signal: AbortSignal,
): Promise<void> {
  const started = performance.now();
  await withModel(device, options, true, (model) =>
    withDecoder(options, async (decoder) => {
      checkLabels(model, dataset);
      const { input } = model.network.architecture;
      const mode = options.crops || !canPoolWindows(model.network) ? 'crops' : 'maps';
      say(`${dataset.length} pictures of ${dataset.name}, ${model.title}, views by ${mode}; ${device.info.name}`);
      const classes = Array.from(
        { length: model.network.architecture.classes },
        (_, i) => dataset.classes[i] ?? String(i),
      );
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
        if (options.json) printJson(kind.line({ name, result }));
      }
      if (!options.json) process.stdout.write(`${kind.table(results, classes)}\n`);
      if (options.report === undefined) return;
      const { network, preparation, title, labels } = model;
      const samples = await rankedSamples(network, dataset, protocolOf(kind.best(results).name, options, input), {
        ...preparation,
        labels,
      });
      const details = runDetailsOf(device, commandLine(), (performance.now() - started) / 1000);
      const context = { model: title, dataset: dataset.name, classes, samples, run: details };
      await writeFileAtomic(resolve(options.report), kind.report(results, context));
      say(`report: ${resolve(options.report)}`);
    }),
  );
}

async function evaluationPart({ data, format, seed, valShare, part }: EvalOptions): Promise<ImageDataset> {
  const splits = await openDataset(data, { format, seed, holdout: valShare });
  if (part === 'train') return splits.train;
  if (part === undefined) return splits.test ?? splits.train;
  if (part !== 'test') throw new SppgpuError(`--part ${part} is not known; write train or test`);
  if (!splits.test) throw new SppgpuError(`${data}: has no test part; leave --part out, or give --val-share`);
  return splits.test;
}

/** Labels mean the same only if model and data list the same classes, one or several a picture. */
function checkLabels({ classes, network, labels }: OpenModel, dataset: ImageDataset): void {
  if (labels !== labelKind(dataset)) {
    const [own, others] = labels === 'multi' ? ['one class', 'several classes'] : ['several classes', 'one class'];
    throw new SppgpuError(
      `${dataset.name}: its pictures have ${own} each, the model was trained for ${others}; give data of its kind`,
    );
  }
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
