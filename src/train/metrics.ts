import { type Metric, metricText, validationName } from '../report/metric.js';
import { betterFirst } from '../svm/ranking.js';

/** Whose pictures a metric is of: those that train, as they go by, or those that were held out. */
export type Part = 'training' | 'validation';

/** The loss stands first; of the others, the first that a run has is the one that tells its success. */
export const METRICS: readonly [loss: Metric, ...scores: Metric[]] = [
  {
    name: 'loss',
    label: 'loss',
    title: 'Loss',
    better: 'lower',
    format: 'number',
  },
  {
    name: 'top1',
    label: 'top-1',
    title: 'Top-1 accuracy',
    better: 'higher',
    format: 'share',
  },
  {
    name: 'top5',
    label: 'top-5',
    title: 'Top-5 accuracy',
    better: 'higher',
    format: 'share',
  },
  {
    name: 'meanPerClass',
    label: 'per class',
    title: 'Mean per-class accuracy',
    better: 'higher',
    format: 'share',
    evaluationOnly: true,
  },
  {
    name: 'map',
    label: 'mAP',
    title: 'Mean average precision',
    better: 'higher',
    format: 'share',
  },
  {
    name: 'mapAllPoints',
    label: 'all-point',
    title: 'All-point mAP',
    better: 'higher',
    format: 'share',
    evaluationOnly: true,
  },
  {
    name: 'labelAccuracy',
    label: 'labels',
    title: 'Right labels',
    better: 'higher',
    format: 'share',
  },
];

const [LOSS, ...SCORES] = METRICS;

/** The name of a metric in a record. */
const nameIn = ({ name }: Metric, part: Part): string => (part === 'training' ? name : validationName(name));

/** The value of a metric in a record; undefined where the record has none. JSON has null for NaN. */
function valueIn(record: object, metric: Metric, part: Part): number | undefined {
  const value = (record as Readonly<Record<string, number | null | undefined>>)[nameIn(metric, part)];
  return value === null ? Number.NaN : value;
}

/** The metrics that a record has of a part, with their values, in order. */
export function metricsOf(record: object, part: Part): { metric: Metric; name: string; value: number }[] {
  return METRICS.flatMap((metric) => {
    const value = valueIn(record, metric, part);
    return value === undefined ? [] : [{ metric, name: nameIn(metric, part), value }];
  });
}

/** The metrics of held-out pictures out of all that an evaluation found, by their names in records. */
export function validationMetrics(found: object): { readonly [metric: `validation${string}`]: number } {
  return Object.fromEntries(
    metricsOf(found, 'training')
      .filter(({ metric }) => !metric.evaluationOnly)
      .map(({ metric, value }) => [validationName(metric.name), value]),
  );
}

/** The scores (all metrics but the loss) that a result has, with their values, in order. */
export function scoresOf(result: object): { metric: Metric; value: number }[] {
  return metricsOf(result, 'training').filter(({ metric }) => metric !== LOSS);
}

/** Orders results by the first score that they have, the best first; a score that is not a number comes last. */
export function betterScored(a: object, b: object): number {
  const [[first], [second]] = [scoresOf(a), scoresOf(b)];
  if (!first || !second) return 0;
  return first.metric.better === 'higher'
    ? betterFirst(first.value, second.value)
    : betterFirst(-first.value, -second.value);
}

/** The score that tells how well pictures are known, in words: `top-1 93.1 %`. Empty where there is none. */
export function scoreText(record: object, part: Part = 'training'): string {
  const score = SCORES.find((metric) => valueIn(record, metric, part) !== undefined);
  return score ? `${score.label} ${metricText(score, valueIn(record, score, part)!)}` : '';
}

/** What the schedule watches: the loss of held-out pictures, or else of those that train. */
export function watchedLoss(record: object): number {
  return valueIn(record, LOSS, 'validation') ?? valueIn(record, LOSS, 'training') ?? Number.NaN;
}
