/** The report of `propose`: how well the windows of a method cover the objects of annotated pictures. */
import { recallChart } from './charts/recall-chart.js';
import { figure, responsive, table } from './figure.js';
import { count, duration, percent, plural } from './format.js';
import { html } from './html.js';
import { page, section } from './page.js';
import { bigPercent, headline } from './sections/headline.js';
import { runDetails } from './sections/run-details.js';
import type { RunDetails } from './types.js';

/** What the first so many boxes of every picture cover. */
export interface ProposalRow {
  readonly boxes: number;
  readonly recall50: number;
  readonly recall70: number;
  readonly mabo: number;
}

export interface ProposalReport {
  /** The method, or the file of boxes. */
  readonly method: string;
  readonly dataset: string;
  readonly images: number;
  readonly objects: number;
  /** Boxes per picture, and seconds to find them, in the mean. */
  readonly meanBoxes: number;
  readonly seconds: number;
  /** By rising number of boxes; the last is of all boxes. */
  readonly rows: readonly ProposalRow[];
  /** Numbers of boxes that the table has, of those of the curve. */
  readonly told: readonly number[];
  readonly run: RunDetails;
}

/** One self-contained HTML document. */
export function proposalReport(report: ProposalReport): string {
  const { method, dataset, images, objects, rows, told, meanBoxes, seconds } = report;
  const all = rows.at(-1);
  const drawable = rows.some(({ recall50 }) => Number.isFinite(recall50));
  const curve = (name: 'recall50' | 'recall70' | 'mabo') => rows.map((row) => ({ boxes: row.boxes, share: row[name] }));
  const description = `Shares by number of boxes. ${rows.map((row) => `${row.boxes}: ${percent(row.recall50)}, ${percent(row.recall70)}, ${percent(row.mabo)}.`).join(' ')}`;
  return page({
    kicker: 'sppgpu propose',
    title: `What ${method} finds`,
    lead: `${dataset}: ${plural(images, 'image')}, ${plural(objects, 'object')}; ${count(meanBoxes)} boxes per image in the mean.`,
    body: html`${headline([
      {
        name: 'Recall at IoU 0.5',
        ...bigPercent(all?.recall50 ?? Number.NaN, 1),
        note: 'Objects on which some box lies with an IoU of at least 0.5.',
        tone: 1,
      },
      { name: 'Recall at IoU 0.7', ...bigPercent(all?.recall70 ?? Number.NaN, 1), tone: 2 },
      {
        name: 'MABO',
        ...bigPercent(all?.mabo ?? Number.NaN, 1),
        note: 'IoU of the best box of an object, by class, then over the classes.',
      },
      { name: 'Time per image', value: duration(seconds), note: 'On one processor core.' },
    ])}
${section(
  'How many boxes does it take?',
  'Every image gives its best-ranked boxes. A detector looks at each of them, so that few boxes which cover much are worth most.',
  html`${figure({
    title: 'Covered objects by number of boxes',
    key: [
      { label: 'recall at IoU 0.5', tone: 1, mark: 'line' },
      { label: 'recall at IoU 0.7', tone: 2, mark: 'line' },
      { label: 'MABO', tone: 0, mark: 'line' },
    ],
    chart: drawable
      ? responsive((width) =>
          recallChart(
            [
              { tone: 1, points: curve('recall50') },
              { tone: 2, points: curve('recall70') },
              { tone: 0, points: curve('mabo') },
            ],
            width,
            description,
          ),
        )
      : null,
  })}
${table(
  {
    columns: ['boxes', 'recall at 0.5', 'recall at 0.7', 'MABO'],
    rows: rows
      .filter(({ boxes }) => told.includes(boxes))
      .map((row) => [count(row.boxes), percent(row.recall50), percent(row.recall70), percent(row.mabo)]),
  },
  'Covered objects by number of boxes',
)}`,
)}
${runDetails(report.run)}`,
  });
}
