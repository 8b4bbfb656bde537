import type { Architecture } from '../models/architecture.js';
import { checkInput } from '../models/geometry.js';
import { traceLayers } from '../models/trace.js';
import { AdamW } from '../optim/adam.js';
import { OneCycleLR } from '../optim/one-cycle-lr.js';
import type { Optimizer, ParameterGroup } from '../optim/optimizer.js';
import { ConstantLR, CosineAnnealingLR, MultiStepLR, ReduceLROnPlateau, type Schedule } from '../optim/schedules.js';
import { SGD } from '../optim/sgd.js';
import type { FineTuning } from './fine-tuning.js';
import type { SessionSettings } from './session-settings.js';
import { parseSizePolicy, type SizePolicy, sizesOf } from './size-policy.js';

/**
 * How a network is trained, as plain data: all that decides what it learns of given pictures. Where a run is kept and how it
 * speaks is not part of it. `train`, `demo` and pages share it.
 */
export interface Recipe {
  /** Passes over the training pictures. */
  readonly epochs: number;
  /** Pictures per step. */
  readonly batchSize: number;
  /** Pictures per forward pass; gradients add up to the batch. Default: the batch. */
  readonly microBatch?: number;
  /** Keeps activations for the backward pass as halves. */
  readonly halfActivations?: boolean;
  /** What products and convolutions read in training: f16 rounds their operands (`autocast`, with a `GradScaler`). Default f32. */
  readonly precision?: 'f32' | 'f16';
  /** `'sgd'` with momentum as in the paper; `'adamw'` needs less tuning on small data. */
  readonly optimizer: 'sgd' | 'adamw';
  /** Learning rate; biases take twice that. */
  readonly lr: number;
  /** Rate of the convolutions: `0.1x` (of `lr`), or a rate of its own. */
  readonly lrFeatures?: string;
  /** Parts that keep the weights they start with (see `FineTuning`). */
  readonly freeze?: readonly string[];
  /** Batch normalisation goes by the statistics that it starts with (in frozen parts it always does). */
  readonly freezeStatistics?: boolean;
  /** Steps over which the rate rises to what the schedule says. */
  readonly warmup?: number;
  /** Of SGD. */
  readonly momentum: number;
  /** Of weights, not of biases. */
  readonly weightDecay: number;
  /** One rule at most for how the rate falls: divided by 10 after these epochs, */
  readonly lrSteps?: readonly number[];
  /** or divided by 10 when the watched loss has not fallen for more than so many epochs, */
  readonly plateau?: number;
  /** or along a cosine down to 0 at this epoch (fractions allowed), */
  readonly cosine?: number;
  /** or step by step: up to `lr` over this share of all steps, then along a cosine down to nearly 0 (`OneCycleLR`). */
  readonly oneCycle?: number;
  /** Share of the target spread evenly over all classes (pictures of one class each). */
  readonly labelSmoothing?: number;
  /** Sides of the inputs, as `parseSizePolicy` reads them. Default: the architecture's. */
  readonly sizes?: string;
  /** What is subtracted: the architecture's constant, the mean picture of the training set, or a byte value. */
  readonly mean: 'constant' | 'image' | number;
  /** Shifts colours along the principal components of the training set. */
  readonly pca?: boolean;
  /** Mirrors every other picture. */
  readonly flip: boolean;
  /** Of weights, order and augmentation. */
  readonly seed: number;
}

/** The paper's (section 3.1), and what the command line starts from. */
export const PAPER_RECIPE = {
  epochs: 70,
  batchSize: 128,
  optimizer: 'sgd',
  lr: 0.01,
  momentum: 0.9,
  weightDecay: 5e-4,
  mean: 'constant',
  flip: true,
  seed: 1,
} as const satisfies Recipe;

/** The sizes to train at, each checked against the network. @throws SppgpuError, ShapeError for one that does not fit */
export function recipeSizes({ sizes }: Pick<Recipe, 'sizes'>, architecture: Architecture): SizePolicy {
  const policy = parseSizePolicy(sizes ?? String(architecture.input.size));
  for (const size of sizesOf(policy)) {
    checkInput(architecture, size, size);
    traceLayers(architecture, size, size);
  }
  return policy;
}

/** The rule of the steps. */
export function recipeOptimizer({ optimizer, lr, momentum, weightDecay }: Recipe) {
  return (groups: readonly ParameterGroup[]): Optimizer =>
    optimizer === 'adamw' ? new AdamW(groups, { lr, weightDecay }) : new SGD(groups, { lr, momentum, weightDecay });
}

/** What keeps its weights, and how fast the convolutions learn beside the rest. */
export function recipeFineTuning({
  freeze,
  freezeStatistics,
  lr,
  lrFeatures,
}: Pick<Recipe, 'freeze' | 'freezeStatistics' | 'lr' | 'lrFeatures'>): FineTuning {
  const factor = lrFeatures?.endsWith('x') ? Number(lrFeatures.slice(0, -1)) : Number(lrFeatures) / lr;
  return {
    ...(freeze && { freeze }),
    ...(freezeStatistics && { freezeStatistics }),
    ...(lrFeatures !== undefined && { rates: { features: factor } }),
  };
}

/** What the learning rate goes by, and what that counts. */
export function recipeSchedule(
  recipe: Recipe,
  batches: number,
  newRate?: number,
): Required<Pick<SessionSettings, 'schedule' | 'scheduleBy'>> {
  const { oneCycle: riseShare, epochs, lr: maxLr } = recipe;
  if (riseShare === undefined) return { schedule: epochSchedule(recipe, newRate), scheduleBy: 'epoch' };
  const steps = epochs * batches;
  return { schedule: (optimizer) => new OneCycleLR(optimizer, { maxLr, steps, riseShare }), scheduleBy: 'step' };
}

/**
 * How the learning rate falls from epoch to epoch.
 * @param newRate rate that a resumed run goes on with: the plateau rule would otherwise go on with the one it had reached
 */
function epochSchedule(
  { lrSteps, plateau, cosine }: Pick<Recipe, 'lrSteps' | 'plateau' | 'cosine'>,
  newRate?: number,
): (optimizer: Optimizer) => Schedule {
  if (lrSteps) return (optimizer) => new MultiStepLR(optimizer, lrSteps);
  if (cosine !== undefined) return (optimizer) => new CosineAnnealingLR(optimizer, cosine);
  if (plateau === undefined) return (optimizer) => new ConstantLR(optimizer);
  return (optimizer) => {
    const schedule = new ReduceLROnPlateau(optimizer, { patience: plateau });
    if (newRate === undefined) return schedule;
    return {
      step: (metric) => schedule.step(metric),
      stateDict: () => schedule.stateDict(),
      loadStateDict: (state) => schedule.loadStateDict({ ...state, lr: newRate }),
    };
  };
}
