import type { Device } from '../../runtime/device.js';
import type { Kernel } from '../../runtime/kernel.js';
import { bucketOf, chooseRung, type Ladder, type RungNotes } from '../ladder.js';

/** How long rows are worked on: by one invocation each, or by a workgroup each. */
export type RowAlgorithm = 'invocation' | 'workgroup' | 'auto';
type RowRung = Exclude<RowAlgorithm, 'auto'>;

export interface RowWork {
  readonly rows: number;
  /** Elements of a row. */
  readonly length: number;
}

export type RowLadder = Ladder<RowRung, RowWork>;
export type RowNotes = RungNotes<RowRung>;

/** Below this length most of a workgroup would have nothing to do. */
const LONG_ROW = 256;

/** The ladder of an op that works on rows, from the kernels of its two rungs. */
/* @__NO_SIDE_EFFECTS__ */
export function rowLadder(family: string, invocation: readonly Kernel[], workgroup: readonly Kernel[]): RowLadder {
  return {
    family,
    ask: (algorithm) => ({ algorithm }),
    bucket: ({ rows, length }) => bucketOf({ rows, length }),
    rungs: [
      {
        rung: 'invocation',
        kernels: invocation,
        chooseWhen: ({ info }, { length }) => info.software || length < LONG_ROW,
      },
      {
        rung: 'workgroup',
        kernels: workgroup,
        chooseWhen: ({ info }, { length }) => !info.software && length >= LONG_ROW,
      },
    ],
  };
}

/** The notes of such a ladder, from the shaders of its two rungs. */
/* @__NO_SIDE_EFFECTS__ */
export const rowNotes = (invocation: string, workgroup: string): RowNotes => ({
  invocation: {
    file: invocation,
    adapterClass: 'any',
    chosenFor: 'CPU adapters, and rows of fewer than 256 elements',
    why: 'an invocation per row, or a part of it: no barriers, which are ruinous on CPU adapters',
  },
  workgroup: {
    file: workgroup,
    adapterClass: 'gpu',
    chosenFor: 'GPUs, rows of 256 elements and more',
    why: 'a workgroup per row: neighbouring invocations read neighbouring elements, and a few rows still fill the machine',
  },
});

/** True for a workgroup per row. */
export function workgroupRows(
  op: string,
  ladder: RowLadder,
  device: Device,
  work: RowWork,
  algorithm?: RowAlgorithm,
): boolean {
  return chooseRung(op, ladder, device, work, algorithm) === 'workgroup';
}
