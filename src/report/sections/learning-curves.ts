/** The demo's learning curves: both nets, with the training size of every epoch. */
import { type Curve, hasPoints, lineChart } from '../charts/line-chart.js';
import { figure, type KeyEntry, responsive } from '../figure.js';
import { count, number, percent } from '../format.js';
import { type Content, html } from '../html.js';
import { section } from '../page.js';
import type { DemoEpoch, DemoNet, DemoReport } from '../types.js';

type Pick = (epoch: DemoEpoch) => number | undefined;

/** Sizes that occur, smallest first; `rank` in the chart is the place in this list. */
export function trainingSizes(epochs: readonly { size?: number }[]): number[] {
  const sizes = epochs.map((epoch) => epoch.size).filter((size): size is number => Number.isFinite(size));
  return [...new Set(sizes)].sort((a, b) => a - b);
}

/** Section "Learning": loss and accuracy by epoch. */
export function learningCurves({ spp, fixed }: DemoReport): Content {
  const sizes = trainingSizes(spp.epochs);
  const heldOut = [...spp.epochs, ...fixed.epochs].some((epoch) => epoch.heldOutAccuracy !== undefined);
  const accuracyOf: Pick = (epoch) => (heldOut ? epoch.heldOutAccuracy : epoch.accuracy);
  const key: KeyEntry[] = [
    { label: spp.name, tone: 1, mark: 'line' },
    { label: fixed.name, tone: 2, mark: 'dash' },
    ...sizeKey(sizes, `${spp.name}, images up to`),
  ];
  const chart = (
    title: string,
    note: string,
    pick: Pick,
    format: (value: number) => string,
    bounds: { low?: number; high?: number; span?: number },
  ) => {
    const curves = [curve(spp, pick, sizes, 1), curve(fixed, pick, sizes, 2)];
    const description = `${title} by epoch. ${[spp, fixed].map((net) => ends(net, pick, format)).join(' ')}`;
    return figure({
      title,
      note,
      key,
      chart: hasPoints(curves)
        ? responsive((width) => lineChart(curves, { width, description, format, ...bounds }))
        : null,
      table: { columns: ['epoch', spp.name, 'up to px', fixed.name, 'up to px'], rows: rows(spp, fixed, pick, format) },
    });
  };
  return section(
    'Learning',
    'The pyramid lets one set of weights learn from images of every size and shape: those of one step are of like size and shape, those of the next of another. Every step is shrunk by a factor of its own, to half at most, so that small images are seen often. The fixed-size net learns from the same images, all warped to its square.',
    html`<div class="columns">
${chart(
  'Training loss',
  'Lower is better: how surprised the net is by the right answer.',
  (epoch) => epoch.loss,
  (value) => number(value),
  { low: 0 },
)}
${chart(heldOut ? 'Accuracy on held-out digits' : 'Accuracy on training digits', heldOut ? 'Images the nets never learn from.' : 'Share of training images named correctly during the epoch.', accuracyOf, (value) => percent(value, 0), { high: 1, span: 0.1 })}
</div>`,
  );
}

/** Key entries for the marks of the training sizes: small and full, large and hollow. */
export function sizeKey(sizes: readonly number[], words = 'epoch at'): KeyEntry[] {
  if (sizes.length < 2) return [];
  const rest = sizes.slice(1).map(count).join(', ');
  return [
    { label: `${words} ${count(sizes[0])} px`, tone: 0, mark: 'dot' },
    { label: `${words.split(' ').at(-1)} ${sizes.length > 4 ? 'more' : rest} px`, tone: 0, mark: 'ring' },
  ];
}

function curve(net: DemoNet, pick: Pick, sizes: readonly number[], tone: 1 | 2): Curve {
  return {
    tone,
    dashed: tone === 2,
    points: net.epochs.map((epoch) => ({
      x: epoch.epoch,
      y: pick(epoch) ?? Number.NaN,
      rank: Math.max(0, sizes.indexOf(epoch.size ?? Number.NaN)),
    })),
  };
}

function ends(net: DemoNet, pick: Pick, format: (value: number) => string): string {
  const [first, last] = [net.epochs.at(0), net.epochs.at(-1)];
  if (!first || !last) return `${net.name}: no epochs.`;
  return `${net.name}: from ${format(pick(first) ?? Number.NaN)} to ${format(pick(last) ?? Number.NaN)}.`;
}

function rows(spp: DemoNet, fixed: DemoNet, pick: Pick, format: (value: number) => string): Content[][] {
  const exact = (epoch: DemoEpoch | undefined) => {
    const value = epoch && pick(epoch);
    return format(1) === percent(1, 0) ? percent(value, 2) : number(value, 4);
  };
  const epochs = [...new Set([...spp.epochs, ...fixed.epochs].map((epoch) => epoch.epoch))].sort((a, b) => a - b);
  return epochs.map((at) => {
    const [a, b] = [spp, fixed].map((net) => net.epochs.find((epoch) => epoch.epoch === at));
    return [at, exact(a), count(a?.size), exact(b), count(b?.size)];
  });
}
