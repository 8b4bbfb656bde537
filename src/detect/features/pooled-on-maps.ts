import { noGrad } from '../../autograd/mode.js';
import { maximum } from '../../ops/maximum.js';
import { spatialPyramidPool } from '../../ops/spatial-pyramid-pool.js';
import { tensor } from '../../tensor/create.js';
import { scope } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { RegionNetwork } from './region-network.js';
import type { ScaleRule } from './scale-rule.js';
import { type StageClock, stage } from './stages.js';
import type { PooledPart } from './window-source.js';

/** Windows of a picture, by the places of their scales, and what makes maps and cells of them. */
interface WindowsOnMaps {
  readonly network: RegionNetwork;
  readonly clock: StageClock | undefined;
  readonly scaleRule: ScaleRule;
  /** Places of all scales. */
  readonly places: readonly number[];
  readonly groups: readonly (readonly [place: number, rows: Int32Array])[];
  map(place: number): Promise<Tensor>;
  /** `[rows, 5]`: windows in cells of the map of a scale. */
  cells(rows: Int32Array, place: number): Int32Array;
}

/** Bytes of one part of pooled vectors, at most: a binding may allow more than a machine's memory likes. */
const PART_BYTES = 2 ** 27;

/** See `SppWindows.pooled`. */
export async function* pooledOnMaps(windows: WindowsOnMaps): AsyncGenerator<PooledPart> {
  const { network, clock, scaleRule, places, groups } = windows;
  const maps = new Map<number, Tensor>();
  try {
    for (const at of scaleRule === 'all' ? places : groups.map(([at]) => at)) {
      maps.set(at, await stage(clock, 'conv', () => windows.map(at)));
    }
    for (const [at, all] of groups) {
      for (const rows of parts(network, all)) {
        const pool = (place: number): Tensor => {
          const map = maps.get(place)!;
          const cells = tensor(map.device, windows.cells(rows, place), { shape: [rows.length, 5] });
          return spatialPyramidPool(map, network.levels, { windows: cells });
        };
        const vectors = await stage(clock, 'pool', () =>
          noGrad(() => scope(() => (scaleRule === 'all' ? [...maps.keys()].map(pool).reduce(maximum) : pool(at)))),
        );
        yield { rows, vectors };
      }
    }
  } finally {
    for (const map of maps.values()) map.dispose();
  }
}

/** As many windows at a time as have room in a binding. */
function* parts({ network, pooledDimension }: RegionNetwork, rows: Int32Array): Generator<Int32Array> {
  const bytes = Math.min(PART_BYTES, network.parameters()[0]!.device.maxBindingBytes);
  const most = Math.max(1, Math.floor(bytes / (pooledDimension * 4)));
  for (let from = 0; from < rows.length; from += most) yield rows.subarray(from, from + most);
}
