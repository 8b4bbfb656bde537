/** The charts of a training run: any figures by epoch. */
import { type Curve, hasPoints, lineChart } from '../charts/line-chart.js';
import { figure, type KeyEntry, responsive } from '../figure.js';
import type { Markup } from '../html.js';
import type { TrainEpoch } from '../types.js';
import { sizeKey, trainingSizes } from './learning-curves.js';

/** One curve of a chart. */
export interface EpochSeries {
  name: string;
  tone: 0 | 1 | 2;
  dashed?: boolean;
  pick: (epoch: TrainEpoch) => number | undefined;
  /** Marks the training size of every epoch on this curve. */
  sized?: boolean;
}

/** A chart of figures by epoch. */
export interface EpochChart {
  title: string;
  /** Shown, as "No data", even where nothing was measured. */
  always?: boolean;
  note?: string;
  format: (value: number) => string;
  /** Writes a value in the table; as on the axis where left out. */
  exact?: (value: number | undefined) => string;
  low?: number;
  high?: number;
  logarithmic?: boolean;
  span?: number;
  series: EpochSeries[];
}

/** Draws one chart; series without a single value are left out. */
export function epochChart(epochs: readonly TrainEpoch[], chart: EpochChart): Markup {
  const known = chart.series.filter(({ pick }) => epochs.some((epoch) => Number.isFinite(pick(epoch))));
  const sizes = trainingSizes(epochs);
  const curves = known.map(
    ({ tone, dashed, pick, sized }): Curve => ({
      tone,
      dashed,
      points: epochs.map((epoch) => ({
        x: epoch.epoch,
        y: pick(epoch) ?? Number.NaN,
        rank: sized ? Math.max(0, sizes.indexOf(epoch.size ?? Number.NaN)) : 0,
      })),
    }),
  );
  const exact =
    chart.exact ?? ((value) => (value === undefined || !Number.isFinite(value) ? '–' : chart.format(value)));
  const last = epochs.at(-1);
  const description = `${chart.title} by epoch. ${last ? known.map(({ name, pick }) => `${name}, last epoch: ${exact(pick(last))}.`).join(' ') : ''}`;
  const names: KeyEntry[] =
    known.length > 1
      ? known.map(({ name, tone, dashed }) => ({ label: name, tone, mark: dashed ? 'dash' : 'line' }))
      : [];
  const { title, note, format, low, high, logarithmic, span } = chart;
  return figure({
    title,
    note,
    key: [...names, ...(known.some(({ sized }) => sized) ? sizeKey(sizes) : [])],
    chart: hasPoints(curves)
      ? responsive((width) => lineChart(curves, { width, description, format, low, high, logarithmic, span }))
      : null,
    table: {
      columns: ['epoch', ...known.map(({ name }) => name)],
      rows:
        known.length === 0 ? [] : epochs.map((epoch) => [epoch.epoch, ...known.map(({ pick }) => exact(pick(epoch)))]),
    },
  });
}
