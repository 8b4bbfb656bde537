import { evaluate, evaluateLabels } from '../classify/evaluate.js';
import type { EvaluateOptions } from '../classify/score-pictures.js';
import type { ViewProtocol } from '../classify/views.js';
import type { LabelKind } from '../data/dataset.js';
import type { ImageLoader } from '../data/loader.js';
import type { Network } from '../models/network.js';
import { validationMetrics } from './metrics.js';
import { type MultiLabelScores, multiLabel, type Objective, type SingleLabelScores, singleLabel } from './objective.js';
import type { EpochExtras, EpochRecord } from './trainer.js';

/** The scores of either kind of labels: each run has those of one. */
export type TrainingScores = Partial<SingleLabelScores & MultiLabelScores>;

/** An epoch of either kind. */
export type TrainingRecord = EpochRecord<TrainingScores>;

/** What training is for: what the network learns, and how held-out pictures judge it. */
export interface TrainingTask {
  readonly objective: Objective<TrainingScores>;
  validate(
    network: Network,
    pictures: ImageLoader,
    protocol: ViewProtocol,
    options: EvaluateOptions,
  ): Promise<EpochExtras>;
}

/** The task that the labels of the data ask for. */
export function trainingTask(labels: LabelKind): TrainingTask {
  return labels === 'multi' ? severalClasses : oneClass;
}

const oneClass: TrainingTask = {
  objective: singleLabel,
  validate: async (...of) => validationMetrics(await evaluate(...of)),
};

const severalClasses: TrainingTask = {
  objective: multiLabel,
  validate: async (...of) => validationMetrics(await evaluateLabels(...of)),
};
