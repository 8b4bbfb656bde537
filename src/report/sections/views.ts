/** What a net scores by the number of views of each picture: the tables and headline numbers of both reports of `eval`. */
import { bar } from '../charts/class-bars.js';
import { table } from '../figure.js';
import { count, duration, number, percent, plural } from '../format.js';
import { type Content, html } from '../html.js';
import type { Metric } from '../metric.js';
import { METRIC_NOTES } from '../metric-notes.js';
import type { ViewsResult } from '../types.js';
import { bigPercent, type HeadlineNumber } from './headline.js';

/** `10 views`. */
export const viewsName = ({ views }: ViewsResult): string => plural(views, 'view');

/** A score of a result; NaN where it has none. */
export const scoreOf = ({ scores }: ViewsResult, { name }: Metric): number => scores[name] ?? Number.NaN;

/** The result that is best by the first metric; undefined where none has a number. */
export function bestViews(views: readonly ViewsResult[], [first]: readonly Metric[]): ViewsResult | undefined {
  if (!first) return undefined;
  const sign = first.better === 'higher' ? 1 : -1;
  return views
    .filter((view) => Number.isFinite(scoreOf(view, first)))
    .reduce<ViewsResult | undefined>(
      (a, b) => (a && sign * (scoreOf(a, first) - scoreOf(b, first)) >= 0 ? a : b),
      undefined,
    );
}

/** One big number for each metric of the best result; the first says of which views. */
export function viewsHeadline(best: ViewsResult | undefined, metrics: readonly Metric[]): HeadlineNumber[] {
  return metrics.map((metric, i) => {
    const value = best ? scoreOf(best, metric) : Number.NaN;
    const shown = metric.format === 'share' ? bigPercent(value) : { value: number(value) };
    const from = best && `${viewsName(best)}: ${best.name}`;
    return {
      name: metric.title,
      ...shown,
      ...(i === 0 ? { note: from, tone: 1 } : { note: METRIC_NOTES[metric.name] ?? '' }),
    };
  });
}

/** A row for each result. */
export function viewsTable(views: readonly ViewsResult[], metrics: readonly Metric[], caption: string): Content {
  if (views.length === 0) return html`<p class="nothing">No data.</p>`;
  const cell = (view: ViewsResult, metric: Metric, i: number): Content => {
    const value = scoreOf(view, metric);
    if (metric.format === 'number') return number(value);
    return html`${percent(value, 2)}${bar(value, i === 0 ? 1 : 2)}`;
  };
  return table(
    {
      columns: ['views', ...metrics.map(({ label }) => label), 'time'],
      rows: views.map((view) => [
        html`${count(view.views)}<br><small>${view.name}</small>`,
        ...metrics.map((metric, i) => cell(view, metric, i)),
        html`${duration(view.seconds)}<br><small>${number(view.images / (view.seconds ?? Number.NaN))}\u00a0images/s</small>`,
      ]),
    },
    caption,
  );
}
