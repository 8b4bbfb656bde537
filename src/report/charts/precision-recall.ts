/** Precision over recall. */
import { areaY, axisX, axisY, gridX, gridY, line } from '@observablehq/plot';
import type { Markup } from '../html.js';
import { MUTED, plotSvg, RULE, TONES } from './plot-svg.js';

export interface RecallPoint {
  recall: number;
  precision: number;
}

/** Points beyond which a curve is thinned: more are not told apart at this size, and make the page large. */
const MOST = 160;

const TICKS = [0, 0.5, 1];

/** The curve of one class as a small chart, points from the highest score down; there must be one. */
export function precisionRecall(curve: readonly RecallPoint[], width: number, description: string): Markup {
  const points = thinned([{ recall: 0, precision: curve[0]!.precision }, ...curve]);
  const channels = { x: 'recall', y: 'precision' };
  const axis = {
    ticks: TICKS,
    tickSize: 0,
    tickPadding: 6,
    tickFormat: String,
    fill: MUTED,
    labelArrow: 'none',
  } as const;
  return plotSvg(
    {
      width,
      height: Math.round(0.72 * width),
      marginLeft: 34,
      marginRight: 12,
      marginTop: 10,
      marginBottom: 34,
      x: { type: 'linear', domain: [0, 1] },
      y: { type: 'linear', domain: [0, 1] },
      marks: [
        gridX({ ticks: TICKS, stroke: RULE, strokeOpacity: 1 }),
        gridY({ ticks: TICKS, stroke: RULE, strokeOpacity: 1 }),
        areaY(points, { x: 'recall', y1: 0, y2: 'precision', fill: TONES[1], fillOpacity: 0.12 }),
        line(points, { ...channels, stroke: TONES[1], strokeWidth: 1.75 }),
        axisX({ ...axis, label: 'recall', labelAnchor: 'center', labelOffset: 30 }),
        axisY({ ...axis, label: null }),
      ],
    },
    description,
  );
}

function thinned(points: readonly RecallPoint[]): readonly RecallPoint[] {
  if (points.length <= MOST) return points;
  return Array.from({ length: MOST }, (_, i) => points[Math.round((i * (points.length - 1)) / (MOST - 1))]!);
}
