/** The report of `train`: how a net learned, how fast, with which settings, and a few of its answers. */
import { number, percent, plural } from './format.js';
import { type Content, html } from './html.js';
import { type Metric, validationName } from './metric.js';
import { METRIC_NOTES } from './metric-notes.js';
import { page, section } from './page.js';
import { type EpochChart, epochChart } from './sections/epoch-charts.js';
import { bigPercent, type HeadlineNumber, headline } from './sections/headline.js';
import { runDetails, settingsTable } from './sections/run-details.js';
import { photoGrid } from './sections/samples.js';
import type { TrainEpoch, TrainReport } from './types.js';

const share = (value: number) => percent(value, 0);
const exactShare = (value: number | undefined) => percent(value, 2);
const plain = (value: number) => number(value);
const exactNumber = (value: number | undefined) => number(value, 4);

/** Both curves of a metric; the first metric is shown even where there is nothing of it. */
function metricChart({ name, title, format }: Metric, index: number): EpochChart {
  const isShare = format === 'share';
  return {
    title,
    note: METRIC_NOTES[name] ?? '',
    always: index === 0,
    format: isShare ? share : plain,
    exact: isShare ? exactShare : exactNumber,
    ...(isShare ? { span: 0.1 } : { low: 0 }),
    series: [
      { name: 'training', tone: 1, pick: (epoch) => epoch[name], sized: true },
      { name: 'validation', tone: 2, dashed: true, pick: (epoch) => epoch[validationName(name)] },
    ],
  };
}

const LEARNING_RATE: EpochChart = {
  title: 'Learning rate',
  note: 'Logarithmic scale.',
  format: plain,
  logarithmic: true,
  series: [{ name: 'learning rate', tone: 0, pick: (epoch) => epoch.learningRate }],
};

const SPEED: EpochChart[] = [
  {
    title: 'Images per second',
    note: 'Training images that went through the net; larger ones take longer.',
    format: plain,
    exact: exactNumber,
    low: 0,
    series: [{ name: 'images/s', tone: 1, pick: (epoch) => epoch.imagesPerSecond, sized: true }],
  },
  {
    title: 'Waiting',
    note: 'Share of the epoch in which one side had nothing to do.',
    format: share,
    exact: exactShare,
    span: 0.1,
    low: 0,
    series: [
      { name: 'training waits for pictures', tone: 1, pick: (epoch) => epoch.deviceWaitShare },
      { name: 'decoders idle', tone: 2, dashed: true, pick: (epoch) => epoch.loaderWaitShare },
    ],
  },
];

/** One self-contained HTML document. Works after one epoch, after none, and with numbers that are NaN. */
export function trainReport(report: TrainReport): string {
  const { epochs, metrics, samples = [], configuration } = report;
  return page({
    kicker: 'sppgpu train',
    title: report.title ?? `Training ${report.model}`,
    lead: `${report.dataset ? `${report.dataset}: ` : ''}${plural(epochs.length, 'epoch')}.`,
    body: html`${headline(numbers(epochs, metrics))}
${charts('Learning', epochs, [...metrics.map(metricChart), LEARNING_RATE])}
${charts('Speed', epochs, SPEED)}
${samples.length > 0 && section('Sample predictions', 'What the trained net says; the true class in bold where it is among the first five.', photoGrid(samples))}
${section(
  'Configuration',
  null,
  settingsTable(
    Object.entries(configuration).map(([name, value]) => [name, String(value)]),
    'Configuration',
  ),
)}
${runDetails(report.run)}`,
  });
}

const measured = (epochs: readonly TrainEpoch[], { series }: EpochChart) =>
  series.some(({ pick }) => epochs.some((epoch) => Number.isFinite(pick(epoch))));

/** A section of charts; those without a single value are left out, and so is a section without charts. */
function charts(title: string, epochs: readonly TrainEpoch[], list: readonly EpochChart[]): Content {
  const shown = list.filter((chart) => chart.always || measured(epochs, chart));
  return (
    shown.length > 0 &&
    section(title, null, html`<div class="columns">${shown.map((chart) => epochChart(epochs, chart))}</div>`)
  );
}

/** The score that tells a run's success: the first that was measured, on held-out pictures rather than on those that trained. */
function goalOf(epochs: readonly TrainEpoch[], [, ...scores]: readonly Metric[]) {
  const places = (['validation', 'training'] as const).flatMap((part) =>
    scores.map((metric) => ({ metric, part, name: part === 'training' ? metric.name : validationName(metric.name) })),
  );
  return places.find(({ name }) => epochs.some((epoch) => Number.isFinite(epoch[name])));
}

function bestEpoch(epochs: readonly TrainEpoch[], name: string, better: Metric['better']): TrainEpoch | undefined {
  const sign = better === 'higher' ? 1 : -1;
  return epochs
    .filter((epoch) => Number.isFinite(epoch[name]))
    .reduce<TrainEpoch | undefined>((a, b) => (a && sign * a[name]! >= sign * b[name]! ? a : b), undefined);
}

function goalNumber(epochs: readonly TrainEpoch[], metrics: readonly Metric[]): HeadlineNumber {
  const goal = goalOf(epochs, metrics);
  const best = goal && bestEpoch(epochs, goal.name, goal.metric.better);
  const value = best ? best[goal.name]! : Number.NaN;
  return {
    name: goal ? `Best ${goal.part} ${goal.metric.label}` : 'Best score',
    ...(goal?.metric.format === 'number' ? { value: number(value) } : bigPercent(value)),
    note: best && `${goal.metric.title}, after epoch ${best.epoch} of ${epochs.at(-1)!.epoch}.`,
    tone: 1,
  };
}

function numbers(epochs: readonly TrainEpoch[], metrics: readonly Metric[]): HeadlineNumber[] {
  const last = epochs.at(-1);
  const speeds = epochs.map((epoch) => epoch.imagesPerSecond ?? Number.NaN).filter(Number.isFinite);
  return [
    goalNumber(epochs, metrics),
    {
      name: 'Training loss',
      value: number(last?.loss),
      note: last && `In the last epoch; ${number(epochs[0]!.loss)} in the first.`,
    },
    {
      name: 'Speed',
      value: number(speeds.length > 0 ? speeds.reduce((a, b) => a + b) / speeds.length : undefined),
      unit: 'images/s',
      note: speeds.length > 0 && 'Mean over the epochs.',
    },
  ];
}
