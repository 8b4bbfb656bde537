/** The sweep over pooling kernels: its points, lines of other libraries beside it, where curves cross, its page. */
import { expect, test } from 'vitest';
import { inputsOf } from '../../src/bench/inputs.js';
import {
  aboutPoint,
  crossings,
  makerOf,
  POOLING_POINTS,
  type PoolingLine,
  sweepPooling,
  withLimits,
} from '../../src/bench/pooling.js';
import { canRun, type Ladder, type Rung } from '../../src/ops/ladder.js';
import {
  maxPoolGradientLadder,
  maxPoolLadder,
  pyramidGradientLadder,
  pyramidLadder,
} from '../../src/ops/pooling/ladders.js';
import { poolingReport } from '../../src/report/pooling-report.js';
import { groupBy } from '../../src/runtime/group-by.js';
import { testDevice } from '../setup/device.js';

const limits = { gbps: 10, gflops: 100 };
const line = (at: number, maker: string, ms: number): PoolingLine => {
  const point = POOLING_POINTS.find((each) => each.sweep === 'channels' && each.at === at)!;
  const rate = { gbps: point.benchCase.bytes / ms / 1e6, spread: [ms, ms] as const };
  return { ...aboutPoint(point), rung: maker, ok: true, ms, ...rate, adapter: 'an adapter' };
};

test('names are unique; windows of one size are of that size', () => {
  const names = POOLING_POINTS.map(({ benchCase }) => benchCase.name);
  expect(new Set(names).size).toBe(names.length);
  const point = POOLING_POINTS.find((each) => each.sweep === 'side of the windows' && each.at === 12)!;
  const { windows } = inputsOf(point.benchCase);
  for (let row = 0; row < windows!.length; row += 5) {
    const [image, y0, x0, y1, x1] = windows!.subarray(row, row + 5);
    expect([image, y1! - y0!, x1! - x0!]).toEqual([0, 12, 12]);
    expect(Math.max(y1!, x1!)).toBeLessThanOrEqual(40);
  }
});

test('every rung of a point is checked and timed, forward and backward', async () => {
  const points = POOLING_POINTS.filter(({ benchCase }) => /pool_side_7_|pool_max_13_/.test(benchCase.name));
  const device = await testDevice();
  // A busy machine compiles slowly, and no rung is to be given up here.
  const patience = () => Number.POSITIVE_INFINITY;
  const lines = await sweepPooling(device, points, { budgetMs: 0, limits, patience }, () => {});
  const rungs = (ladder: { readonly rungs: readonly Rung[] }) =>
    ladder.rungs
      // Seven columns are too few for the sweep over rows.
      .filter((row) => canRun(device, row) && row.rung !== 'sweep')
      .map(({ rung }) => rung)
      .sort();
  const expected = {
    pool_side_7_fwd: rungs(pyramidLadder as Ladder),
    pool_side_7_fwdbwd: rungs(pyramidGradientLadder as Ladder),
    pool_max_13_fwd: rungs(maxPoolLadder as Ladder),
    pool_max_13_fwdbwd: rungs(maxPoolGradientLadder as Ladder),
  };
  const found = [...groupBy(lines, (each) => each.case)].map(([name, group]) => [name, group.map(makerOf).sort()]);
  expect(Object.fromEntries(found)).toEqual(expected);
  expect(lines.filter(({ ok, shareOfLimit }) => !ok || !(shareOfLimit! > 0))).toEqual([]);
});

test('two curves cross where their logarithms do', () => {
  const lines = [line(16, 'a', 1), line(64, 'a', 4), line(16, 'b', 2), line(64, 'b', 2)];
  const [crossing, ...more] = crossings(lines);
  expect(more).toEqual([]);
  expect(crossing).toMatchObject({ sweep: 'channels', direction: 'fwd', below: 'a', above: 'b' });
  expect(crossing!.at).toBeCloseTo(32);
  expect(crossings([line(16, 'a', 1), line(64, 'a', 4), line(16, 'b', 2), line(64, 'b', 5)])).toEqual([]);
});

test('lines of other libraries get their share of this adapter; points that nobody knows are left out', () => {
  const peer = { ...line(16, 'x', 2), rung: undefined, peer: 'tfjs 4' } as unknown as PoolingLine;
  const [known, ...more] = withLimits([peer, { ...peer, case: 'elsewhere' }], limits);
  expect(more).toEqual([]);
  expect(makerOf(known!)).toBe('tfjs 4');
  expect(known!.shareOfLimit).toBeCloseTo(known!.gbps / limits.gbps);
  const [elsewhere] = withLimits([{ ...peer, adapter: 'another', shareOfLimit: 0.9 }], limits);
  expect(elsewhere!.shareOfLimit).toBe(0.9);
});

test('the page has a section for each sweep, the curves, the crossings, and says what was wrong', () => {
  const wrong = { ...line(256, 'b', Number.NaN), ok: false };
  const lines = [line(16, 'a', 1), line(64, 'a', 4), line(16, 'b', 2), line(64, 'b', 2), wrong];
  const times = lines.map((each) => ({ ...each, maker: makerOf(each), shareOfLimit: 0.5 }));
  const html = poolingReport({ times, crossings: crossings(lines), limits, run: { command: 'sppgpu bench pooling' } });
  expect(html).toContain('By channels, forward</h2>');
  expect(html).toContain('a is faster below about 32, b above.');
  expect(html.match(/<svg/g)).toHaveLength(6); // three measures, for wide pages and for phones
  expect(html).toContain('<td class="number">wrong</td>');
});
