import { noGrad } from '../../autograd/mode.js';
import { traceLayers } from '../../models/trace.js';
import { spatialPyramidPool } from '../../ops/spatial-pyramid-pool.js';
import type { Picture } from '../../picture/picture.js';
import { SppgpuError } from '../../runtime/errors.js';
import { checkOptions, type OptionNames } from '../../runtime/options.js';
import { type Boxes, boxAt, boxCount } from '../boxes.js';
import type { RegionNetwork } from './region-network.js';
import { stage } from './stages.js';
import type { PooledPart, WindowOptions, WindowSource } from './window-source.js';

export interface WarpedWindowOptions {
  /** Pixels of the net's input, on each side, that show what lies around the window; default 16 of 224, in proportion. */
  readonly context?: number;
}

const NAMES: OptionNames<WarpedWindowOptions> = { context: true };

/** Bytes that the largest map of one batch takes, at most. */
const BATCH_BYTES = 2 ** 28;

/**
 * Windows as R-CNN sees them (Girshick et al. 2014): each is cut out with some context, warped to the net's input whatever its
 * shape, and goes through all convolutions by itself. What lies outside the picture is the mean, as there.
 */
export class WarpedWindows implements WindowSource {
  readonly settings: { readonly kind: 'warped'; readonly context: number };
  private readonly batch: number;

  /** @throws SppgpuError for a context that leaves nothing of the window */
  constructor(
    readonly network: RegionNetwork,
    options: WarpedWindowOptions = {},
  ) {
    checkOptions('WarpedWindows', options, NAMES);
    const { architecture } = network;
    const { size } = architecture.input;
    const { context = Math.round((16 * size) / 224) } = options;
    if (!Number.isInteger(context) || context < 0 || 2 * context >= size) {
      throw new SppgpuError(
        `detector: a context of ${context} is not usable with an input of ${size}; give whole pixels below ${size / 2}`,
      );
    }
    this.settings = { kind: 'warped', context };
    const inputs = [architecture.input.channels * size * size];
    const maps = traceLayers(architecture).map(({ output }) => output.reduce((product: number, n) => product * n, 1));
    const { device } = network.network.parameters()[0]!;
    const bytes = Math.min(BATCH_BYTES, device.maxBindingBytes);
    this.batch = Math.max(1, Math.floor(bytes / (4 * Math.max(...inputs, ...maps))));
  }

  async *pooled(picture: Picture, windows: Boxes, options: WindowOptions = {}): AsyncGenerator<PooledPart> {
    const { clock, flip = false } = options;
    const { warpedMaps } = await import('../later.js');
    for (let from = 0; from < boxCount(windows); from += this.batch) {
      const count = Math.min(this.batch, boxCount(windows) - from);
      const rows = Int32Array.from({ length: count }, (_, i) => from + i);
      const boxes = Array.from(rows, (row) => boxAt(windows, row));
      const { context } = this.settings;
      const maps = await stage(clock, 'conv', () => warpedMaps(this.network, picture, boxes, context, flip));
      try {
        const vectors = await stage(clock, 'pool', () => noGrad(() => spatialPyramidPool(maps, this.network.levels)));
        yield { rows, vectors };
      } finally {
        maps.dispose();
      }
    }
  }

  keys(_picture: Picture, windows: Boxes): string[] {
    return Array.from({ length: boxCount(windows) }, (_, index) => Object.values(boxAt(windows, index)).join());
  }
}
