import { metricsOf, scoreText } from './metrics.js';
import type { TrainingRecord } from './task.js';

/** Parts of an epoch's time in which one side waited for the other; nothing where the loader did not count. */
const waitShares = ({ loader }: TrainingRecord): Readonly<Record<string, number>> =>
  loader ? { deviceWaitShare: loader.deviceWaitShare, loaderWaitShare: loader.loaderWaitShare } : {};

const byName = (record: TrainingRecord, part: 'training' | 'validation'): Readonly<Record<string, number>> =>
  Object.fromEntries(metricsOf(record, part).map(({ name, value }) => [name, value]));

/** An epoch as `--json` prints it; epochs count from 1 here. */
export function epochLine(record: TrainingRecord): Readonly<Record<string, number>> {
  const { epoch, size, lr, examples, seconds, imagesPerSecond } = record;
  return {
    ...{ epoch: epoch + 1, size, lr },
    ...byName(record, 'training'),
    images: examples,
    ...byName(record, 'validation'),
    ...{ seconds, imagesPerSecond },
    ...waitShares(record),
  };
}

/** `labelAccuracy` as TensorBoard has it: `label_accuracy`. */
const snakeCase = (name: string): string => name.replace(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`);

/** The scalars of an epoch for TensorBoard. */
export function epochScalars(record: TrainingRecord): Record<string, number> {
  const parts = (['training', 'validation'] as const).flatMap((part) =>
    metricsOf(record, part).map(({ metric, value }) => {
      return [`${part === 'training' ? 'train' : part}/${snakeCase(metric.name)}`, value];
    }),
  );
  return {
    ...(Object.fromEntries(parts) as Record<string, number>),
    'run/learning_rate': record.lr,
    'run/input_size': record.size,
    'run/images_per_second': record.imagesPerSecond,
  };
}

/** One line for people at the end of an epoch. */
export function epochText(record: TrainingRecord, epochs: number): string {
  const { epoch, size, loss, imagesPerSecond, seconds } = record;
  const validation = scoreText(record, 'validation');
  const scores = [scoreText(record), validation && `validation ${validation}`].filter(Boolean).join(', ');
  return `epoch ${epoch + 1}/${epochs} at ${size}: loss ${loss.toFixed(3)}, ${scores}, ${imagesPerSecond.toFixed(1)} images/s, ${seconds.toFixed(0)} s`;
}

/** An epoch as the report draws it. */
export function reportEpoch(record: TrainingRecord) {
  const { epoch, size, loss, lr, imagesPerSecond } = record;
  return {
    ...{ epoch: epoch + 1, size, loss, learningRate: lr, imagesPerSecond },
    ...byName(record, 'training'),
    ...byName(record, 'validation'),
    ...waitShares(record),
  };
}
