import type { ImageObject } from '../../data/objects.js';
import type { TimedProposals } from '../../detect/proposals/proposals.js';
import type { RecallRow } from '../../detect/proposals/recall.js';
import { textTable } from '../../report/text-table.js';
import { hundredths } from '../evaluation/kind.js';

/** Numbers of boxes that recall is told for. */
const TOLD: readonly number[] = [100, 500, 1000, 2000, Infinity];

/** What a shard keeps of a picture. */
export interface ProposedPicture {
  /** The line for machines. */
  readonly text: string;
  /** What is annotated there, and how many windows the shard's rows have for it, where there are annotations. */
  readonly objects?: readonly ImageObject[];
  readonly boxes?: number;
}

/** The line for machines: boxes are `[x0, y0, x1, y1, score]`. */
export function proposedText(file: string, { boxes, scores, seconds }: TimedProposals, untimed: boolean): string {
  const list = Array.from(scores, (score, i) => {
    const box = Array.from(boxes.subarray(4 * i, 4 * i + 4), (value) => Number(value.toFixed(2)));
    return [...box, Number(score.toPrecision(6))];
  });
  const time = untimed ? {} : { seconds: Number(seconds.toFixed(3)) };
  return `${JSON.stringify({ file, boxes: list, ...time })}\n`;
}

/**
 * The rows that are told, of those that were measured: up to the most boxes that any picture has, for which the row of all boxes
 * stands.
 */
export function toldRows(rows: readonly RecallRow[], most: number): RecallRow[] {
  const told = rows.filter(({ limit }) => TOLD.includes(limit) && (limit < most || limit === Infinity));
  return told.map((row) => ({ ...row, limit: Math.min(row.limit, most) }));
}

/** The last lines for machines, with seconds of a picture in the mean. */
export function recallText(
  { rows, seconds }: { readonly rows: readonly RecallRow[]; readonly seconds: number },
  untimed: boolean,
): string {
  const time = untimed ? {} : { seconds: Number(seconds.toFixed(3)) };
  const lines = rows.map(({ limit, boxes, recall50, recall70, mabo, objects }) =>
    JSON.stringify({ recall50, recall70, mabo, boxes: limit, meanBoxes: Number(boxes.toFixed(1)), objects, ...time }),
  );
  return lines.map((line) => `${line}\n`).join('');
}

/** The table for people. */
export function recallTable(rows: readonly RecallRow[]): string {
  const header = ['boxes', 'in the mean', 'recall@0.5 %', 'recall@0.7 %', 'MABO %'];
  return textTable(
    header,
    rows.map(({ limit, boxes, recall50, recall70, mabo }) => [
      ...[String(limit), boxes.toFixed(0), hundredths(recall50), hundredths(recall70), hundredths(mabo)],
    ]),
  );
}
