/** Curves over epochs. */
import { axisX, axisY, dot, gridY, lineY, ruleY } from '@observablehq/plot';
import type { Markup } from '../html.js';
import { MUTED, PAPER, plotSvg, RULE, TONES, textWidth } from './plot-svg.js';

/** One point of a curve; `rank` is the place of its training size among all sizes (0: the smallest). */
export interface CurvePoint {
  x: number;
  y: number;
  rank?: number;
}

/** One curve. */
export interface Curve {
  tone: 0 | 1 | 2;
  dashed?: boolean;
  points: CurvePoint[];
}

/** How a chart of curves looks. */
export interface LineChartOptions {
  width: number;
  height?: number;
  description: string;
  /** Writes a value of the y axis. */
  format: (value: number) => string;
  /** Axis limits; the curves' own range (rounded outwards) where left out. */
  low?: number;
  high?: number;
  logarithmic?: boolean;
  /** The least height of the axis, so that tiny differences do not look large and its lettering tells ticks apart. */
  span?: number;
}

/** True when there is at least one point to draw. */
export function hasPoints(curves: readonly Curve[]): boolean {
  return curves.some((curve) => curve.points.some(drawable));
}

const drawable = (point: CurvePoint) => Number.isFinite(point.x) && Number.isFinite(point.y);

/** Draws the curves; `hasPoints` must hold. Points that are not finite leave a gap. Draws dots while there are few enough to tell apart. */
export function lineChart(curves: readonly Curve[], options: LineChartOptions): Markup {
  const { width, height = 230, format, logarithmic = false } = options;
  const usable = (point: CurvePoint) => drawable(point) && (!logarithmic || point.y > 0);
  const points = curves.flatMap((curve) => curve.points.filter(usable));
  const epochs = points.map((point) => point.x);
  const [first, last] = [Math.min(...epochs), Math.max(...epochs)];
  const pad = first === last ? 0.5 : 0;
  const y = yScale(points, options);
  const yTicks = logarithmic ? decades(y.domain) : 5;
  const most = width > 400 ? 60 : 40;
  return plotSvg(
    {
      width,
      height,
      marginLeft: 12 + Math.max(...y.domain.map((value) => textWidth(format(value)))),
      marginRight: 14,
      marginTop: 12,
      marginBottom: 40,
      x: { type: 'linear', domain: [first - pad, last + pad] },
      y: {
        type: logarithmic ? 'log' : 'linear',
        domain: y.domain,
        nice: !logarithmic && (options.low === undefined || options.high === undefined) && 5,
      },
      marks: [
        gridY({ stroke: RULE, strokeOpacity: 1, ticks: yTicks }),
        axisY({ tickSize: 0, tickPadding: 8, label: null, ticks: yTicks, tickFormat: format, fill: MUTED }),
        axisX(epochTicks(first, last, width), {
          tickSize: 0,
          tickPadding: 8,
          label: 'epoch',
          labelArrow: 'none',
          labelAnchor: 'center',
          labelOffset: 36,
          tickFormat: String,
          fill: MUTED,
        }),
        options.low === 0 ? ruleY([0], { stroke: MUTED }) : null,
        ...curves.flatMap((curve) => marksOf(curve, curve.points.filter(drawable).length > 0, usable, most)),
      ],
    },
    options.description,
  );
}

function marksOf(curve: Curve, visible: boolean, usable: (point: CurvePoint) => boolean, most: number) {
  if (!visible) return [];
  const stroke = TONES[curve.tone];
  const line = lineY(curve.points, {
    x: 'x',
    y: (point: CurvePoint) => (usable(point) ? point.y : Number.NaN),
    stroke,
    strokeWidth: 2,
    strokeDasharray: curve.dashed ? '6 4' : undefined,
    strokeLinecap: 'butt',
  });
  const ranks = curve.points.some((point) => point.rank !== curve.points[0]!.rank);
  const dots = curve.points.length <= (ranks ? most : most / 4);
  const alone = curve.points.filter(usable).length === 1;
  if (!dots && !alone) return [line];
  const ranked = (rank: (value: number) => boolean) =>
    curve.points.filter((point) => usable(point) && rank(point.rank ?? 0));
  const shape = { x: 'x', y: 'y', stroke, strokeWidth: 1.75 } as const;
  return [
    line,
    dot(
      ranked((rank) => rank === 0),
      { ...shape, r: 2.5, fill: stroke },
    ),
    dot(
      ranked((rank) => rank > 0),
      { ...shape, r: 4.5, fill: PAPER },
    ),
  ];
}

function yScale(
  points: readonly CurvePoint[],
  { low, high, logarithmic, span = 0 }: LineChartOptions,
): { domain: [number, number] } {
  const values = points.map((point) => point.y);
  const from = low ?? Math.min(...values);
  const to = high ?? Math.max(...values);
  if (logarithmic) return { domain: [from / 1.25, to * 1.25] };
  const least = Math.max(span, to > from ? 0 : 0.2 * Math.abs(from || 1));
  if (to - from >= least) return { domain: [from, to] };
  const bottom = low ?? (high === undefined ? from - (least - (to - from)) / 2 : high - least);
  return { domain: [bottom, high ?? bottom + least] };
}

/** Powers of ten inside the axis; its ends where there is none. */
function decades([low, high]: [number, number]): number[] {
  const ticks: number[] = [];
  for (let power = Math.ceil(Math.log10(low)); power <= Math.floor(Math.log10(high)); power++)
    ticks.push(Number(`1e${power}`)) /* exact, as 10 ** -4 is not */;
  return ticks.length > 0 ? ticks : [low, high];
}

/** Whole epochs, at most one every 44 px, at 1, 2, 5, 10, 20, ... and always from the first on. */
function epochTicks(first: number, last: number, width: number): number[] {
  const most = Math.max(2, Math.floor((width - 60) / 44));
  const step =
    [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((size) => (last - first) / size < most) ??
    Math.ceil((last - first) / most);
  const ticks: number[] = [];
  for (let at = Math.ceil(first / step) * step; at <= last; at += step) ticks.push(at);
  if (ticks[0] !== first && (ticks[0] === undefined || ticks[0] - first >= 0.6 * step)) ticks.unshift(first);
  return ticks;
}
