import type { Device } from '../../runtime/device.js';
import { chooseRung, type Ladder } from '../ladder.js';

/** How long rows are worked on: by one invocation each, or by a workgroup each. */
export type RowAlgorithm = 'invocation' | 'workgroup' | 'auto';
type RowRung = Exclude<RowAlgorithm, 'auto'>;

interface Rows {
  /** Elements of a row. */
  readonly length: number;
}

/** Below this length most of a workgroup would have nothing to do. */
const LONG_ROW = 256;

/** The ladder of an op that works on rows, from the shaders of its two rungs. */
/* @__NO_SIDE_EFFECTS__ */
function rowLadder(
  family: string,
  ops: readonly string[],
  invocation: string,
  workgroup: string,
): Ladder<RowRung, Rows> {
  return {
    family,
    ops,
    ask: (algorithm) => ({ algorithm }),
    rungs: [
      {
        rung: 'invocation',
        file: invocation,
        needs: {},
        chooseWhen: {
          words: 'CPU adapters, and rows of fewer than 256 elements',
          test: ({ info }, { length }) => info.software || length < LONG_ROW,
        },
        why: 'an invocation per row, or a part of it: no barriers, which are ruinous on CPU adapters',
      },
      {
        rung: 'workgroup',
        file: workgroup,
        needs: {},
        chooseWhen: {
          words: 'GPUs, rows of 256 elements and more',
          test: ({ info }, { length }) => !info.software && length >= LONG_ROW,
        },
        why: 'a workgroup per row: neighbouring invocations read neighbouring elements, and a few rows still fill the machine',
      },
    ],
  };
}

export const sumLadder = rowLadder('sum', ['sum'], 'reduction/sum_rows.wgsl', 'reduction/sum_rows_workgroup.wgsl');
export const softmaxLadder = rowLadder(
  'softmax',
  ['softmax', 'logSoftmax'],
  'softmax/softmax.wgsl',
  'softmax/softmax_rows.wgsl',
);
export const crossEntropyLadder = rowLadder(
  'crossEntropy',
  ['crossEntropy'],
  'loss/cross_entropy.wgsl',
  'loss/cross_entropy_rows.wgsl',
);

/** True for a workgroup per row. */
export function workgroupRows(
  op: string,
  ladder: Ladder<RowRung, Rows>,
  device: Device,
  length: number,
  algorithm?: RowAlgorithm,
): boolean {
  return chooseRung(op, ladder, device, { length }, algorithm) === 'workgroup';
}
