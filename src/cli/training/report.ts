import type { DatasetSplits } from '../../data/open-dataset.node.js';
import type { RankedSample, RunDetails } from '../../report/types.js';
import { reportEpoch } from '../../train/epoch-report.js';
import { METRICS } from '../../train/metrics.js';
import type { TrainingRecord } from '../../train/task.js';
import type { TrainOptions } from './options.js';

/** The report at the end of a run. */
export async function htmlReport(
  title: string,
  options: TrainOptions,
  { train, test }: DatasetSplits,
  history: readonly TrainingRecord[],
  samples: RankedSample[],
  run: RunDetails,
): Promise<string> {
  // Plots take half a second to load, which the other commands need not wait for.
  const { trainReport } = await import('../../report/train-report.js');
  // A queue's address may hold a password.
  const { data: _, queue: __, ...settings } = options;
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
