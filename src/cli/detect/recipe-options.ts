import { type Command, Option } from 'commander';
import { PROJECTIONS, type ProjectionName } from '../../detect/features/place-windows.js';
import { DETECTION_LEVELS, POOLED, regionLayers } from '../../detect/features/region-network.js';
import { SCALE_RULES, type ScaleRule } from '../../detect/features/scale-rule.js';
import { paperScales } from '../../detect/features/spp-windows.js';
import type { DetectorRecipe } from '../../detect/run/settings.js';
import { REGION_SCHEDULES, type RegionSchedule } from '../../detect/training/fine-tune.js';
import type { Architecture } from '../../models/architecture.js';
import { UsageError } from '../errors.js';
import { nonNegative, wholeNumber } from '../options.js';
import { lengths } from '../view-options.js';
import { type WindowFlags, windowSettings } from './window-options.js';

const ADVANCED = {
  features: "Advanced, the paper's constants of features and tuning:",
  classifiers: "Advanced, the paper's constants of classifiers and boxes:",
};

/** What a detector learns, as flags write it. */
export interface RecipeFlags {
  readonly scales?: readonly number[];
  readonly fiveScales?: boolean;
  readonly rcnn?: boolean;
  readonly tuning?: boolean;
  readonly layer?: string;
  readonly regression: boolean;
  readonly seed: number;
  readonly levels?: readonly number[];
  readonly hidden: number;
  readonly schedule?: keyof typeof REGION_SCHEDULES;
  readonly steps?: number;
  readonly lr?: number;
  readonly tuneScales: 'random' | 'best';
  readonly flips: boolean;
  readonly scaleRule: ScaleRule;
  readonly projection: ProjectionName;
  readonly c: number;
  readonly positiveWeight: number;
  readonly nearCopies: number;
  readonly lambda: number;
  readonly regressionIou: number;
  readonly examplesMib: number;
}

export function withCommonRecipe(command: Command): Command {
  return command
    .option(
      '--scales <list>',
      "shorter sides at which pictures are seen (default: the paper's 688, for nets of 224 pixels)",
      lengths,
    )
    .addOption(new Option('--five-scales', "the paper's five scales instead of one").conflicts('scales'))
    .option('--tuning', 'train the fully connected layers on windows (default: where the net has its own on a pyramid)')
    .option(
      '--no-tuning',
      'classifiers on the pooled vectors as they are (default: for all other nets, such as SqueezeNet)',
    )
    .option('--no-regression', 'boxes stay where the windows are')
    .option('--seed <n>', 'the same seed, data and adapter give the same detector', wholeNumber(0), 1);
}

export function withAdvancedRecipe(command: Command): Command {
  return command
    .optionsGroup(ADVANCED.features)
    .option('--rcnn', 'look at each window by itself, warped, as R-CNN does: slow, for comparison')
    .option(
      '--layer <name>',
      'features: spp (pooled vectors), or a fully connected layer (default: the last hidden one)',
    )
    .option(
      '--levels <list>',
      "bins per side of the pyramid, where the net has none of its own (default: 1,2,3, the paper's 1,2,3,6 with --tuning)",
      lengths,
    )
    .option('--hidden <n>', 'width of fresh hidden layers on it', wholeNumber(1), 256)
    .addOption(
      new Option(
        '--schedule <name>',
        'of the tuning: for small data, or a published one (default: fresh for a net without a pyramid, else short)',
      ).choices(Object.keys(REGION_SCHEDULES)),
    )
    .option('--steps <n>', 'steps of the tuning, in the proportions of the schedule', wholeNumber(1))
    .option('--lr <rate>', 'first learning rate of the tuning, the others in proportion', nonNegative)
    .addOption(
      new Option('--tune-scales <which>', 'scale of a window in tuning').choices(['random', 'best']).default('random'),
    )
    .option('--no-flips', 'tuning sees no mirrored pictures')
    .addOption(
      new Option('--scale-rule <rule>', 'which scale a window is pooled at').choices(SCALE_RULES).default('paper'),
    )
    .addOption(
      new Option('--projection <rule>', 'which cells belong to a window').choices(PROJECTIONS).default('inside'),
    )
    .optionsGroup(ADVANCED.classifiers)
    .option('--c <value>', 'cost of the classifiers', nonNegative, 1e-3)
    .option('--positive-weight <w>', 'weight of positives', nonNegative, 2)
    .option(
      '--near-copies <iou>',
      'negatives that overlap a harder one by more are left out; 1 keeps all',
      nonNegative,
      0.7,
    )
    .option('--lambda <value>', 'of the regression (R-CNN: 1000)', nonNegative, 4000)
    .option('--regression-iou <iou>', 'of windows that boxes are learned from (R-CNN: 0.6)', nonNegative, 0.5)
    .option('--examples-mib <n>', 'memory for examples of classifiers, and of boxes', wholeNumber(1), 1024);
}

