/** Shares over the number of boxes, which grows by factors. */
import { axisX, axisY, dot, gridY, lineY } from '@observablehq/plot';
import { count, percent } from '../format.js';
import type { Markup } from '../html.js';
import { MUTED, plotSvg, RULE, TONES, textWidth } from './plot-svg.js';

/** One curve: a share for each number of boxes. */
export interface RecallCurve {
  readonly tone: 0 | 1 | 2;
  readonly points: readonly { readonly boxes: number; readonly share: number }[];
}

/** Draws the curves; there must be a point with a finite share. */
export function recallChart(curves: readonly RecallCurve[], width: number, description: string): Markup {
  const points = curves.flatMap((curve) => curve.points);
  const [first, last] = [Math.min(...points.map((p) => p.boxes)), Math.max(...points.map((p) => p.boxes))];
  const ticks = [1, 10, 100, 1000, 10_000, 100_000].filter((value) => value >= first && value <= last);
  return plotSvg(
    {
      width,
      height: 260,
      marginLeft: 14 + textWidth('100 %'),
      marginRight: 20,
      marginTop: 12,
      marginBottom: 42,
      x: { type: 'log', domain: [first, Math.max(last, first * 1.1)] },
      y: { type: 'linear', domain: [0, 1] },
      marks: [
        gridY({ stroke: RULE, strokeOpacity: 1, ticks: 5 }),
        axisY({
          tickSize: 0,
          tickPadding: 8,
          label: null,
          ticks: 5,
          tickFormat: (value: number) => percent(value, 0),
          fill: MUTED,
        }),
        axisX(ticks, {
          tickSize: 0,
          tickPadding: 8,
          label: 'boxes per picture',
          labelArrow: 'none',
          labelAnchor: 'center',
          labelOffset: 38,
          tickFormat: (value: number) => count(value),
          fill: MUTED,
        }),
        ...curves.flatMap(({ tone, points: own }) => {
          const finite = own.filter(({ share }) => Number.isFinite(share));
          const at = { x: 'boxes', y: 'share', stroke: TONES[tone] } as const;
          return [lineY(finite, { ...at, strokeWidth: 2 }), dot(finite, { ...at, r: 2.5, fill: TONES[tone] })];
        }),
      ],
    },
    description,
  );
}
