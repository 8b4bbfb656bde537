import { evaluate, evaluateLabels } from '../classify/evaluate.js';
import type { EvaluateOptions } from '../classify/score-pictures.js';
import type { ViewProtocol } from '../classify/views.js';
import type { LabelKind } from '../data/dataset.js';
import type { ImageLoader } from '../data/loader.js';
import type { Network } from '../models/network.js';
import { SppgpuError } from '../runtime/errors.js';
import { validationMetrics } from './metrics.js';
import {
  type MultiLabelScores,
  multiLabel,
  type Objective,
  type SingleLabelScores,
  singleLabel,
  smoothedLabel,
} from './objective.js';
import type { EpochExtras, EpochRecord } from './trainer-options.js';

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

/**
 * The task that the labels of the data ask for.
 * @param labelSmoothing share of the target spread evenly over all classes, where a picture has one
 * @throws SppgpuError for a share where a picture has several
 */
export function trainingTask(labels: LabelKind, labelSmoothing = 0): TrainingTask {
  if (labels === 'single') {
    return labelSmoothing === 0 ? oneClass : { ...oneClass, objective: smoothedLabel(labelSmoothing) };
  }
  if (labelSmoothing === 0) return severalClasses;
  throw new SppgpuError(
    'training: labels are smoothed where a picture has one class, not several; leave smoothing out',
  );
}

const oneClass: TrainingTask = {
  objective: singleLabel,
  validate: async (...of) => validationMetrics(await evaluate(...of)),
};

const severalClasses: TrainingTask = {
  objective: multiLabel,
  validate: async (...of) => validationMetrics(await evaluateLabels(...of)),
};
