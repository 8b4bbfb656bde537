/** Curves over a value that grows by factors, both axes logarithmic. */
import { axisX, axisY, dot, gridY, lineY } from '@observablehq/plot';
import type { KeyEntry } from '../figure.js';
import { number } from '../format.js';
import type { Markup } from '../html.js';
import { MUTED, plotSvg, RULE, TONES } from './plot-svg.js';

export interface SweepCurve {
  readonly label: string;
  readonly points: readonly { readonly at: number; readonly value: number }[];
}

/** Nine curves that can be told apart: three tones by three kinds of line. */
const KINDS = [
  { mark: 'line', dash: undefined },
  { mark: 'dash', dash: '6 4' },
  { mark: 'dot', dash: '1.5 4' },
] as const;

const toneOf = (index: number): 0 | 1 | 2 => ((index + 1) % 3) as 0 | 1 | 2;
const kindOf = (index: number) => KINDS[Math.floor(index / 3) % KINDS.length]!;

/** The key of curves in this order. */
export function sweepKey(labels: readonly string[]): KeyEntry[] {
  return labels.map((label, i) => ({ label, tone: toneOf(i), mark: kindOf(i).mark }));
}

/** Draws the curves, each with the look of its place in `labels`; there must be a point above zero. */
export function sweepChart(
  curves: readonly SweepCurve[],
  labels: readonly string[],
  { width, xLabel, description }: { width: number; xLabel: string; description: string },
): Markup {
  const usable = ({ value }: { readonly value: number }) => Number.isFinite(value) && value > 0;
  const all = curves.flatMap(({ points }) => points.filter(usable));
  const ticks = [...new Set(all.map(({ at }) => at))].sort((a, b) => a - b);
  const values = all.map(({ value }) => value);
  const [low, high] = [Math.min(...values) / 1.2, Math.max(...values) * 1.2];
  return plotSvg(
    {
      width,
      height: 240,
      marginLeft: 58,
      marginRight: 16,
      marginTop: 12,
      marginBottom: 42,
      x: { type: 'log', domain: [ticks[0]!, Math.max(ticks.at(-1)!, ticks[0]! * 1.1)] },
      y: { type: 'log', domain: [low, high] },
      marks: [
        gridY({ stroke: RULE, strokeOpacity: 1, ticks: 4 }),
        axisY({
          tickSize: 0,
          tickPadding: 8,
          label: null,
          ticks: 4,
          tickFormat: (value: number) => number(value, 2),
          fill: MUTED,
        }),
        axisX(ticks, {
          tickSize: 0,
          tickPadding: 8,
          label: xLabel,
          labelArrow: 'none',
          labelAnchor: 'center',
          labelOffset: 38,
          tickFormat: String,
          fill: MUTED,
        }),
        ...curves.flatMap(({ label, points }) => {
          const index = labels.indexOf(label);
          const stroke = TONES[toneOf(index)];
          const own = points.filter(usable).sort((a, b) => a.at - b.at);
          const at = { x: 'at', y: 'value', stroke } as const;
          return [
            lineY(own, { ...at, strokeWidth: 2, strokeDasharray: kindOf(index).dash }),
            dot(own, { ...at, r: 2.5, fill: stroke }),
          ];
        }),
      ],
    },
    description,
  );
}
