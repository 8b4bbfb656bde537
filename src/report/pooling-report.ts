/** The report of `bench pooling`: how the kernels and other libraries do over sizes of maps, pyramids and windows. */
import { groupBy } from '../runtime/group-by.js';
import { type SweepCurve, sweepChart, sweepKey } from './charts/sweep-chart.js';
import { figure, responsive, table } from './figure.js';
import { number, percent } from './format.js';
import { type Content, html } from './html.js';
import { page, section } from './page.js';
import { runDetails } from './sections/run-details.js';
import type { RunDetails } from './types.js';

/** One time; `maker` is a rung, or another library. */
export interface PoolingTime {
  readonly sweep: string;
  readonly fixed: string;
  readonly at: number;
  readonly direction: 'fwd' | 'fwdbwd';
  readonly maker: string;
  readonly ok: boolean;
  readonly ms: number;
  readonly gbps: number;
  readonly shareOfLimit?: number;
  /** Given up, since another is far faster. */
  readonly slow?: true;
}

export interface PoolingReport {
  readonly times: readonly PoolingTime[];
  readonly crossings: readonly {
    readonly sweep: string;
    readonly direction: 'fwd' | 'fwdbwd';
    readonly below: string;
    readonly above: string;
    readonly at: number;
  }[];
  /** Of the adapter, as measured. */
  readonly limits: { readonly gbps: number; readonly gflops: number };
  readonly run: RunDetails;
}

const DIRECTIONS = { fwd: 'forward', fwdbwd: 'forward and backward' } as const;

const MEASURES = [
  { name: 'Milliseconds', of: ({ ms }: PoolingTime) => ms },
  { name: 'GB/s', of: ({ gbps }: PoolingTime) => gbps },
  { name: 'Share of the limit, %', of: ({ shareOfLimit = Number.NaN }: PoolingTime) => 100 * shareOfLimit },
];

/** One self-contained HTML document. */
export function poolingReport(report: PoolingReport): string {
  const { times, limits, run } = report;
  const groups = [...groupBy(times, ({ sweep, direction }) => `${sweep}|${direction}`).values()];
  return page({
    kicker: 'sppgpu bench pooling',
    title: 'Pooling kernels, size by size',
    lead: `${run.adapter}: ${number(limits.gbps)} GB/s copied, ${number(limits.gflops, 4)} GFLOP/s of multiply-adds, as measured. Every result was compared with float64 before its time counted; a wrong one has none.`,
    body: html`${groups.map((group) => sweepSection(group, report))}
${runDetails(run)}`,
  });
}

function sweepSection(group: readonly PoolingTime[], { crossings }: PoolingReport): Content {
  const { sweep, fixed, direction } = group[0]!;
  const labels = [...new Set(group.map(({ maker }) => maker))];
  const values = [...new Set(group.map(({ at }) => at))].sort((a, b) => a - b);
  const own = crossings.filter((each) => each.sweep === sweep && each.direction === direction);
  const cell = (at: number, maker: string): string => {
    const time = group.find((each) => each.at === at && each.maker === maker);
    return time?.ok
      ? `${number(time.ms)} ms, ${percent(time.shareOfLimit)}`
      : time?.slow
        ? 'given up'
        : time
          ? 'wrong'
          : '–';
  };
  return section(
    `By ${sweep}, ${DIRECTIONS[direction]}`,
    fixed,
    html`${MEASURES.map((measure) => sweepFigure(measure, group, labels, sweep))}
${table({ columns: [sweep, ...labels], rows: values.map((at) => [String(at), ...labels.map((maker) => cell(at, maker))]) }, 'Times and shares of the limit')}
${own.length > 0 && html`<ul>${own.map(({ below, above, at }) => html`<li>${below} is faster below about ${number(at, 2)}, ${above} above.</li>\n`)}</ul>`}`,
  );
}

function sweepFigure(
  { name, of }: (typeof MEASURES)[number],
  group: readonly PoolingTime[],
  labels: readonly string[],
  sweep: string,
): Content {
  const curves = labels.map((label): SweepCurve => {
    const own = group.filter(({ maker, ok }) => maker === label && ok);
    return { label, points: own.map((time) => ({ at: time.at, value: of(time) })) };
  });
  const drawable = curves.some(({ points }) => points.some(({ value }) => value > 0));
  const description = `${name} by ${sweep}. ${curves.map(({ label, points }) => `${label}: ${points.map(({ at, value }) => `${at} ${number(value)}`).join(', ')}.`).join(' ')}`;
  return figure({
    title: name,
    key: sweepKey(labels),
    chart: drawable ? responsive((width) => sweepChart(curves, labels, { width, xLabel: sweep, description })) : null,
  });
}
