/** A sweep over what a pooling kernel meets: sizes of maps, channels, batches, pyramids, windows. */
import { canDo, type Ladder, type Rung } from '../ops/ladder.js';
import { noteOf } from '../ops/ladders.js';
import { maxPoolGradientLadder, maxPoolLadder, pyramidGradientLadder, pyramidLadder } from '../ops/pooling/ladders.js';
import type { Device } from '../runtime/device.js';
import { groupBy } from '../runtime/group-by.js';
import { type Case, maxpool, spp } from './cases.js';
import { type Limits, type RoofShare, shareOfLimit } from './roofline.js';
import { type Patience, prepareCase, type TimedCase, timeCase } from './time-case.js';

/** One place of a sweep: a case, forward or forward and backward, and the value that varies. */
export interface PoolingPoint {
  /** What varies, e.g. `side of the map`, and what stays. */
  readonly sweep: string;
  readonly fixed: string;
  readonly at: number;
  readonly benchCase: Case;
}

type Pair = readonly [fwd: Case, fwdbwd: Case];

const points = (sweep: string, fixed: string, values: readonly number[], make: (value: number) => Pair) =>
  values.flatMap((at) => make(at).map((benchCase): PoolingPoint => ({ sweep, fixed, at, benchCase })));

const binsOf = (levels: readonly number[]): number => levels.reduce((total, n) => total + n * n, 0);
const PYRAMIDS = [[1], [1, 2], [1, 2, 4], [1, 2, 3, 6], [1, 2, 4, 8]];

/** Every point; names of cases are unique. */
export const POOLING_POINTS: readonly PoolingPoint[] = [
  ...points('side of the map', 'SPP 1, 2, 3, 6; 8 maps of 64 channels', [7, 13, 26, 52, 104], (side) =>
    spp(`pool_side_${side}`, { n: 8, c: 64, h: side, w: side }),
  ),
  ...points('channels', 'SPP 1, 2, 3, 6; 4 maps of 13x13', [16, 64, 256, 1024], (c) =>
    spp(`pool_channels_${c}`, { n: 4, c, h: 13, w: 13 }),
  ),
  ...points('batch', 'SPP 1, 2, 3, 6; 256 channels, 13x13', [1, 4, 16, 64], (n) =>
    spp(`pool_batch_${n}`, { n, c: 256, h: 13, w: 13 }),
  ),
  ...points('bins of the pyramid', '8 maps of 64 channels, 40x40', PYRAMIDS.map(binsOf), (bins) =>
    spp(`pool_bins_${bins}`, { n: 8, c: 64, h: 40, w: 40, levels: PYRAMIDS.find((each) => binsOf(each) === bins)! }),
  ),
  ...points('windows', 'SPP 1, 2, 3, 6; any size, on one map of 256 channels, 40x30', [10, 100, 500, 2000], (windows) =>
    spp(`pool_windows_${windows}`, { n: 1, c: 256, h: 40, w: 30, windows }),
  ),
  ...points('side of the windows', 'SPP 1, 2, 3, 6; 500 on one map of 64 channels, 40x40', [3, 6, 12, 24, 40], (side) =>
    spp(`pool_window_side_${side}`, { n: 1, c: 64, h: 40, w: 40, windows: 500, side }),
  ),
  ...points('side of the map, sliding', 'max pooling 3x3, stride 2; 8 maps of 64 channels', [13, 27, 55, 109], (side) =>
    maxpool(`pool_max_${side}`, { n: 8, c: 64, h: side, w: side, kernel: 3, stride: 2 }),
  ),
];

/** One time of the sweep, of a rung or of another library. Milliseconds and rates are NaN where there is none. */
export interface PoolingLine {
  readonly case: string;
  readonly sweep: string;
  readonly fixed: string;
  readonly at: number;
  readonly direction: 'fwd' | 'fwdbwd';
  readonly rung?: string;
  readonly peer?: string;
  readonly ok: boolean;
  readonly ms: number;
  readonly spread: readonly [number, number];
  readonly gbps: number;
  /** With limits of the adapter, which other libraries' processes do not measure. */
  readonly shareOfLimit?: number;
  readonly bound?: RoofShare['bound'];
  readonly adapter: string;
  readonly problem?: string;
  /** Nothing is wrong: it was given up, since another is far faster. */
  readonly slow?: true;
}

/** What a line says of its point. */
export function aboutPoint({ sweep, fixed, at, benchCase }: PoolingPoint) {
  return { case: benchCase.name, sweep, fixed, at, direction: benchCase.direction as 'fwd' | 'fwdbwd' };
}

/** The ladder that a point is about: forward points time forward rungs, the others those of the gradient. */
function ladderOf({ kind, direction }: Case): Ladder {
  if (kind === 'maxpool') return (direction === 'fwd' ? maxPoolLadder : maxPoolGradientLadder) as Ladder;
  return (direction === 'fwd' ? pyramidLadder : pyramidGradientLadder) as Ladder;
}

/** The work of a point, which some rungs take only a part of. */
function workOf({ kind, attributes }: Case) {
  const { n, c, h, w } = attributes;
  if (kind === 'maxpool') {
    const [kernel, stride, padding] = [attributes.kernel, attributes.stride, attributes.padding].map((k) => [k, k]);
    const shape = { kernel, stride, padding, dilation: [1, 1], out: [attributes.oh, attributes.ow] };
    return { planes: n * c, height: h, width: w, shape };
  }
  const { levels, windows } = attributes;
  const bins = (levels as number[]).map((level) => [level, level]);
  return { images: n, rows: windows || n, channels: c, height: h, width: w, levels: bins, windows: windows > 0 };
}

