import type { DatasetSplits } from '../../data/open-dataset.node.js';
import { trainReport } from '../../report/train-report.js';
import type { RankedSample, RunDetails, TrainEpoch } from '../../report/types.js';
import type { TrainOptions } from './options.js';
import type { TrainingRecord, TrainingScores } from './task.js';

/** An epoch as `--json` prints it; epochs count from 1 here. */
export function epochLine(record: TrainingRecord) {
  const { epoch, size, lr, loss, top1, top5, labelAccuracy, examples, seconds, imagesPerSecond, loader } = record;
  const { validationLoss, validationTop1, validationTop5, validationMap } = record;
  return {
    ...{ epoch: epoch + 1, size, lr, loss },
    ...(labelAccuracy === undefined ? { top1, top5 } : { labelAccuracy }),
    images: examples,
    ...(validationTop1 !== undefined && { validationLoss, validationTop1, validationTop5 }),
    ...(validationMap !== undefined && { validationLoss, validationMap }),
    ...{ seconds, imagesPerSecond },
    ...(loader && { deviceWaitShare: loader.deviceWaitShare, loaderWaitShare: loader.loaderWaitShare }),
  };
}

/** The scalars of an epoch for TensorBoard. */
export function epochScalars(record: TrainingRecord): Record<string, number> {
  const { size, lr, loss, top1, top5, labelAccuracy, imagesPerSecond } = record;
  const { validationLoss, validationTop1, validationTop5, validationMap } = record;
  return {
    'train/loss': loss,
    ...(top1 !== undefined && { 'train/top1': top1 }),
    ...(top5 !== undefined && { 'train/top5': top5 }),
    ...(labelAccuracy !== undefined && { 'train/label_accuracy': labelAccuracy }),
    ...(validationLoss !== undefined && { 'validation/loss': validationLoss }),
    ...(validationTop1 !== undefined && { 'validation/top1': validationTop1 }),
    ...(validationTop5 !== undefined && { 'validation/top5': validationTop5 }),
    ...(validationMap !== undefined && { 'validation/map': validationMap }),
    'run/learning_rate': lr,
    'run/input_size': size,
    'run/images_per_second': imagesPerSecond,
  };
}

/** One line for people at the end of an epoch. */
export function epochText(record: TrainingRecord, epochs: number): string {
  const { epoch, size, loss, validationTop1, validationMap, imagesPerSecond, seconds } = record;
  const accuracy = validationTop1 === undefined ? '' : `, validation ${percent(validationTop1)}`;
  const validation = validationMap === undefined ? accuracy : `, validation mAP ${percent(validationMap)}`;
  return `epoch ${epoch + 1}/${epochs} at ${size}: loss ${loss.toFixed(3)}, ${scoreText(record)}${validation}, ${imagesPerSecond.toFixed(1)} images/s, ${seconds.toFixed(0)} s`;
}

/** How well training pictures are known, in words. */
export function scoreText({ top1, labelAccuracy }: TrainingScores): string {
  return top1 === undefined ? `labels ${percent(labelAccuracy ?? Number.NaN)}` : `top-1 ${percent(top1)}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** The report at the end of a run. */
export function htmlReport(
  title: string,
  options: TrainOptions,
  { train, test }: DatasetSplits,
  history: readonly TrainingRecord[],
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

function reportEpoch(record: TrainingRecord): TrainEpoch {
  const { epoch, size, loss, top1, top5, labelAccuracy, lr, imagesPerSecond, loader } = record;
  const { validationLoss, validationTop1, validationTop5, validationMap } = record;
  return {
    ...{ epoch: epoch + 1, size, loss, top1, top5, labelAccuracy, learningRate: lr, imagesPerSecond },
    ...(validationLoss !== undefined && { validationLoss }),
    ...(validationTop1 !== undefined && { validationTop1 }),
    ...(validationTop5 !== undefined && { validationTop5 }),
    ...(validationMap !== undefined && { validationMap }),
    ...(loader && { deviceWaitShare: loader.deviceWaitShare, loaderWaitShare: loader.loaderWaitShare }),
  };
}
