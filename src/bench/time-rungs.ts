import { canDo, chooseRung, type Ladder, type Rung } from '../ops/ladder.js';
import type { Device } from '../runtime/device.js';
import type { Case } from './cases.js';
import type { LadderCases } from './ladder-cases.js';
import { type Limits, type RoofShare, shareOfLimit } from './roofline.js';
import { type PreparedCase, prepareCase, timeCase } from './time-case.js';

/** What came of one rung of a ladder; milliseconds and rates are NaN where it gave no right result. */
export interface RungLine {
  readonly family: string;
  readonly case: string;
  readonly rung: string;
  /** The ladder takes this rung by itself for this work. */
  readonly chosen: boolean;
  readonly ok: boolean;
  /** The largest difference from float64, as a share of the root mean square; NaN where nothing came out. */
  readonly error: number;
  readonly ms: number;
  /** Fastest and slowest sample. */
  readonly spread: readonly [number, number];
  readonly gflops: number;
  readonly gbps: number;
  readonly shareOfLimit: number;
  readonly bound: RoofShare['bound'];
  readonly problem?: string;
}

export interface RungTiming {
  readonly budgetMs: number;
  readonly samples?: number;
  readonly limits: Limits;
  /** Asked between rungs: whether the rest is not wanted any more. */
  readonly stopped?: () => boolean;
}

/** The rungs of a ladder that a device can run on this work. */
export function rungsFor<Work>(device: Device, ladder: Ladder<string, Work>, work: Work): Rung<string, Work>[] {
  return ladder.rungs.filter((rung) => canDo(device, rung, work));
}

/** Checks and times rungs on one piece of work, one after the other. `onLine` is told each as it is known. */
export async function timeRungs(
  device: Device,
  { ladder }: LadderCases,
  work: never,
  benchCase: Case,
  rungs: readonly Rung[],
  options: RungTiming,
  onLine?: (line: RungLine) => void,
): Promise<RungLine[]> {
  const prepared = prepareCase(benchCase);
  const chosen = chooseRung(ladder.family, ladder, device, work);
  const lines: RungLine[] = [];
  for (const { rung } of rungs) {
    if (options.stopped?.()) break;
    const line = await timeRung(device, ladder, prepared, rung, rung === chosen, options);
    lines.push(line);
    onLine?.(line);
  }
  return lines;
}

async function timeRung(
  device: Device,
  ladder: Ladder,
  prepared: PreparedCase,
  rung: string,
  chosen: boolean,
  { limits, stopped: _, ...options }: RungTiming,
): Promise<RungLine> {
  const { benchCase } = prepared;
  const timed = await timeCase(device, prepared, { ...options, asked: ladder.ask(rung as never) });
  const about = { family: ladder.family, case: benchCase.name, rung, chosen };
  const { bound } = shareOfLimit(benchCase, 1, limits);
  if (timed.ok) {
    const { ms, spread, gflops, gbps, error } = timed;
    return { ...about, ok: true, error, ms, spread, gflops, gbps, ...shareOfLimit(benchCase, ms, limits) };
  }
  const none = Number.NaN;
  const { problem, error = none } = timed;
  const nothing = { ms: none, spread: [none, none] as const, gflops: none, gbps: none, shareOfLimit: none };
  return { ...about, ok: false, error, ...nothing, bound, problem };
}
