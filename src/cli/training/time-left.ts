/** What a run consists of. */
export interface Plan {
  readonly steps: number;
  readonly batchSize: number;
  readonly validations: number;
  /** Of one validation. */
  readonly pictures: number;
}

/** A picture that is only looked at costs a third of one that trains: the backward pass is two of the three parts. */
const FORWARD_SHARE = 1 / 3;

/** Seconds that pieces of one kind took. */
class Tempo {
  private pieces = 0;
  private seconds = 0;

  add(pieces: number, seconds: number): void {
    this.pieces += pieces;
    this.seconds += seconds;
  }

  /** NaN as long as nothing is known. */
  get perPiece(): number {
    return this.seconds / this.pieces;
  }
}

/** How long a training run still takes: its steps and its validations, each at their own pace. */
export class TimeLeft {
  private readonly step = new Tempo();
  private readonly picture = new Tempo();
  private stepsDone = 0;
  private picturesDone = 0;
  /** When the work began that is counted next; null before the first, which compiles. */
  private since: number | null = null;

  constructor(
    private readonly plan: Plan,
    private readonly now: () => number = () => performance.now() / 1000,
  ) {}

  /** Steps and validations of the whole run that are done. */
  steps(done: number, validations: number): void {
    if (this.since !== null) this.step.add(done - this.stepsDone, this.now() - this.since);
    this.stepsDone = done;
    this.picturesDone = validations * this.plan.pictures;
    this.since = this.now();
  }

  /** A validation begins or goes on: pictures of it that are done. */
  validating(pictures: number): void {
    const before = this.picturesDone % this.plan.pictures;
    if (pictures > before) {
      this.picture.add(pictures - before, this.now() - (this.since ?? this.now()));
      this.picturesDone += pictures - before;
    }
    this.since = this.now();
  }

  /** What belongs to neither, such as a checkpoint, is over. */
  resume(): void {
    this.since = this.now();
  }

  /** NaN as long as nothing is known. */
  get seconds(): number {
    const { steps, batchSize, validations, pictures } = this.plan;
    const perStep = this.step.perPiece;
    const measured = this.picture.perPiece;
    const perPicture = Number.isNaN(measured) ? (perStep / batchSize) * FORWARD_SHARE : measured;
    const toValidate = Math.max(0, validations * pictures - this.picturesDone);
    return (steps - this.stepsDone) * perStep + (toValidate > 0 ? toValidate * perPicture : 0);
  }
}
