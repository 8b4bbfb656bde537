import { scoreText } from '../../train/metrics.js';
import type { TrainingScores } from '../../train/task.js';
import type { StepReport } from '../../train/trainer-options.js';
import { Progress } from '../progress.js';
import { TimeLeft } from './time-left.js';

/** What a run consists of. */
export interface RunPlan {
  readonly epochs: number;
  /** Steps of an epoch. */
  readonly batches: number;
  readonly batchSize: number;
  /** Held out, and judged after each epoch; 0: none. */
  readonly pictures: number;
}

/** The progress of a whole training run: steps, and validations in between, which the time left counts as well. */
export class TrainingProgress {
  private readonly progress: Progress;
  private readonly left: TimeLeft;
  private done = 0;
  private note = '';

  constructor(private readonly plan: RunPlan) {
    const steps = plan.epochs * plan.batches;
    this.progress = new Progress('train:', steps, 'steps');
    this.left = new TimeLeft({
      steps,
      batchSize: plan.batchSize,
      validations: plan.epochs,
      pictures: plan.pictures,
    });
  }

  step({ epoch, step, steps, loss, imagesPerSecond, ...scores }: StepReport<TrainingScores>): void {
    this.done = epoch * steps + step;
    this.left.steps(this.done, epoch);
    this.note = `loss ${loss.toFixed(3)} ${scoreText(scores)}`;
    this.show(`${this.note} ${imagesPerSecond.toFixed(1)} images/s`);
  }

  /** @param images held-out pictures that were judged in this epoch */
  validating(images: number): void {
    this.left.validating(images);
    // First, since a narrow terminal cuts the end off.
    this.show(`validating ${images}/${this.plan.pictures} ${this.note}`);
  }

  /** An epoch is saved; the next begins. */
  nextEpoch(): void {
    this.left.resume();
  }

  stop(): void {
    this.progress.stop();
  }

  private show(note: string): void {
    this.progress.update(this.done, note, this.left.seconds);
  }
}