/** Levels of a pyramid whose vectors go to the classifiers as they are: the paper's fourth makes them four times as long. */
const SHORT_LEVELS: readonly number[] = [1, 2, 3];

/** What the flags leave to the net. */
export interface HeadChoice {
  /** Whether fully connected layers are trained on windows. */
  readonly tuning: boolean;
  readonly levels: readonly number[];
}

/**
 * Whether layers are tuned, and on which pyramid: as the flags say, else where the net has such layers of its own. Fresh ones
 * learn less from some hundreds of photographs than the pooled vectors of a net like SqueezeNet know (docs/reproduction.md).
 */
export function headChoice({ levels, ...flags }: RecipeFlags, { options }: Architecture): HeadChoice {
  const wanted = [flags.schedule, flags.steps, flags.lr].some((flag) => flag !== undefined);
  const { tuning = wanted || Array.isArray(options.pyramid) } = flags;
  return { tuning, levels: levels ?? (tuning ? DETECTION_LEVELS : SHORT_LEVELS) };
}

/**
 * The recipe that the flags ask for.
 * @param tuning whether fully connected layers are trained
 * @param architecture of the backbone
 * @param layers of the net that is used, from `spp` on
 * @throws UsageError for a layer that there is not
 */
export function recipeOf(
  flags: RecipeFlags & WindowFlags,
  tuning: boolean,
  architecture: Architecture,
  used: Architecture,
): DetectorRecipe {
  const layers = regionLayers(used);
  const { layer = tuning ? layers.at(-1)! : POOLED, seed } = flags;
  if (!layers.includes(layer)) {
    throw new UsageError(`detect train: --layer ${layer} is not a layer of windows; there are ${layers.join(', ')}`);
  }
  const { size } = architecture.input;
  const scales = flags.scales ?? paperScales(size, flags.fiveScales ? 'five' : 'one');
  const maxBytes = flags.examplesMib * 2 ** 20;
  const own = Array.isArray(architecture.options.pyramid);
  const name = flags.schedule ?? (own ? 'short' : 'fresh');
  const schedule = scheduleOf(flags, name);
  const steps = schedule.reduce((sum, part) => sum + part.steps, 0);
  return {
    layer,
    windows: { scales, scaleRule: flags.scaleRule, projection: flags.projection },
    ...(flags.rcnn && { rcnn: true }),
    tuning: tuning
      ? {
          schedule,
          scales: flags.tuneScales,
          flips: flags.flips,
          validateEvery: name === 'short' || name === 'fresh' ? Math.max(1, Math.ceil(steps / 8)) : 2000,
        }
      : null,
    mining: {
      c: flags.c,
      positiveWeight: flags.positiveWeight,
      biasFeature: 10,
      nearCopies: flags.nearCopies,
      maxBytes,
    },
    regression: flags.regression ? { lambda: flags.lambda, minIou: flags.regressionIou, maxBytes } : null,
    proposals: windowSettings(flags, seed),
    seed,
  };
}

function scheduleOf({ steps, lr }: RecipeFlags, name: keyof typeof REGION_SCHEDULES): RegionSchedule {
  const usual = REGION_SCHEDULES[name];
  const total = usual.reduce((sum, part) => sum + part.steps, 0);
  const [first] = usual;
  return usual.map((part) => ({
    lr: lr === undefined ? part.lr : (part.lr / first!.lr) * lr,
    steps: steps === undefined ? part.steps : Math.max(1, Math.round((part.steps / total) * steps)),
  }));
}
