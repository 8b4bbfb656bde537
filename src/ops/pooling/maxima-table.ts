import passWgsl from '../../../shaders/pooling/maxima_table.wgsl';
import { defineKernel } from '../../runtime/kernel.js';
import { Tensor } from '../../tensor/tensor.js';
import { bind } from '../op.js';
import { type Level, nestedTable } from './nested-levels.js';

export const tablePassKernel = defineKernel(passWgsl);

/** The maxima of blocks of `2^a x 2^b` cells of maps with channels last, for `a < down` and `b < across`. */
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

/** Makes the table from maps `[N, H, W, 4 depth4]`, axis by axis: each pass makes blocks of twice the length. */
export function maximaTable(op: string, maps: Tensor, levels: readonly Level[], withPlaces: boolean): MaximaTable {
  const { device } = maps;
  const [, height, width, depth] = maps.shape as readonly [number, number, number, number];
  const [down, across] = tablesOf([height, width], levels);
  const maxima = Tensor.empty(device, [down, across, ...maps.shape], 'f32', op);
  const places = Tensor.empty(device, withPlaces ? maxima.shape : [4], 'u32', op);
  if (maps.size === 0) return { maxima, places, down, across };
  device.copy(maps.binding(op), maxima.binding(op));
  const table = maps.size / 4;
  const depth4 = depth / 4;
  const pass = (
    source: number,
    tables: number,
    further: number,
    axis: { stride: number; length: number; reach: number },
  ) =>
    device.dispatch(tablePassKernel, {
      bindings: bind(op, { maxima, places }),
      params: {
        size: tables * table,
        source: source * table,
        to: (source + further) * table,
        ...axis,
        depth4,
        cells: height * width,
        first: table,
      },
      overrides: { INDICES: withPlaces },
      invocations: tables * table,
    });
  for (let b = 0; b + 1 < across; b++) pass(b, 1, 1, { stride: depth4, length: width, reach: 2 ** b });
  for (let a = 0; a + 1 < down; a++)
    pass(a * across, across, across, { stride: width * depth4, length: height, reach: 2 ** a });
  return { maxima, places, down, across };
}
