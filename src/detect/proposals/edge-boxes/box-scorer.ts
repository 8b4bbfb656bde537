import type { EdgeMap } from '../../edges/edge-map.js';
import type { EdgeGroups } from './edge-groups.js';
import { type GroupLinks, LEAST_AFFINITY } from './group-links.js';
import { Integral } from './integral.js';
import { columnRuns, type Runs, rowRuns } from './runs.js';

/**
 * Scores windows by the edges that they hold whole (Zitnick and Dollar 2014, section 3.2): the strengths of the groups inside,
 * each less what is tied to a group on the window's outline, less the edges in the window's middle, over a power of its size.
 */
export class BoxScorer {
  private readonly groupSums: Integral;
  private readonly edgeSums: Integral;
  private readonly rows: Runs;
  private readonly columns: Runs;
  /** (floor(w / 2) + floor(h / 2))^-kappa, by that sum. */
  private readonly norms: Float64Array;
  /** Of a group: the window that reached it last, and how strongly it is tied to that window's outline. */
  private readonly reachedBy: Int32Array;
  private readonly tie: Float64Array;
  /** Groups whose ties are yet to be followed. */
  private queue: Int32Array;
  private queued = 0;
  private window = 0;

  constructor(
    private readonly edges: EdgeMap,
    groups: EdgeGroups,
    private readonly links: GroupLinks,
    kappa: number,
  ) {
    const { width, height, strength } = edges;
    const atReference = new Float64Array(width * height);
    for (let g = 0; g < groups.count; g++) atReference[links.y[g]! * width + links.x[g]!]! += links.strength[g]!;
    this.groupSums = new Integral(atReference, width, height);
    const grouped = strength.map((value, i) => (groups.labels[i]! >= 0 ? value : 0));
    this.edgeSums = new Integral(grouped, width, height);
    this.rows = rowRuns(groups, width, height);
    this.columns = columnRuns(groups, width, height);
    this.norms = Float64Array.from({ length: width + height + 1 }, (_, half) => Math.max(1, half) ** -kappa);
    this.reachedBy = new Int32Array(groups.count);
    this.tie = new Float64Array(groups.count);
    this.queue = new Int32Array(groups.count + 1);
  }

  /**
   * The score of the window of columns x0 up to x1 and rows y0 up to y1, ends not included; 0 as soon as it is sure to be
   * below `least`.
   */
  score(x0: number, y0: number, x1: number, y1: number, least: number): number {
    const width = x1 - x0;
    const height = y1 - y0;
    const norm = this.norms[(width >> 1) + (height >> 1)]!;
    const needed = least / norm;
    const marginX = width >> 2;
    const marginY = height >> 2;
    const whole = this.groupSums.sum(x0, y0, x1, y1);
    let sum = whole - this.edgeSums.sum(x0 + marginX, y0 + marginY, x1 - marginX, y1 - marginY);
    if (!(sum >= needed)) return 0;
    sum -= this.outline(x0, y0, x1, y1);
    if (!(sum >= needed)) return 0;
    const { x, y, strength, first, neighbour, affinity } = this.links;
    const { reachedBy, tie, window } = this;
    // A better path to a group may come later: then it is walked again from there, and the difference taken off as well.
    for (let at = 0; at < this.queued; at++) {
      const g = this.queue[at]!;
      const own = tie[g]!;
      const end = first[g + 1]!;
      for (let k = first[g]!; k < end; k++) {
        const tied = own * affinity[k]!;
        if (tied < LEAST_AFFINITY) break;
        const other = neighbour[k]!;
        const before = reachedBy[other] === window ? tie[other]! : 0;
        if (tied <= before) continue;
        if (x[other]! < x0 || x[other]! >= x1 || y[other]! < y0 || y[other]! >= y1) continue;
        reachedBy[other] = window;
        tie[other] = tied;
        sum -= (tied - before) * strength[other]!;
        if (sum < needed) return 0;
        this.enqueue(other);
      }
    }
    return sum * norm;
  }

  /** Begins a queue with the groups on the window's outline. Returns the strengths of those that stand for pixels inside. */
  private outline(x0: number, y0: number, x1: number, y1: number): number {
    this.window++;
    this.queued = 0;
    const { width: columns, height: rows } = this.edges;
    this.meet(this.rows, y0 * columns + x0, y0 * columns + x1 - 1);
    this.meet(this.rows, (y1 - 1) * columns + x0, (y1 - 1) * columns + x1 - 1);
    this.meet(this.columns, x0 * rows + y0, x0 * rows + y1 - 1);
    this.meet(this.columns, (x1 - 1) * rows + y0, (x1 - 1) * rows + y1 - 1);
    const { x, y, strength } = this.links;
    let sum = 0;
    for (let at = 0; at < this.queued; at++) {
      const g = this.queue[at]!;
      if (x[g]! >= x0 && x[g]! < x1 && y[g]! >= y0 && y[g]! < y1) sum += strength[g]!;
    }
    return sum;
  }

  /** Queues the groups on a piece of the outline: they do not count at all. */
  private meet({ runOf, group }: Runs, from: number, to: number): void {
    const { reachedBy, window } = this;
    const last = runOf[to]!;
    for (let run = runOf[from]!; run <= last; run++) {
      const g = group[run]!;
      if (g < 0 || reachedBy[g] === window) continue;
      reachedBy[g] = window;
      this.tie[g] = 1;
      this.enqueue(g);
    }
  }

  private enqueue(group: number): void {
    if (this.queued === this.queue.length) {
      const longer = new Int32Array(2 * this.queued);
      longer.set(this.queue);
      this.queue = longer;
    }
    this.queue[this.queued++] = group;
  }
}
