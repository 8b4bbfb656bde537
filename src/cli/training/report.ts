import type { DatasetSplits } from '../../data/open-dataset.node.js';
import { trainReport } from '../../report/train-report.js';
import type { RankedSample, RunDetails, TrainEpoch } from '../../report/types.js';
import type { EpochRecord } from '../../train/session.node.js';
import type { TrainOptions } from './options.js';

/** An epoch as `--json` prints it; epochs count from 1 here. */
export function epochLine(record: EpochRecord) {
  const { epoch, size, lr, loss, top1, top5, examples, seconds, imagesPerSecond, loader } = record;
  const { validationLoss, validationTop1, validationTop5 } = record;
  return {
    ...{ epoch: epoch + 1, size, lr, loss, top1, top5, images: examples },
    ...(validationTop1 !== undefined && { validationLoss, validationTop1, validationTop5 }),
    ...{ seconds, imagesPerSecond },
    ...(loader && { deviceWaitShare: loader.deviceWaitShare, loaderWaitShare: loader.loaderWaitShare }),
  };
}

/** The scalars of an epoch for TensorBoard. */
export function epochScalars(record: EpochRecord): Record<string, number> {
  const { size, lr, loss, top1, top5, imagesPerSecond, validationLoss, validationTop1, validationTop5 } = record;
  return {
    'train/loss': loss,
    'train/top1': top1,
    'train/top5': top5,
    ...(validationLoss !== undefined && { 'validation/loss': validationLoss }),
    ...(validationTop1 !== undefined && { 'validation/top1': validationTop1 }),
    ...(validationTop5 !== undefined && { 'validation/top5': validationTop5 }),
    'run/learning_rate': lr,
    'run/input_size': size,
    'run/images_per_second': imagesPerSecond,
  };
}

/** One line for people at the end of an epoch. */
export function epochText(record: EpochRecord, epochs: number): string {
  const { epoch, size, loss, top1, validationTop1, imagesPerSecond, seconds } = record;
  const validation = validationTop1 === undefined ? '' : `, validation ${percent(validationTop1)}`;
  return `epoch ${epoch + 1}/${epochs} at ${size}: loss ${loss.toFixed(3)}, top-1 ${percent(top1)}${validation}, ${imagesPerSecond.toFixed(1)} images/s, ${seconds.toFixed(0)} s`;
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** The report at the end of a run. */
export function htmlReport(
  title: string,
  options: TrainOptions,
  { train, test }: DatasetSplits,
  history: readonly EpochRecord[],
  samples: RankedSample[],
  run: RunDetails,
): string {
  const { data: _, ...settings } = options;
  const configuration: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(settings)) {
    if (value !== undefined) configuration[name] = typeof value === 'object' ? JSON.stringify(value) : value;
  }
  return trainReport({
    model: title,
    dataset: train.name,
    epochs: history.map(reportEpoch),
    configuration,
    samples,
    run: {
      ...run,
      seed: options.seed,
      split: `${train.length} pictures for training${test ? `, ${test.length} for validation` : ''}`,
    },
  });
}

function reportEpoch(record: EpochRecord): TrainEpoch {
  const { epoch, size, loss, top1, top5, lr, imagesPerSecond, loader } = record;
  const { validationLoss, validationTop1, validationTop5 } = record;
  return {
    ...{ epoch: epoch + 1, size, loss, top1, top5, learningRate: lr, imagesPerSecond },
    ...(validationLoss !== undefined && { validationLoss }),
    ...(validationTop1 !== undefined && { validationTop1 }),
    ...(validationTop5 !== undefined && { validationTop5 }),
    // The report names who waits: its loaderWait is the device waiting for the loader.
    ...(loader && { loaderWait: loader.deviceWaitShare, deviceWait: loader.loaderWaitShare }),
  };
}
