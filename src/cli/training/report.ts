import type { DatasetSplits } from '../../data/open-dataset.node.js';
import { trainReport } from '../../report/train-report.js';
import type { RankedSample, RunDetails } from '../../report/types.js';
import { reportEpoch } from '../../train/epoch-report.js';
import { METRICS } from '../../train/metrics.js';
import type { TrainingRecord } from '../../train/task.js';
import type { TrainOptions } from './options.js';

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
    metrics: METRICS,
    configuration,
    samples,
    run: {
      ...run,
      seed: options.seed,
      split: `${train.length} pictures for training${test ? `, ${test.length} for validation` : ''}`,
    },
  });
}