function rungsOf(device: Device, ladder: Ladder, benchCase: Case): Rung[] {
  const work = workOf(benchCase) as never;
  const madeFor = device.info.software ? 'cpu' : 'gpu';
  const rank = ({ rung }: Rung): number => (noteOf(ladder.family, rung).adapterClass === madeFor ? 0 : 1);
  return ladder.rungs.filter((row) => canDo(device, row, work)).toSorted((a, b) => rank(a) - rank(b));
}

/** A first run that takes this much longer than the best rung's later ones ends a rung's part in a sweep. */
const PATIENCE: Patience = (bestMs) => 3000 + 20 * bestMs;

/**
 * Times every rung on every point that it takes, the one that the op would take first; each result is compared with float64. A rung that is
 * far slower has no time, there and at the sweep's later points. `onLine` is told each line as it is known.
 */
export async function sweepPooling(
  device: Device,
  wanted: readonly PoolingPoint[],
  { budgetMs, limits, patience = PATIENCE }: { budgetMs: number; limits: Limits; patience?: Patience },
  onLine: (line: PoolingLine) => void,
): Promise<PoolingLine[]> {
  const lines: PoolingLine[] = [];
  const slow = new Set<string>();
  for (const point of wanted) {
    const { benchCase, sweep } = point;
    const ladder = ladderOf(benchCase);
    const rungs = rungsOf(device, ladder, benchCase).filter(
      ({ rung }) => !slow.has(`${sweep}|${benchCase.direction}|${rung}`),
    );
    const prepared = prepareCase(benchCase);
    let best = Number.POSITIVE_INFINITY;
    for (const { rung } of rungs) {
      const asked = ladder.ask(rung as never);
      const timed = await timeCase(device, prepared, { budgetMs, giveUpMs: patience(best), asked });
      if (timed.ok) best = Math.min(best, timed.ms);
      else if (timed.slow) slow.add(`${sweep}|${benchCase.direction}|${rung}`);
      const line = lineOf(point, rung, timed, limits, device.info.name);
      lines.push(line);
      onLine(line);
    }
  }
  return lines;
}

function lineOf(point: PoolingPoint, rung: string, timed: TimedCase, limits: Limits, adapter: string): PoolingLine {
  const about = { ...aboutPoint(point), rung, adapter };
  if (timed.ok) {
    const { ms, spread, gbps } = timed;
    return { ...about, ok: true, ms, spread, gbps, ...shareOfLimit(point.benchCase, ms, limits) };
  }
  const none = Number.NaN;
  const { problem, slow } = timed;
  return { ...about, ok: false, ms: none, spread: [none, none], gbps: none, problem, ...(slow && { slow }) };
}

/**
 * Lines of other libraries, of points that this sweep knows, with their share of this adapter's limits; a line that has a share
 * of the limits of its own adapter keeps it.
 */
export function withLimits(lines: readonly PoolingLine[], limits: Limits): PoolingLine[] {
  return lines.flatMap((line) => {
    const point = POOLING_POINTS.find(({ benchCase }) => benchCase.name === line.case);
    if (!point) return [];
    const unknown = line.ok && line.shareOfLimit === undefined;
    return [{ ...line, ...aboutPoint(point), ...(unknown && shareOfLimit(point.benchCase, line.ms, limits)) }];
  });
}

/** Where one curve passes another: between which values, and about where (in the logarithm). */
export interface Crossing {
  readonly sweep: string;
  readonly direction: PoolingLine['direction'];
  /** Faster below the crossing, and above it. */
  readonly below: string;
  readonly above: string;
  readonly at: number;
}

/** Who made a line: a rung of ours, or a library. */
export const makerOf = ({ rung, peer }: Pick<PoolingLine, 'rung' | 'peer'>): string => peer ?? rung ?? 'the op';

/** The crossings of all pairs of curves of each sweep, by linear interpolation of the logarithms of both axes. */
export function crossings(lines: readonly PoolingLine[]): Crossing[] {
  const found: Crossing[] = [];
  for (const [key, group] of groupBy(lines, ({ sweep, direction }) => `${direction}|${sweep}`)) {
    const direction = key.slice(0, key.indexOf('|')) as Crossing['direction'];
    const { sweep } = group[0]!;
    const curves = [
      ...groupBy(
        group.filter(({ ok }) => ok),
        makerOf,
      ),
    ];
    for (const [i, [first, a]] of curves.entries())
      for (const [second, b] of curves.slice(i + 1)) {
        const shared = a.flatMap(({ at, ms }) =>
          b.filter((other) => other.at === at).map((other) => ({ at, gap: Math.log(ms / other.ms) })),
        );
        shared.sort((p, q) => p.at - q.at);
        for (let k = 1; k < shared.length; k++) {
          const [from, to] = [shared[k - 1]!, shared[k]!];
          if (from.gap * to.gap >= 0) continue;
          const share = from.gap / (from.gap - to.gap);
          const at = from.at * (to.at / from.at) ** share;
          const [below, above] = from.gap < 0 ? [first, second] : [second, first];
          found.push({ sweep, direction, below, above, at });
        }
      }
  }
  return found;
}
