/** For every ladder: work of a size that one may ask for, and any work as a benchmark case. */
import { type ConvWork, convInputLadder, convLadder, convWeightLadder } from '../ops/conv/ladder.js';
import { crossEntropyLadder } from '../ops/cross-entropy.js';
import type { Ladder } from '../ops/ladder.js';
import { type MatmulWork, matmulLadder } from '../ops/matmul/ladder.js';
import { type LrnWork, lrnForwardLadder, lrnGradientLadder } from '../ops/normalization/lrn.js';
import {
  avgPoolLadder,
  maxPoolGradientLadder,
  maxPoolLadder,
  type PoolWork,
  type PyramidWork,
  pyramidGradientLadder,
  pyramidLadder,
} from '../ops/pooling/ladders.js';
import type { RowLadder } from '../ops/reduction/row-ladder.js';
import { sumLadder } from '../ops/reduction/sum-axis.js';
import { softmaxLadder } from '../ops/softmax/normalized-exp.js';
import { windowCount } from '../ops/window-count.js';
import { avgpool, type Case, conv, crossEntropy, lrn, matmul, maxpool, rows, spp } from './cases.js';

/** How one ladder is put to the test. */
export interface LadderCases<Work = never> {
  readonly ladder: Ladder<string, Work>;
  /** What a size is, and the usual one. */
  readonly sizeIs: string;
  readonly size: number;
  /** Work on operands of f16 is a case, too. */
  readonly half?: true;
  /** Work of a size. */
  work(size: number): Work;
  /** The case that does this work; null for what no case can say (a kernel that is not square, a batch of products). */
  caseOf(work: Work): Case | null;
}

const square = ([down, across]: readonly [number, number]): number | null => (down === across ? down : null);

/** The gradients to some inputs alone. */
function backward({ name, flops, bytes, ...fwdbwd }: Case, wanted: readonly string[], share: number): Case {
  return {
    ...fwdbwd,
    name: name.replace(/_fwdbwd$/, `_d${wanted.join('_d')}`),
    direction: 'bwd',
    attributes: { ...fwdbwd.attributes, wanted },
    flops: flops * share,
    bytes: bytes * share,
  };
}

/** A case with its operands stored as f16, where the work is so. */
function halved(benchCase: Case | null, { half }: { readonly half?: boolean }): Case | null {
  if (!benchCase || !half) return benchCase;
  const inputs: Case['inputs'] = {};
  let { bytes } = benchCase;
  for (const [name, spec] of Object.entries(benchCase.inputs)) {
    const isOperand = ['a', 'x', 'w'].includes(name) || (name === 'b' && benchCase.kind === 'matmul');
    if (isOperand) bytes -= 2 * spec.shape.reduce((product, n) => product * n, 1);
    inputs[name] = isOperand ? { ...spec, half: 'stored' } : name === 'dy' ? { ...spec, half: 'rounded' } : spec;
  }
  return { ...benchCase, name: `${benchCase.name}_f16`, inputs, bytes };
}

const matmulCases: LadderCases<MatmulWork> = {
  ladder: matmulLadder,
  sizeIs: 'side of three square matrices',
  size: 512,
  half: true,
  work: (n) => ({ multiplyAdds: n ** 3, batches: 1, rows: n, inner: n, columns: n, transposed: 'none' }),
  caseOf({ batches, rows: m, inner: k, columns: n, transposed, half = false }) {
    if (batches !== 1) return null;
    const [a, b] = [['a', 'both'].includes(transposed), ['b', 'both'].includes(transposed)];
    const name = `matmul_${m}x${k}x${n}${a ? '_ta' : ''}${b ? '_tb' : ''}`;
    return halved(matmul('matmul', name, [m, k, n], { a, b }), { half });
  },
};

function convCase({ images: n, channels: c, outChannels: o, groups, size, ...shape }: ConvWork, pass: string) {
  const [h, w] = size;
  const [kernel, stride, padding, dilation] = [shape.kernel, shape.stride, shape.padding, shape.dilation].map(square);
  if (kernel == null || stride == null || padding == null || dilation == null) return null;
  const name = `conv_${n}x${c}x${h}x${w}_${o}x${kernel}x${kernel}${stride > 1 ? `_s${stride}` : ''}${groups > 1 ? `_g${groups}` : ''}`;
  const [fwd, fwdbwd] = conv(name, { n, c, h, w, o, kernel, stride, padding, dilation, groups });
  return pass === 'fwd' ? fwd : backward(fwdbwd, [pass], 1 / 3);
}

const convCases = (ladder: Ladder<string, ConvWork>, pass: 'fwd' | 'x' | 'w'): LadderCases<ConvWork> => ({
  ladder,
  sizeIs: 'side of the maps: 8 pictures, 64 to 64 channels, 3x3',
  size: 28,
  half: true,
  work: (side) => ({
    images: 8,
    channels: 64,
    groupChannels: 64,
    outChannels: 64,
    groupOutChannels: 64,
    groups: 1,
    size: [side, side],
    out: [side, side],
    kernel: [3, 3],
    stride: [1, 1],
    padding: [1, 1],
    dilation: [1, 1],
  }),
  caseOf: (work) => halved(convCase(work, pass), work),
});

