import { type Boxes, boxArea, COORDINATES, iou } from '../../boxes.js';
import { byScore } from '../../nms.js';

/** `beta` never falls below this by `eta`. */
const LEAST_THRESHOLD = 0.5;

export interface AdaptiveNmsOptions {
  /** IoU above which the worse of two boxes goes. */
  readonly beta: number;
  /** Factor of the threshold after every box that stays, down to 0.5. */
  readonly eta: number;
  readonly maxBoxes: number;
}

/**
 * Greedy non-maximum suppression of many thousands of boxes, with a threshold that may fall on the way (Hosang et al. 2015).
 * Returns the places of those that stay, best first.
 */
export function adaptiveNms(boxes: Boxes, scores: ArrayLike<number>, options: AdaptiveNmsOptions): number[] {
  const { beta, eta, maxBoxes } = options;
  const near = new NearBoxes(boxes, eta < 1 ? Math.min(beta, LEAST_THRESHOLD) : beta);
  const kept: number[] = [];
  let threshold = beta;
  for (const candidate of byScore(scores)) {
    if (kept.length >= maxBoxes) break;
    if (near.overlaps(candidate, threshold)) continue;
    near.add(candidate);
    kept.push(candidate);
    if (threshold > LEAST_THRESHOLD) threshold = Math.max(LEAST_THRESHOLD, threshold * eta);
  }
  return kept;
}

/** More than there are bins of sizes, or of places, in one direction. */
const BINS = 2 ** 15;

/**
 * Boxes by size and place. With an IoU above t, widths differ by less than a factor of t, and so do heights; centres are nearer
 * than 1 - t times the larger side. So only boxes in neighbouring bins are compared.
 */
class NearBoxes {
  /** By size, then by place: keys of whole numbers below 2^31 are many times faster. */
  private readonly bins = new Map<number, Map<number, number[]>>();
  private readonly step: number;

  /** @param least the lowest IoU that will be asked about */
  constructor(
    private readonly boxes: Boxes,
    private readonly least: number,
  ) {
    // Bins of sizes grow by this factor, at least by 5 %.
    this.step = Math.max(-Math.log(least), 0.05);
  }

  add(box: number): void {
    const [across, down] = [this.sizeBin(box, 0), this.sizeBin(box, 1)];
    const size = across * BINS + down;
    let places = this.bins.get(size);
    if (!places) {
      places = new Map();
      this.bins.set(size, places);
    }
    const place = placeKey(this.placeBin(box, 0, across), this.placeBin(box, 1, down));
    const bin = places.get(place);
    if (bin) bin.push(box);
    else places.set(place, [box]);
  }

  /** Whether a box that was added has an IoU above the threshold with this one. */
  overlaps(box: number, threshold: number): boolean {
    if (boxArea(this.boxes, box) === 0) return false;
    const [across, down] = [this.sizeBin(box, 0), this.sizeBin(box, 1)];
    for (let u = Math.max(0, across - 1); u <= across + 1; u++) {
      const column = this.placeBin(box, 0, u);
      for (let v = Math.max(0, down - 1); v <= down + 1; v++) {
        const places = this.bins.get(u * BINS + v);
        if (!places) continue;
        const row = this.placeBin(box, 1, v);
        for (let x = column - 1; x <= column + 1; x++) {
          for (let y = row - 1; y <= row + 1; y++) {
            const bin = places.get(placeKey(x, y));
            if (bin?.some((other) => iou(this.boxes, box, this.boxes, other) > threshold)) return true;
          }
        }
      }
    }
    return false;
  }

  /** The bin of a box's width (0) or height (1). */
  private sizeBin(box: number, axis: 0 | 1): number {
    const at = box * COORDINATES + axis;
    return Math.floor(Math.log(Math.max(1, this.boxes[at + 2]! - this.boxes[at]!)) / this.step);
  }

  /** The bin of a box's centre among boxes of a bin of sizes, as wide as centres may be apart from those of its neighbours. */
  private placeBin(box: number, axis: 0 | 1, sizeBin: number): number {
    const at = box * COORDINATES + axis;
    const largest = Math.exp((sizeBin + 2) * this.step);
    const width = Math.max(1, (1 - this.least) * largest);
    return Math.floor((this.boxes[at]! + this.boxes[at + 2]!) / 2 / width);
  }
}

const placeKey = (x: number, y: number): number => (x + 1) * BINS + (y + 1);
