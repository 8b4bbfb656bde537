import passWgsl from '../../../shaders/pooling/maxima_table.wgsl';
import { defineKernel } from '../../runtime/kernel.js';
import { copyStrided } from '../../tensor/copy-strided.js';
import { Tensor } from '../../tensor/tensor.js';
import { bind } from '../op.js';
import { type Level, nestedTable } from './nested-levels.js';

export const tablePassKernel = defineKernel(passWgsl);

/** The maxima of blocks of `2^a x 2^b` cells of maps, four channels side by side, for `a < down` and `b < across`. */
interface MaximaTable {
  readonly maxima: Tensor;
  /** Their positions, where these are wanted. */
  readonly places: Tensor;
  readonly down: number;
  readonly across: number;
}

/** Tables along each axis: the largest block is at least half as long as any bin of the levels that read the table. */
export function tablesOf(size: readonly [number, number], levels: readonly Level[]): readonly [number, number] {
  const readers = nestedTable(levels).filter(([, , , finer]) => finer === 0);
  return ([0, 1] as const).map((axis) => {
    const fewest = Math.min(...readers.map((level) => level[axis]));
    const longest = size[axis] % fewest === 0 ? size[axis] / fewest : Math.ceil(size[axis] / fewest) + 1;
    return Math.floor(Math.log2(Math.min(size[axis], longest))) + 1;
  }) as unknown as readonly [number, number];
}

/** Makes the table from dense maps of whole fours of channels, axis by axis: each pass makes blocks of twice the length. */
export function maximaTable(op: string, x: Tensor, levels: readonly Level[], withPlaces: boolean): MaximaTable {
  const { device } = x;
  const [images, channels, height, width] = x.shape as readonly [number, number, number, number];
  const [down, across] = tablesOf([height, width], levels);
  const cells = height * width;
  const maps = [images, channels / 4, cells, 4];
  const maxima = Tensor.empty(device, [down, across, ...maps], 'f32', op);
  const places = Tensor.empty(device, withPlaces ? maxima.shape : [4], 'u32', op);
  if (x.size === 0) return { maxima, places, down, across };
  const { dtype, offset } = x;
  const strides = [channels * cells, 4 * cells, 1, cells];
  copyStrided(
    { storage: x.storage(op), dtype, shape: maps, strides, offset },
    { storage: maxima.storage(op), dtype, shape: maps, strides: maxima.strides.slice(2), offset: 0 },
  );
  const table = x.size / 4;
  const pass = (
    source: number,
    tables: number,
    further: number,
    axis: { stride: number; length: number; reach: number },
  ) => {
    const size = ((tables * table) / axis.length) * axis.reach;
    device.dispatch(tablePassKernel, {
      bindings: bind(op, { maxima, places }),
      params: { size, source: source * table, to: (source + further) * table, ...axis, cells, first: table },
      overrides: { INDICES: withPlaces },
      invocations: size,
    });
  };
  for (let b = 0; b + 1 < across; b++) pass(b, 1, 1, { stride: 1, length: width, reach: 2 ** b });
  for (let a = 0; a + 1 < down; a++) pass(a * across, across, across, { stride: width, length: height, reach: 2 ** a });
  return { maxima, places, down, across };
}
