/** Accuracy by input size and by shape, both nets in the same rows. */
import { type IntervalMark, intervalChart } from '../charts/interval-chart.js';
import { figure, responsive } from '../figure.js';
import { count, percent } from '../format.js';
import { type Content, html } from '../html.js';
import { section } from '../page.js';
import { accuracy, wilsonInterval } from '../statistics.js';
import type { Bucket, DemoReport } from '../types.js';

/** Section "Any size, any shape". */
export function bucketAccuracy({ spp, fixed }: DemoReport): Content {
  return section(
    'Any size, any shape',
    `Training used squares of one or two sizes only; the test images come in sizes and shapes of their own, hardly any of them such a square. The net with the pyramid reads each as it is; for the fixed-size net each has to be warped to one square first.`,
    html`<div class="columns">
${buckets('Accuracy by image size', 'Longer side in pixels.', 'size', [spp.name, fixed.name], [spp.bySize, fixed.bySize])}
${buckets('Accuracy by shape', 'Width divided by height.', 'shape', [spp.name, fixed.name], [spp.byAspect, fixed.byAspect])}
</div>`,
  );
}

function buckets(
  title: string,
  note: string,
  column: string,
  names: [string, string],
  nets: [Bucket[], Bucket[]],
): Content {
  const labels = [...new Set(nets.flat().map((bucket) => bucket.label))];
  const found = nets.map((net) => labels.map((label) => net.find((bucket) => bucket.label === label)));
  const totals = labels.map((_, row) => Math.max(...found.map((net) => net[row]?.total ?? 0)));
  const marks = found.flatMap((net, i) => net.flatMap((bucket, row) => markOf(bucket, row, i === 0 ? 1 : 2)));
  const words = (net: number, row: number) => percent(found[net]![row] ? accuracy(found[net]![row]) : undefined);
  const description = `${title}. ${labels.map((label, row) => `${label}: ${names[0]} ${words(0, row)}, ${names[1]} ${words(1, row)}.`).join(' ')}`;
  const ends = totals.map((total) => count(total));
  return figure({
    title,
    note: `${note} Pale lines are 95\u00a0% intervals; at the right, the number of images.`,
    key: [
      { label: names[0], tone: 1, mark: 'dot' },
      { label: names[1], tone: 2, mark: 'diamond' },
    ],
    chart:
      marks.length > 0 ? responsive((width) => intervalChart({ width, description, rows: labels, ends, marks })) : null,
    table: {
      columns: [column, 'images', ...names],
      rows: labels.map((label, row) => [label, ends[row], words(0, row), words(1, row)]),
    },
  });
}

function markOf(bucket: Bucket | undefined, row: number, tone: 1 | 2): IntervalMark[] {
  if (!bucket || !Number.isFinite(accuracy(bucket))) return [];
  const [low, high] = wilsonInterval(bucket.correct, bucket.total);
  return [{ row, tone, value: accuracy(bucket), low, high }];
}
