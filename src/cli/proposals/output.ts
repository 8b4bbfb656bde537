import type { TimedProposals } from '../../detect/proposals/proposals.js';
import type { RecallRow } from '../../detect/proposals/recall.js';
import { hundredths } from '../evaluation/kind.js';
import { textTable } from '../table.js';

/** Numbers of boxes that recall is told for. */
const TOLD: readonly number[] = [100, 500, 1000, 2000, Infinity];

/** The line for machines: boxes are `[x0, y0, x1, y1, score]`. */
export function proposalsJson(file: string, { boxes, scores, seconds }: TimedProposals): object {
  const list = Array.from(scores, (score, i) => {
    const box = Array.from(boxes.subarray(4 * i, 4 * i + 4), (value) => Number(value.toFixed(2)));
    return [...box, Number(score.toPrecision(6))];
  });
  return { file, boxes: list, seconds: Number(seconds.toFixed(3)) };
}

/**
 * The rows that are told, of those that were measured: up to the most boxes that any picture has, for which the row of all boxes
 * stands.
 */
export function toldRows(rows: readonly RecallRow[], most: number): RecallRow[] {
  const told = rows.filter(({ limit }) => TOLD.includes(limit) && (limit < most || limit === Infinity));
  return told.map((row) => ({ ...row, limit: Math.min(row.limit, most) }));
}

/** The last lines for machines. @param seconds of a picture, in the mean */
export function recallJson({ limit, boxes, recall50, recall70, mabo, objects }: RecallRow, seconds: number): object {
  const mean = Number(boxes.toFixed(1));
  return { recall50, recall70, mabo, boxes: limit, meanBoxes: mean, objects, seconds: Number(seconds.toFixed(3)) };
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
