/** The report of a detector: average precision class by class, curves, and what went wrong. */
import { bar } from './charts/class-bars.js';
import { precisionRecall } from './charts/precision-recall.js';
import type { DetectedClass, DetectionReport } from './detection-types.js';
import { table } from './figure.js';
import { count, percent, plural, shorten } from './format.js';
import { type Content, html } from './html.js';
import { page, section } from './page.js';
import { failureGallery } from './sections/failure-gallery.js';
import { foundBoxes } from './sections/found-boxes.js';
import { bigPercent, headline } from './sections/headline.js';
import { runDetails } from './sections/run-details.js';

/** Classes whose curves are drawn, those with the most objects: each is a chart, and a page of a thousand is of no use. */
const CURVES = 24;

/** One self-contained HTML document. Works with empty lists and with numbers that are NaN. */
export function detectionReport(report: DetectionReport): string {
  const { perClass, images, dataset, examples } = report;
  const objects = perClass.reduce((sum, own) => sum + own.objects, 0);
  const found = perClass.reduce((sum, own) => sum + own.found, 0);
  return page({
    kicker: report.kicker,
    title: report.title,
    lead: `${dataset}: ${plural(images, 'image')}, ${plural(objects, 'object')} of ${count(perClass.length)} classes.`,
    body: html`${headline([
      {
        name: 'Mean average precision',
        ...bigPercent(report.map11),
        note: 'VOC 2007: 11 points, IoU of at least 0.5.',
        tone: 1,
      },
      { name: 'All-point mAP', ...bigPercent(report.mapAll), note: 'Area under the curve.' },
      {
        name: 'Objects found',
        ...bigPercent(found / objects, 1),
        note: `${count(found)} of ${count(objects)}, by however low a score.`,
      },
    ])}
${examples && section('What was found', examples.note, foundBoxes(examples.pictures))}
${section(
  'Class by class',
  'Best first. Difficult objects neither help nor harm; a second detection of an object is wrong. Of each class the surest detections, as many as it has objects, are told apart: right, of the class but badly placed (or a second one), on a thing of another class, on the background.',
  classTable(perClass),
)}
${curves(perClass)}
${section('What went wrong', 'The surest of the wrong detections, and the largest of the objects that were not found.', failureGallery(report.failures))}
${runDetails(report.run)}`,
  });
}

const byPrecision = (perClass: readonly DetectedClass[]): DetectedClass[] => {
  const rank = ({ ap11 }: DetectedClass): number => (Number.isFinite(ap11) ? ap11 : -1);
  return [...perClass].sort((a, b) => rank(b) - rank(a));
};

function classTable(perClass: readonly DetectedClass[]): Content {
  if (perClass.length === 0) return html`<p class="nothing">No data.</p>`;
  return table(
    {
      columns: [
        'class',
        'objects',
        'found',
        'AP',
        'all-point AP',
        'right',
        'badly placed',
        'other class',
        'background',
      ],
      rows: byPrecision(perClass).map(({ label, objects, found, ap11, apAll, first }) => [
        html`<bdi>${shorten(label)}</bdi>`,
        ...[count(objects), count(found)],
        html`${percent(ap11)}${bar(ap11)}`,
        html`${percent(apAll)}${bar(apAll, 2)}`,
        ...[first.right, first.place, first.class, first.background].map(count),
      ]),
    },
    'Average precision by class',
  );
}

function curves(perClass: readonly DetectedClass[]): Content {
  const drawable = perClass.filter(({ objects, curve }) => objects > 0 && curve.length > 0);
  if (drawable.length === 0) return null;
  const shown = new Set([...drawable].sort((a, b) => b.objects - a.objects).slice(0, CURVES));
  const left = drawable.length - shown.size;
  return section(
    'Precision and recall',
    `How many of the detections are right (upwards) while more and more objects are found (to the right).${left > 0 ? ` The ${CURVES} classes with the most objects.` : ''}`,
    html`<ul class="multiples">${byPrecision([...shown]).map(({ label, ap11, curve }) => {
      const last = curve.at(-1)!;
      const description = `Precision over recall of ${shorten(label)}: ends at a recall of ${percent(last.recall, 0)} with a precision of ${percent(last.precision, 0)}`;
      return html`<li><h3><bdi>${shorten(label, 28)}</bdi> <small>${percent(ap11)}</small></h3>${precisionRecall(curve, 256, description)}</li>\n`;
    })}</ul>`,
  );
}
