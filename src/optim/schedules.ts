import { checkOptions, checkSetting, type OptionNames, requireState } from '../runtime/options.js';
import type { Optimizer } from './optimizer.js';

/** Plain numbers, for checkpoints. */
export type ScheduleState = Readonly<Record<string, number>>;

/** Sets an optimizer's learning rate, once per epoch or per step as its owner likes: it counts the calls. */
export interface Schedule {
  /** To be called after every epoch (or every optimizer step); `metric` (lower is better) matters to the plateau rule only. */
  step(metric?: number): void;
  stateDict(): ScheduleState;
  /** @throws SppgpuError for numbers that no schedule can have; the optimizer keeps its rate then */
  loadStateDict(state: ScheduleState): void;
}

/** What schedules that do not begin at the base rate have set: another schedule on the optimizer has the same base rate. */
const STARTS = new WeakMap<Optimizer, { readonly lr: number; readonly base: number }>();

/**
 * A schedule whose rate depends on the number of epochs alone. Its base rate is the optimizer's when it is built, unless
 * that optimizer has taken steps already (its state was loaded, say) and `loadStateDict` brings the base rate of the run's start.
 */
export abstract class EpochSchedule implements Schedule {
  protected baseLr: number;
  private epoch = 0;
  /** A fresh optimizer's rate is meant: a resumed run may be given another. A used one's may have fallen already. */
  private readonly onUsedOptimizer: boolean;

  constructor(private readonly optimizer: Optimizer) {
    const shown = STARTS.get(optimizer);
    this.baseLr = shown && shown.lr === optimizer.lr ? shown.base : optimizer.lr;
    this.onUsedOptimizer = optimizer.steps > 0;
  }

  /** For schedules that begin elsewhere than at the base rate: to be called at the end of their constructors. */
  protected begin(): void {
    this.optimizer.lr = this.rate(0);
    STARTS.set(this.optimizer, { lr: this.optimizer.lr, base: this.baseLr });
  }

  /** The rate after `count` calls of `step`, as a share of the base rate. */
  shareAt(count: number): number {
    return this.baseLr === 0 ? 0 : this.rate(count) / this.baseLr;
  }

  step(): void {
    this.epoch++;
    this.optimizer.lr = this.rate(this.epoch);
  }

  stateDict(): ScheduleState {
    return { epoch: this.epoch, baseLr: this.baseLr };
  }

  /** @throws SppgpuError for what is no state */
  loadStateDict(state: ScheduleState): void {
    requireState('schedule state', state);
    const { epoch = 0, baseLr = this.baseLr } = state;
    checkSetting('schedule state', 'epoch', epoch, { least: 0, integer: true });
    checkSetting('schedule state', 'baseLr', baseLr, { least: 0 });
    this.epoch = epoch;
    if (this.onUsedOptimizer) this.baseLr = baseLr;
    this.optimizer.lr = this.rate(this.epoch);
  }

  protected abstract rate(epoch: number): number;
}

/** Never changes the rate. */
export class ConstantLR extends EpochSchedule {
  protected override rate(): number {
    return this.baseLr;
  }
}

/** Multiplies the rate by `gamma` every `stepSize` epochs. */
export class StepLR extends EpochSchedule {
  constructor(
    optimizer: Optimizer,
    private readonly stepSize: number,
    private readonly gamma = 0.1,
  ) {
    super(optimizer);
    checkSetting('StepLR', 'stepSize', stepSize, { least: 1, integer: true });
    checkSetting('StepLR', 'gamma', gamma, { least: 0 });
  }

  protected override rate(epoch: number): number {
    return this.baseLr * this.gamma ** Math.floor(epoch / this.stepSize);
  }
}

