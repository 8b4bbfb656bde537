/** The report of `train`: how a net learned, how fast, with which settings, and a few of its answers. */
import { number, percent, plural } from './format.js';
import { type Content, html } from './html.js';
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

const LEARNING: EpochChart[] = [
  {
    title: 'Loss',
    always: true,
    note: 'How surprised the net is by the right answer.',
    format: plain,
    exact: exactNumber,
    low: 0,
    series: [
      { name: 'training', tone: 1, pick: (epoch) => epoch.loss, sized: true },
      { name: 'validation', tone: 2, dashed: true, pick: (epoch) => epoch.validationLoss },
    ],
  },
  {
    title: 'Top-1 accuracy',
    note: 'The first answer is right.',
    format: share,
    exact: exactShare,
    span: 0.1,
    series: [
      { name: 'training', tone: 1, pick: (epoch) => epoch.top1, sized: true },
      { name: 'validation', tone: 2, dashed: true, pick: (epoch) => epoch.validationTop1 },
    ],
  },
  {
    title: 'Top-5 accuracy',
    note: 'The right class is among the first five.',
    format: share,
    exact: exactShare,
    span: 0.1,
    series: [
      { name: 'training', tone: 1, pick: (epoch) => epoch.top5, sized: true },
      { name: 'validation', tone: 2, dashed: true, pick: (epoch) => epoch.validationTop5 },
    ],
  },
  {
    title: 'Mean average precision',
    note: 'How well each class ranks the held-out pictures, by VOC 2007’s 11 points; mean over the classes.',
    format: share,
    exact: exactShare,
    span: 0.1,
    series: [{ name: 'validation', tone: 2, dashed: true, pick: (epoch) => epoch.validationMap }],
  },
  {
    title: 'Right labels',
    note: 'Share of all yes-or-no answers about classes that are right.',
    format: share,
    exact: exactShare,
    span: 0.1,
    series: [{ name: 'training', tone: 1, pick: (epoch) => epoch.labelAccuracy, sized: true }],
  },
  {
    title: 'Learning rate',
    note: 'Logarithmic scale.',
    format: plain,
    logarithmic: true,
    series: [{ name: 'learning rate', tone: 0, pick: (epoch) => epoch.learningRate }],
  },
];

const SPEED: EpochChart[] = [
  {
    title: 'Images a second',
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
  const { epochs, samples = [], configuration } = report;
  return page({
    kicker: 'sppgpu train',
    title: report.title ?? `Training ${report.model}`,
    lead: `${report.dataset ? `${report.dataset}: ` : ''}${plural(epochs.length, 'epoch')}.`,
    body: html`${headline(numbers(epochs))}
${charts('Learning', epochs, LEARNING)}
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

interface Goal {
  name: string;
  note: string;
  pick: (epoch: TrainEpoch) => number | undefined;
}

const TOP1: Goal = { name: 'Best training accuracy', note: 'Top-1', pick: (epoch) => epoch.top1 };

/** The number that tells a run's success: the first of these that was measured. */
const GOALS: readonly Goal[] = [
  { name: 'Best validation mAP', note: '11 points', pick: (epoch) => epoch.validationMap },
  { name: 'Best validation accuracy', note: 'Top-1', pick: (epoch) => epoch.validationTop1 },
  TOP1,
  { name: 'Best share of right labels', note: 'Training', pick: (epoch) => epoch.labelAccuracy },
];

function numbers(epochs: readonly TrainEpoch[]): HeadlineNumber[] {
  const { name, note, pick } = GOALS.find((goal) => epochs.some((epoch) => Number.isFinite(goal.pick(epoch)))) ?? TOP1;
  const score = (epoch: TrainEpoch) => pick(epoch) ?? Number.NaN;
  const best = epochs
    .filter((epoch) => Number.isFinite(score(epoch)))
    .reduce<TrainEpoch | undefined>((a, b) => (a && score(a) >= score(b) ? a : b), undefined);
  const last = epochs.at(-1);
  const speeds = epochs.map((epoch) => epoch.imagesPerSecond ?? Number.NaN).filter(Number.isFinite);
  return [
    {
      name,
      ...bigPercent(best ? score(best) : Number.NaN),
      note: best && `${note}, after epoch ${best.epoch} of ${epochs.at(-1)!.epoch}.`,
      tone: 1,
    },
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
