/** The report of `eval`: one net on one test set, seen through different numbers of views. */
import { classBars } from './charts/class-bars.js';
import { type IntervalMark, intervalChart } from './charts/interval-chart.js';
import { figure, responsive } from './figure.js';
import { count, percent, plural } from './format.js';
import { type Content, html } from './html.js';
import type { Metric } from './metric.js';
import { page, section } from './page.js';
import { confusionSection } from './sections/confusion.js';
import { headline } from './sections/headline.js';
import { runDetails } from './sections/run-details.js';
import { photoGrid } from './sections/samples.js';
import { bestViews, scoreOf, viewsHeadline, viewsName, viewsTable } from './sections/views.js';
import { accuracy, classBuckets } from './statistics.js';
import type { EvalReport, ViewsResult } from './types.js';

/** One self-contained HTML document. Works with empty lists and with numbers that are NaN. */
export function evalReport(report: EvalReport): string {
  const { views, metrics, classes, confusion, samples = [] } = report;
  const best = bestViews(views, metrics);
  const of = report.confusionOf ?? best?.name ?? report.model;
  return page({
    kicker: 'sppgpu eval',
    title: report.title ?? `How well ${report.model} sees`,
    lead: `${report.dataset ? `${report.dataset}: ` : ''}${plural(views[0]?.images ?? 0, 'image')}, ${count(classes.length)} classes.`,
    body: html`${headline([
      ...viewsHeadline(best, metrics),
      { name: 'Images', value: count(views[0]?.images), note: `${count(classes.length)} classes` },
    ])}
${viewsSection(views, metrics)}
${classSection(report)}
${confusionSection(classes, confusion, of)}
${samples.length > 0 && section('Sample predictions', 'The true class in bold where it is among the first five.', photoGrid(samples))}
${runDetails(report.run)}`,
  });
}

/** More would crowd a chart. */
const CHARTED = 2;

function viewsSection(views: readonly ViewsResult[], metrics: readonly Metric[]): Content {
  const rows = views.map(viewsName);
  const charted = metrics.filter(({ format }) => format === 'share').slice(0, CHARTED);
  const marks = views.flatMap((view, row): IntervalMark[] =>
    charted.map((metric, i) => ({ row, tone: i === 0 ? 1 : 2, value: scoreOf(view, metric) })),
  );
  const told = (view: ViewsResult) =>
    charted.map((metric) => `${metric.label} ${percent(scoreOf(view, metric))}`).join(', ');
  const description = `Accuracy by number of views. ${views.map((view) => `${viewsName(view)}: ${told(view)}.`).join(' ')}`;
  const drawable = marks.some((mark) => Number.isFinite(mark.value));
  return section(
    'More views, fewer mistakes?',
    'A picture can be looked at several times, at several scales, mirrored and cropped; the answers are averaged. More views cost more time.',
    html`<div class="columns"><div><h3>Views</h3>${viewsTable(views, metrics, 'Accuracy and time by number of views')}</div>
${figure({
  title: 'Accuracy by views',
  key: charted.map(({ label }, i) => (i === 0 ? { label, tone: 1, mark: 'dot' } : { label, tone: 2, mark: 'diamond' })),
  chart: drawable ? responsive((width) => intervalChart({ width, description, rows, marks })) : null,
})}</div>`,
  );
}

function classSection({ classes, confusion }: EvalReport): Content {
  const buckets = classBuckets(classes, confusion);
  if (buckets.every((bucket) => bucket.total === 0)) return null;
  const order = buckets
    .map((_, i) => i)
    .sort((a, b) => (accuracy(buckets[b]!) || 0) - (accuracy(buckets[a]!) || 0) || a - b);
  return section(
    'Class by class',
    'Share of each class’s images named correctly, best first. The small numbers are the class numbers of the confusion matrix.',
    classBars(
      order.map((i) => buckets[i]!),
      order.map((i) => i + 1),
    ),
  );
}
