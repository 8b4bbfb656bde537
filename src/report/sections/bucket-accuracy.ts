/** Accuracy by input size and by shape, both nets in the same rows. */
import { type IntervalMark, intervalChart } from '../charts/interval-chart.js';
import { figure, responsive } from '../figure.js';
import { count, percent, signed } from '../format.js';
import { type Content, html } from '../html.js';
import { section } from '../page.js';
import { accuracy, pairedDifference, wilsonInterval } from '../statistics.js';
import type { Bucket, DemoReport, Lead } from '../types.js';

/** Section "Any size, any shape". */
export function bucketAccuracy({ spp, fixed, leads }: DemoReport): Content {
  const names: [string, string] = [spp.name, fixed.name];
  return section(
    'Any size, any shape',
    html`Both nets learned from the same images. The net with the pyramid reads each as it is: pixels and shape stay, and the net has to know a digit at every size. For the fixed-size net each is warped to one square first, which makes all digits alike; here that costs little, because a digit nearly fills its image.${leads && html` ${verdict(names, 'By size', leads.bySize)} ${verdict(names, 'By shape', leads.byAspect)}`}`,
    html`<div class="columns">
${buckets('Accuracy by image size', 'Longer side in pixels.', 'size', names, [spp.bySize, fixed.bySize], leads?.bySize)}
${buckets('Accuracy by shape', 'Width divided by height.', 'shape', names, [spp.byAspect, fixed.byAspect], leads?.byAspect)}
</div>`,
  );
}

/** Which net is ahead where, as far as these images can tell. */
function verdict(names: readonly [string, string], by: string, leads: readonly Lead[]): Content {
  const ahead = (sign: 1 | -1) =>
    leads.filter((lead) => {
      const { low, high } = pairedDifference(lead.onlySpp, lead.onlyFixed, lead.total);
      return sign === 1 ? low > 0 : high < 0;
    });
  const words = ([name, found]: [string, Lead[]]) =>
    html`the ${name} is ahead at ${found.map(({ label }, i) => html`${i > 0 && ', '}<bdi>${label}</bdi>`)}`;
  const sides = [
    [names[0], ahead(1)],
    [names[1], ahead(-1)],
  ].filter((side): side is [string, Lead[]] => side[1]!.length > 0);
  if (sides.length === 0) return html`${by}, no difference is beyond chance.`;
  return html`${by}, ${sides.map((side, i) => html`${i > 0 && ', '}${words(side)}`)}; elsewhere chance could explain what there is.`;
}

function buckets(
  title: string,
  note: string,
  column: string,
  names: [string, string],
  nets: [Bucket[], Bucket[]],
  leads: readonly Lead[] | undefined,
): Content {
  const labels = [...new Set(nets.flat().map((bucket) => bucket.label))];
  const found = nets.map((net) => labels.map((label) => net.find((bucket) => bucket.label === label)));
  const totals = labels.map((_, row) => Math.max(...found.map((net) => net[row]?.total ?? 0)));
  const marks = found.flatMap((net, i) => net.flatMap((bucket, row) => markOf(bucket, row, i === 0 ? 1 : 2)));
  const words = (net: number, row: number) => percent(found[net]![row] ? accuracy(found[net]![row]) : undefined);
  const description = `${title}. ${labels.map((label, row) => `${label}: ${names[0]} ${words(0, row)}, ${names[1]} ${words(1, row)}.`).join(' ')}`;
  const ends = totals.map((total) => count(total));
  const lead = (label: string) => points(leads?.find((one) => one.label === label));
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
      columns: [column, 'images', ...names, ...(leads ? ['difference'] : [])],
      rows: labels.map((label, row) => [
        label,
        ends[row],
        words(0, row),
        words(1, row),
        ...(leads ? [lead(label)] : []),
      ]),
    },
  });
}

/** A difference in points with its interval. */
function points(lead: Lead | undefined): string {
  if (!lead || lead.total === 0) return '–';
  const { difference, low, high } = pairedDifference(lead.onlySpp, lead.onlyFixed, lead.total);
  return `${signed(100 * difference)} (${signed(100 * low)} to ${signed(100 * high)})`;
}

function markOf(bucket: Bucket | undefined, row: number, tone: 1 | 2): IntervalMark[] {
  if (!bucket || !Number.isFinite(accuracy(bucket))) return [];
  const [low, high] = wilsonInterval(bucket.correct, bucket.total);
  return [{ row, tone, value: accuracy(bucket), low, high }];
}
