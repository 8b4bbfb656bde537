/** The report of `eval` for pictures of several classes each: average precision by views and by class. */
import { bar } from './charts/class-bars.js';
import { table } from './figure.js';
import { count, percent, plural, shorten } from './format.js';
import { type Content, html } from './html.js';
import { page, section } from './page.js';
import { headline } from './sections/headline.js';
import { runDetails } from './sections/run-details.js';
import { photoGrid } from './sections/samples.js';
import { bestViews, viewsHeadline, viewsTable } from './sections/views.js';
import type { LabelReport } from './types.js';

/** One self-contained HTML document. Works with empty lists and with numbers that are NaN. */
export function labelReport(report: LabelReport): string {
  const { views, metrics, classes, perClass, samples = [] } = report;
  return page({
    kicker: 'sppgpu eval',
    title: report.title ?? `What ${report.model} finds in pictures`,
    lead: `${report.dataset ? `${report.dataset}: ` : ''}${plural(views[0]?.images ?? 0, 'image')}, any number of ${count(classes.length)} classes in each.`,
    body: html`${headline([
      ...viewsHeadline(bestViews(views, metrics), metrics),
      { name: 'Images', value: count(views[0]?.images), note: `${count(classes.length)} classes` },
    ])}
${section(
  'Views',
  'A picture can be looked at several times, at several scales, mirrored and cropped; the answers are averaged. More views cost more time.',
  viewsTable(views, metrics, 'Mean average precision and time by number of views'),
)}
${perClass.length > 0 && section('Class by class', `How well each class ranks the images, best first${report.perClassOf ? `; ${report.perClassOf}` : ''}. Pictures of equal scores share their rank; a score that is not a number ranks last. A class without a positive has no precision, and does not count in the mean.`, classTable(perClass))}
${samples.length > 0 && section('Sample predictions', 'The five classes that the net is surest of; true ones in bold. Each has a probability of its own.', photoGrid(samples))}
${runDetails(report.run)}`,
  });
}

function classTable(perClass: LabelReport['perClass']): Content {
  const rank = (ap: number): number => (Number.isFinite(ap) ? ap : -1);
  return table(
    {
      columns: ['class', 'positives', 'AP', 'all-point AP'],
      rows: [...perClass]
        .sort((a, b) => rank(b.ap) - rank(a.ap))
        .map(({ label, ap, apAllPoints, positives }) => [
          html`<bdi>${shorten(label)}</bdi>`,
          count(positives),
          html`${percent(ap)}${bar(ap)}`,
          html`${percent(apAllPoints)}${bar(apAllPoints, 2)}`,
        ]),
    },
    'Average precision by class',
  );
}