/** Multiplies the rate by `gamma` at each of the given epochs. */
export class MultiStepLR extends EpochSchedule {
  constructor(
    optimizer: Optimizer,
    private readonly milestones: readonly number[],
    private readonly gamma = 0.1,
  ) {
    super(optimizer);
    for (const epoch of milestones) checkSetting('MultiStepLR', 'milestone', epoch, { least: 0, integer: true });
    checkSetting('MultiStepLR', 'gamma', gamma, { least: 0 });
  }

  protected override rate(epoch: number): number {
    return this.baseLr * this.gamma ** this.milestones.filter((milestone) => milestone <= epoch).length;
  }
}

/** Half a cosine from the base rate to `minLr` over `epochs` epochs. */
export class CosineAnnealingLR extends EpochSchedule {
  constructor(
    optimizer: Optimizer,
    private readonly epochs: number,
    private readonly minLr = 0,
  ) {
    super(optimizer);
    checkSetting('CosineAnnealingLR', 'epochs', epochs, { above: 0 });
    checkSetting('CosineAnnealingLR', 'minLr', minLr, { least: 0 });
  }

  protected override rate(epoch: number): number {
    const progress = Math.min(1, epoch / this.epochs);
    return this.minLr + ((this.baseLr - this.minLr) * (1 + Math.cos(Math.PI * progress))) / 2;
  }
}

export interface ReduceLROnPlateauOptions {
  /** Multiplies the rate; below 1. Default 0.1. */
  readonly factor?: number;
  /** Epochs without progress that are waited for. Default 10. */
  readonly patience?: number;
  /** Progress is a metric below `best * (1 - threshold)`. Default 1e-4. */
  readonly threshold?: number;
  /** The rate never falls below. Default 0. */
  readonly minLr?: number;
}

const PLATEAU_NAMES: OptionNames<ReduceLROnPlateauOptions> = {
  factor: true,
  patience: true,
  threshold: true,
  minLr: true,
};

/**
 * Multiplies the rate by `factor` once the metric has not improved for more than `patience` epochs (paper section 3.1), that
 * is, in epoch `patience` + 1 without progress, as PyTorch's class of the same name.
 */
export class ReduceLROnPlateau implements Schedule {
  private best = Number.POSITIVE_INFINITY;
  private waited = 0;
  private readonly settings: Required<ReduceLROnPlateauOptions>;

  constructor(
    private readonly optimizer: Optimizer,
    options: ReduceLROnPlateauOptions = {},
  ) {
    checkOptions('ReduceLROnPlateau', options, PLATEAU_NAMES);
    const { factor = 0.1, patience = 10, threshold = 1e-4, minLr = 0 } = options;
    checkSetting('ReduceLROnPlateau', 'factor', factor, { least: 0, below: 1 });
    checkSetting('ReduceLROnPlateau', 'patience', patience, { least: 0, integer: true });
    checkSetting('ReduceLROnPlateau', 'threshold', threshold, { least: 0 });
    checkSetting('ReduceLROnPlateau', 'minLr', minLr, { least: 0 });
    this.settings = { factor, patience, threshold, minLr };
  }

  step(metric = Number.POSITIVE_INFINITY): void {
    const { factor, patience, threshold, minLr } = this.settings;
    if (metric < this.best * (1 - threshold)) {
      this.best = metric;
      this.waited = 0;
    } else if (++this.waited > patience) {
      this.optimizer.lr = Math.max(minLr, this.optimizer.lr * factor);
      this.waited = 0;
    }
  }

  stateDict(): ScheduleState {
    return { best: this.best, waited: this.waited, lr: this.optimizer.lr };
  }

  loadStateDict(state: ScheduleState): void {
    requireState('schedule state', state);
    const { best, waited = 0, lr = this.optimizer.lr } = state;
    checkSetting('schedule state', 'waited', waited, { least: 0, integer: true });
    this.optimizer.lr = lr;
    // JSON has no infinity: a best that was never set comes back as null.
    this.best = best ?? Number.POSITIVE_INFINITY;
    this.waited = waited;
  }
}
