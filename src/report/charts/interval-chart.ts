/** Shares in rows: one row a bucket, a mark for each net, with the interval the truth may well lie in. */
import { axisX, axisY, dot, gridX, ruleY } from '@observablehq/plot';
import { percent, shorten } from '../format.js';
import type { Markup } from '../html.js';
import { MUTED, PAPER, plotSvg, RULE, TONES, textWidth } from './plot-svg.js';

/** One mark in a row; without `low`/`high` no interval is drawn. */
export interface IntervalMark {
  row: number;
  tone: 0 | 1 | 2;
  value: number;
  low?: number;
  high?: number;
}

/** Rows and their marks. */
export interface IntervalChartOptions {
  width: number;
  description: string;
  rows: string[];
  /** Small print at the end of each row, e.g. how many images it holds. */
  ends?: string[];
  marks: IntervalMark[];
}

/** Draws the rows; there must be a mark with a finite value. The axis begins where the marks do: differences, not lengths, are read here. */
export function intervalChart({ width, description, rows, ends, marks }: IntervalChartOptions): Markup {
  const shown = marks.filter((mark) => Number.isFinite(mark.value));
  const tones = [...new Set(shown.map((mark) => mark.tone))].sort();
  const at = (mark: IntervalMark) => mark.row + (tones.indexOf(mark.tone) - (tones.length - 1) / 2) * 0.3;
  const labels = rows.map((row) => shorten(row, width > 400 ? 26 : 21));
  const side = ends ? 12 + Math.max(...ends.map(textWidth)) : 24;
  const intervals = shown.filter((mark) => mark.low !== undefined && mark.high !== undefined);
  const marginLeft = 14 + Math.max(...labels.map(textWidth));
  const ticks = Math.min(6, Math.floor((width - marginLeft - side) / 50));
  const positions = rows.map((_, i) => i);
  return plotSvg(
    {
      width,
      height: 44 + rows.length * 40,
      marginLeft,
      marginRight: side,
      marginTop: 6,
      marginBottom: 38,
      x: { type: 'linear', domain: shareDomain(shown) },
      y: { type: 'linear', domain: [rows.length - 0.5, -0.5] },
      marks: [
        gridX({ stroke: RULE, strokeOpacity: 1, ticks }),
        ruleY(positions.slice(1), { y: (i: number) => i - 0.5, stroke: RULE }),
        axisX({
          tickSize: 0,
          tickPadding: 8,
          label: null,
          ticks,
          tickFormat: (value: number) => percent(value, 0),
          fill: MUTED,
        }),
        axisY(positions, { tickSize: 0, tickPadding: 10, label: null, tickFormat: (i: number) => labels[i]! }),
        ends
          ? axisY(positions, {
              anchor: 'right',
              tickSize: 0,
              tickPadding: 8,
              label: null,
              tickFormat: (i: number) => ends[i]!,
              fill: MUTED,
            })
          : null,
        ...tones.flatMap((tone) => [
          ruleY(
            intervals.filter((mark) => mark.tone === tone),
            {
              y: at,
              x1: 'low',
              x2: 'high',
              stroke: TONES[tone],
              strokeWidth: 5,
              strokeOpacity: 0.28,
              strokeLinecap: 'round',
            },
          ),
          dot(
            shown.filter((mark) => mark.tone === tone),
            {
              x: 'value',
              y: at,
              r: 5,
              symbol: tone === 2 ? 'diamond' : 'circle',
              fill: TONES[tone],
              stroke: PAPER,
              strokeWidth: 1,
            },
          ),
        ]),
      ],
    },
    description,
  );
}

/** From below the lowest mark, in steps of 5 %, to 100 %; never outside [0, 1]. */
function shareDomain(marks: readonly IntervalMark[]): [number, number] {
  const low = Math.min(...marks.map((mark) => mark.low ?? mark.value));
  const high = Math.max(...marks.map((mark) => mark.high ?? mark.value));
  const from = Math.max(0, Math.floor((low - 0.005) * 20) / 20);
  return [from, high > 0.85 ? 1 : Math.min(1, Math.max(from + 0.05, Math.ceil((high + 0.005) * 20) / 20))];
}
