/** Seconds of work that a device may have before it. */
const SECONDS = 0.5;

/**
 * How many pieces of work (training steps, batches) may be queued on a device at a time: as many as it does within half a
 * second at the pace of the last ones, so that whoever wants to stop waits for about one piece; one at least, and one until
 * the pace is known.
 */
export class Pace {
  private perPiece = Number.POSITIVE_INFINITY;
  private since = performance.now();

  /** @param most pieces, however fast they are */
  constructor(
    private readonly most: number,
    private readonly seconds = SECONDS,
  ) {}

  /** Pieces that may be in flight. */
  get depth(): number {
    return Math.max(1, Math.min(this.most, Math.floor(this.seconds / this.perPiece)));
  }

  /** Time counts from here on: to be called when work begins after a pause. */
  begin(): void {
    this.since = performance.now();
  }

  /** So many pieces have come back since `begin`, or the last call. */
  finished(pieces: number): void {
    const now = performance.now();
    this.perPiece = (now - this.since) / 1000 / pieces;
    this.since = now;
  }
}
