/** The report of `eval`: one net on one test set, seen through different numbers of views. */
import { bar, classBars } from './charts/class-bars.js';
import { type IntervalMark, intervalChart } from './charts/interval-chart.js';
import { figure, responsive, table } from './figure.js';
import { count, duration, number, percent, plural } from './format.js';
import { type Content, html } from './html.js';
import { page, section } from './page.js';
import { confusionSection } from './sections/confusion.js';
import { bigPercent, headline } from './sections/headline.js';
import { runDetails } from './sections/run-details.js';
import { photoGrid } from './sections/samples.js';
import { accuracy, classBuckets } from './statistics.js';
import type { EvalReport, ViewsResult } from './types.js';

/** One self-contained HTML document. Works with empty lists and with numbers that are NaN. */
export function evalReport(report: EvalReport): string {
  const { views, classes, confusion, samples = [] } = report;
  const best = views
    .filter((view) => Number.isFinite(view.top1))
    .reduce<ViewsResult | undefined>((a, b) => (a && a.top1 >= b.top1 ? a : b), undefined);
  const of = report.confusionOf ?? best?.name ?? report.model;
  return page({
    kicker: 'sppgpu eval',
    title: report.title ?? `How well ${report.model} sees`,
    lead: `${report.dataset ? `${report.dataset}: ` : ''}${plural(views[0]?.images ?? 0, 'image')}, ${count(classes.length)} classes.`,
    body: html`${headline([
      {
        name: 'Top-1 accuracy',
        ...bigPercent(best?.top1 ?? Number.NaN),
        note: best && `${viewsName(best)}: ${best.name}`,
        tone: 1,
      },
      ...(best?.top5 === undefined
        ? []
        : [{ name: 'Top-5 accuracy', ...bigPercent(best.top5), note: 'The right class is among the first five.' }]),
      { name: 'Images', value: count(views[0]?.images), note: `${count(classes.length)} classes` },
    ])}
${viewsSection(views)}
${classSection(report)}
${confusionSection(classes, confusion, of)}
${samples.length > 0 && section('Sample predictions', 'The true class in bold where it is among the first five.', photoGrid(samples))}
${runDetails(report.run)}`,
  });
}

const viewsName = ({ views }: ViewsResult) => plural(views, 'view');

function viewsSection(views: readonly ViewsResult[]): Content {
  const rows = views.map(viewsName);
  const marks = views.flatMap((view, row): IntervalMark[] => [
    { row, tone: 1, value: view.top1 },
    { row, tone: 2, value: view.top5 ?? Number.NaN },
  ]);
  const description = `Accuracy by number of views. ${views.map((view) => `${viewsName(view)}: top-1 ${percent(view.top1)}, top-5 ${percent(view.top5)}.`).join(' ')}`;
  const drawable = marks.some((mark) => Number.isFinite(mark.value));
  return section(
    'More views, fewer mistakes?',
    'A picture can be looked at several times, at several scales, mirrored and cropped; the answers are averaged. More views cost more time.',
    html`<div class="columns"><div><h3>Views</h3>${
      views.length === 0 ? html`<p class="nothing">No data.</p>` : viewsTable(views)
    }</div>
${figure({
  title: 'Accuracy by views',
  key: [
    { label: 'top-1', tone: 1, mark: 'dot' },
    { label: 'top-5', tone: 2, mark: 'diamond' },
  ],
  chart: drawable ? responsive((width) => intervalChart({ width, description, rows, marks })) : null,
})}</div>`,
  );
}

function viewsTable(views: readonly ViewsResult[]): Content {
  return table(
    {
      columns: ['views', 'top-1', 'top-5', 'time'],
      rows: views.map((view) => [
        html`${count(view.views)}<br><small>${view.name}</small>`,
        html`${percent(view.top1, 2)}${bar(view.top1)}`,
        html`${percent(view.top5, 2)}${bar(view.top5 ?? Number.NaN, 2)}`,
        html`${duration(view.seconds)}<br><small>${number(view.images / (view.seconds ?? Number.NaN))}\u00a0images/s</small>`,
      ]),
    },
    'Accuracy and time by number of views',
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
