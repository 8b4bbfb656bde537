import type { Optimizer } from './optimizer.js';

/** Plain numbers, for checkpoints. */
export type ScheduleState = Readonly<Record<string, number>>;

/** Sets an optimizer's learning rate once an epoch. */
export interface Schedule {
  /** To be called after every epoch; `metric` (lower is better) matters to the plateau rule only. */
  step(metric?: number): void;
  state(): ScheduleState;
  restore(state: ScheduleState): void;
}

/**
 * A schedule whose rate depends on the number of epochs alone. Its base rate is the optimizer's when it is built, unless
 * that optimizer has taken steps already (was restored, say) and `restore` brings the base rate of the run's start.
 */
abstract class EpochSchedule implements Schedule {
  protected baseLr: number;
  private epoch = 0;
  /** A fresh optimizer's rate is meant: a resumed run may be given another. A used one's may have fallen already. */
  private readonly onUsedOptimizer: boolean;

  constructor(private readonly optimizer: Optimizer) {
    this.baseLr = optimizer.lr;
    this.onUsedOptimizer = optimizer.steps > 0;
  }

  step(): void {
    this.epoch++;
    this.optimizer.lr = this.rate(this.epoch);
  }

  state(): ScheduleState {
    return { epoch: this.epoch, baseLr: this.baseLr };
  }

  restore(state: ScheduleState): void {
    this.epoch = state.epoch ?? 0;
    if (this.onUsedOptimizer) this.baseLr = state.baseLr ?? this.baseLr;
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
  }

  protected override rate(epoch: number): number {
    const progress = Math.min(1, epoch / this.epochs);
    return this.minLr + ((this.baseLr - this.minLr) * (1 + Math.cos(Math.PI * progress))) / 2;
  }
}

/**
 * Multiplies the rate by `factor` once the metric has not improved for more than `patience` epochs (paper section 3.1), that
 * is, in epoch `patience` + 1 without progress, as PyTorch's class of the same name.
 */
export class ReduceLROnPlateau implements Schedule {
  private best = Number.POSITIVE_INFINITY;
  private waited = 0;

  constructor(
    private readonly optimizer: Optimizer,
    private readonly options: {
      readonly factor?: number;
      readonly patience?: number;
      readonly threshold?: number;
      readonly minLr?: number;
    } = {},
  ) {}

  step(metric = Number.POSITIVE_INFINITY): void {
    const { factor = 0.1, patience = 10, threshold = 1e-4, minLr = 0 } = this.options;
    if (metric < this.best * (1 - threshold)) {
      this.best = metric;
      this.waited = 0;
    } else if (++this.waited > patience) {
      this.optimizer.lr = Math.max(minLr, this.optimizer.lr * factor);
      this.waited = 0;
    }
  }

  state(): ScheduleState {
    return { best: this.best, waited: this.waited, lr: this.optimizer.lr };
  }

  restore(state: ScheduleState): void {
    // JSON has no infinity: a best that was never set comes back as null.
    this.best = state.best ?? Number.POSITIVE_INFINITY;
    this.waited = state.waited ?? 0;
    this.optimizer.lr = state.lr ?? this.optimizer.lr;
  }
}
