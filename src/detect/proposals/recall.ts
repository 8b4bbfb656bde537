import type { ImageObject } from '../../data/objects.js';
import { type OptionNames, requireOptions } from '../../runtime/options.js';
import { type Boxes, boxArea, boxCount, boxesOf, iou } from '../boxes.js';

/** How well the first so many boxes of every picture cover its objects. */
export interface RecallRow {
  /** Boxes of a picture that count, from the best on. */
  readonly limit: number;
  /** Boxes that a picture has of these, in the mean. */
  readonly boxes: number;
  /** Share of the objects on which some box lies with an IoU of at least 0.5, and 0.7. */
  readonly recall50: number;
  readonly recall70: number;
  /** Mean average best overlap: the IoU of an object's best box, averaged over the objects of a class, then over the classes. */
  readonly mabo: number;
  /** Objects that were counted. */
  readonly objects: number;
}

export interface RecallOptions {
  /** Numbers of boxes to measure, rising; Infinity for all. */
  readonly limits: readonly number[];
  /** Whether objects that are marked as difficult count, too. Default true: a proposal does not know the class. */
  readonly difficult?: boolean;
}

const NAMES: OptionNames<RecallOptions> = { limits: true, difficult: true };

/** Collects, picture by picture, how well boxes cover objects. Nothing grows but one number per object and limit. */
export class RecallMeter {
  private readonly limits: readonly number[];
  private readonly difficult: boolean;
  private readonly labels: number[] = [];
  /** For each limit the best IoU of each object. */
  private readonly best: number[][];
  private readonly counted: number[];
  private pictures = 0;

  constructor(options: RecallOptions) {
    requireOptions('RecallMeter', options, NAMES);
    const { limits, difficult = true } = options;
    this.limits = limits;
    this.difficult = difficult;
    this.best = limits.map(() => []);
    this.counted = limits.map(() => 0);
  }

  /** @param boxes of one picture, the best first; objects whose box is empty are passed over */
  add(boxes: Boxes, objects: readonly ImageObject[]): void {
    this.pictures++;
    const available = boxCount(boxes);
    for (const [row, limit] of this.limits.entries()) this.counted[row]! += Math.min(limit, available);
    for (const { label, box, difficult } of objects) {
      const target = boxesOf([box]);
      if ((difficult && !this.difficult) || !(boxArea(target, 0) > 0)) continue;
      this.labels.push(label);
      let best = 0;
      let at = 0;
      for (const [row, limit] of this.limits.entries()) {
        for (; at < Math.min(limit, available); at++) best = Math.max(best, iou(boxes, at, target, 0));
        this.best[row]!.push(best);
      }
    }
  }

  /** One row per limit; shares are NaN where there was no object. */
  rows(): RecallRow[] {
    return this.limits.map((limit, row): RecallRow => {
      const best = this.best[row]!;
      return {
        limit,
        boxes: this.counted[row]! / this.pictures,
        recall50: shareAbove(best, 0.5),
        recall70: shareAbove(best, 0.7),
        mabo: meanOverClasses(best, this.labels),
        objects: best.length,
      };
    });
  }
}

function shareAbove(values: readonly number[], least: number): number {
  return values.filter((value) => value >= least).length / values.length;
}

function meanOverClasses(values: readonly number[], labels: readonly number[]): number {
  const sums = new Map<number, { sum: number; count: number }>();
  for (const [i, value] of values.entries()) {
    const { sum, count } = sums.get(labels[i]!) ?? { sum: 0, count: 0 };
    sums.set(labels[i]!, { sum: sum + value, count: count + 1 });
  }
  return [...sums.values()].reduce((total, { sum, count }) => total + sum / count, 0) / sums.size;
}
