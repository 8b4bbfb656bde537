import type { ImageDataset } from '../../data/dataset.js';
import type { ImageObject } from '../../data/objects.js';
import { boxCount } from '../../detect/boxes.js';
import type { TimedProposals } from '../../detect/proposals/proposals.js';
import { RecallMeter, type RecallRow } from '../../detect/proposals/recall.js';
import type { ProposalReport } from '../../report/proposal-report.js';
import type { RunDetails } from '../../report/types.js';
import { toldRows } from './output.js';

/** Numbers of boxes at which the curves have points. */
const LIMITS: readonly number[] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, Infinity];

/** What is measured of a run over annotated pictures. */
export class RunRecall {
  private readonly meter = new RecallMeter({ limits: LIMITS });
  private pictures = 0;
  private most = 0;
  private total = 0;

  add({ boxes, seconds }: Pick<TimedProposals, 'boxes' | 'seconds'>, objects: readonly ImageObject[]): void {
    this.meter.add(boxes, objects);
    this.pictures++;
    this.most = Math.max(this.most, boxCount(boxes));
    this.total += seconds;
  }

  /** Of a picture, in the mean. */
  get seconds(): number {
    return this.total / this.pictures;
  }

  /** The rows that people and machines are told. */
  get rows(): RecallRow[] {
    return toldRows(this.meter.rows(), this.most);
  }

  report(method: string, { name }: ImageDataset, run: RunDetails): ProposalReport {
    const curve = this.meter.rows().filter(({ limit }) => limit < this.most || limit === Infinity);
    const all = curve.at(-1)!;
    return {
      ...{ method, dataset: name, images: this.pictures, objects: all.objects },
      ...{ meanBoxes: all.boxes, seconds: this.seconds },
      rows: curve.map(({ limit, ...row }) => ({ ...row, boxes: Math.min(limit, this.most) })),
      told: this.rows.map(({ limit }) => limit),
      run,
    };
  }
}
