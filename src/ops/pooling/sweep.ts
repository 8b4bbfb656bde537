import { type Level, nestedTable } from './nested-levels.js';
import { runOverrides } from './run.js';

/** Fewer columns have little to share, and each number of them is a pipeline of its own. */
const FEWEST_COLUMNS = 12;
/** What the shader's arrays have room for. */
const MOST_COLUMNS = 32;
const MOST_BINS = 8;
const MOST_LEVELS = 4;

/** True for whole maps of 12 to 32 columns, and levels that are all made of one level's bins. */
export function sweepTakes(width: number, levels: readonly Level[], windows: boolean): boolean {
  if (windows || !(width >= FEWEST_COLUMNS && width <= MOST_COLUMNS) || levels.length > MOST_LEVELS) return false;
  const [finest] = nestedTable(levels);
  return finest![1] <= MOST_BINS && levels.every((level) => level.every((bins, axis) => finest![axis]! % bins === 0));
}

/** What a pipeline of `pyramid_max_sweep.wgsl` must know of the maps and levels. */
export function sweepOverrides(height: number, width: number, levels: readonly Level[]) {
  const [across, ACROSS_1 = 0, ACROSS_2 = 0, ACROSS_3 = 0] = nestedTable(levels).map((line) => line[1]);
  const widest = Math.floor(width / across!) + Math.min(width % across!, 2);
  const run = runOverrides(width, [height * width, width]);
  return { ...run, WIDEST: widest, ACROSS: across!, ACROSS_1, ACROSS_2, ACROSS_3 };
}