const poolCases = (
  ladder: Ladder<string, PoolWork>,
  kind: string,
  caseOf: (name: string, sizes: Parameters<typeof maxpool>[1]) => Case,
): LadderCases<PoolWork> => ({
  ladder,
  sizeIs: 'side of the maps: 8 pictures, 96 channels, 3x3 with stride 2',
  size: 55,
  work: (side) => {
    const out = windowCount(side, { kernel: 3, stride: 2, padding: 0 });
    const shape = { kernel: [3, 3], stride: [2, 2], padding: [0, 0], dilation: [1, 1], out: [out, out] } as const;
    return { planes: 8 * 96, height: side, width: side, shape };
  },
  caseOf({ planes, height: h, width: w, shape }) {
    const [kernel, stride, padding, dilation] = [shape.kernel, shape.stride, shape.padding, shape.dilation].map(square);
    if (kernel == null || stride == null || padding == null || dilation !== 1) return null;
    const ceilMode = windowCount(h, { kernel, stride, padding }) !== shape.out[0];
    const name = `${kind}_1x${planes}x${h}x${w}_${kernel}s${stride}`;
    return caseOf(name, { n: 1, c: planes, h, w, kernel, stride, padding, ceilMode });
  },
});

const pyramidCases = (ladder: Ladder<string, PyramidWork>, gradient: boolean): LadderCases<PyramidWork> => ({
  ladder,
  sizeIs: 'side of the maps: 8 pictures, 256 channels, levels 1, 2, 3, 6',
  size: 13,
  work: (side) => ({
    images: 8,
    rows: 8,
    channels: 256,
    height: side,
    width: side,
    levels: [1, 2, 3, 6].map((bins) => [bins, bins] as const),
    windows: false,
  }),
  caseOf({ images: n, rows: count, channels: c, height: h, width: w, levels: table, windows }) {
    const levels = table.map(square);
    if (levels.includes(null)) return null;
    const name = `spp_${n}x${c}x${h}x${w}_${levels.join('_')}${windows ? `_windows${count}` : ''}`;
    const [fwd, fwdbwd] = spp(name, { n, c, h, w, levels: levels as number[], windows: windows ? count : 0 });
    return gradient ? backward(fwdbwd, ['x'], 1 / 2) : fwd;
  },
});

const lrnCases = (ladder: Ladder<string, LrnWork>, gradient: boolean): LadderCases<LrnWork> => ({
  ladder,
  sizeIs: 'side of the maps: 2 pictures, 96 channels, windows of 5 channels',
  size: 27,
  work: (side) => ({ shape: [2, 96, side, side], size: 5, within: false }),
  caseOf({ shape, size, within }) {
    if (within) return null;
    const [n, c, h, w] = shape as [number, number, number, number];
    const [fwd, fwdbwd] = lrn(`lrn_${n}x${c}x${h}x${w}_${size}`, { n, c, h, w }, size);
    return gradient ? backward(fwdbwd, ['x'], 1 / 2) : fwd;
  },
});

const rowCases = (
  ladder: RowLadder,
  count: number,
  size: number,
  make: typeof crossEntropy,
): LadderCases<{
  rows: number;
  length: number;
}> => ({
  ladder: ladder as Ladder<string, { rows: number; length: number }>,
  sizeIs: `length of ${count} rows`,
  size,
  work: (length) => ({ rows: count, length }),
  caseOf: (work) => make(`${ladder.family}_${work.rows}x${work.length}`, work.rows, work.length)[0],
});

/** Every ladder of the registry has a row; a test compares the two. */
export const LADDER_CASES: readonly LadderCases[] = [
  matmulCases as LadderCases,
  convCases(convLadder as Ladder<string, ConvWork>, 'fwd') as LadderCases,
  convCases(convInputLadder as Ladder<string, ConvWork>, 'x') as LadderCases,
  convCases(convWeightLadder as Ladder<string, ConvWork>, 'w') as LadderCases,
  poolCases(maxPoolLadder as Ladder<string, PoolWork>, 'maxpool', (...sizes) => maxpool(...sizes)[0]) as LadderCases,
  poolCases(maxPoolGradientLadder as Ladder<string, PoolWork>, 'maxpool', (...sizes) =>
    backward(maxpool(...sizes)[1], ['x'], 1 / 2),
  ) as LadderCases,
  poolCases(avgPoolLadder as Ladder<string, PoolWork>, 'avgpool', avgpool) as LadderCases,
  pyramidCases(pyramidLadder as Ladder<string, PyramidWork>, false) as LadderCases,
  pyramidCases(pyramidGradientLadder as Ladder<string, PyramidWork>, true) as LadderCases,
  lrnCases(lrnForwardLadder, false) as LadderCases,
  lrnCases(lrnGradientLadder, true) as LadderCases,
  rowCases(sumLadder, 1024, 4096, (name, n, length) => rows('sum', name, n, length)) as LadderCases,
  rowCases(softmaxLadder, 256, 1024, (name, n, length) => rows('softmax', name, n, length)) as LadderCases,
  rowCases(crossEntropyLadder, 64, 1000, crossEntropy) as LadderCases,
];
