import { noGrad } from '../../autograd/mode.js';
import type { PixelBox } from '../../data/objects.js';
import { traceLayers } from '../../models/trace.js';
import { mul } from '../../ops/mul.js';
import { preparePictures } from '../../ops/prepare-pictures.js';
import { spatialPyramidPool } from '../../ops/spatial-pyramid-pool.js';
import type { Picture } from '../../picture/picture.js';
import type { View } from '../../picture/view.js';
import { concatArrays } from '../../runtime/concat-arrays.js';
import { SppgpuError } from '../../runtime/errors.js';
import { checkOptions, type OptionNames } from '../../runtime/options.js';
import { tensor } from '../../tensor/create.js';
import { scope } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';
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
    const bytes = Math.min(BATCH_BYTES, this.device.maxBindingBytes);
    this.batch = Math.max(1, Math.floor(bytes / (4 * Math.max(...inputs, ...maps))));
  }

  async *pooled(picture: Picture, windows: Boxes, options: WindowOptions = {}): AsyncGenerator<PooledPart> {
    const { clock, flip = false } = options;
    for (let from = 0; from < boxCount(windows); from += this.batch) {
      const count = Math.min(this.batch, boxCount(windows) - from);
      const rows = Int32Array.from({ length: count }, (_, i) => from + i);
      const maps = await stage(clock, 'conv', () => this.convolve(picture, windows, rows, flip));
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

  private get device() {
    return this.network.network.parameters()[0]!.device;
  }

  private convolve(picture: Picture, windows: Boxes, rows: Int32Array, flip: boolean): Tensor {
    const { network, preparation, architecture } = this.network;
    const { size } = architecture.input;
    const boxes = Array.from(rows, (row) => withContext(boxAt(windows, row), size, this.settings.context));
    const views = boxes.map(({ x0, y0, x1, y1 }): View => {
      return { sourceBox: [x0, y0, x1, y1], outSize: [size, size], flip };
    });
    return noGrad(() =>
      scope(() => {
        const pictures = boxes.map(() => picture);
        const input = preparePictures(this.device, pictures, views, architecture.input, preparation);
        const across = boxes.map(({ x0, x1 }) => insideOf(x0, x1, picture.width, size));
        const down = boxes.map(({ y0, y1 }) => insideOf(y0, y1, picture.height, size));
        if (flip) for (const mask of across) mask.reverse();
        const mask = (masks: readonly Float32Array[], shape: readonly [number, number]): Tensor =>
          tensor(this.device, concatArrays(Float32Array, masks), { shape: [boxes.length, 1, ...shape] });
        return network.features.forward(mul(mul(input, mask(across, [1, size])), mask(down, [size, 1])));
      }),
    );
  }
}

/** The window with what `context` pixels of the input around it show. */
function withContext({ x0, y0, x1, y1 }: PixelBox, size: number, context: number): PixelBox {
  const around = context / (size - 2 * context);
  // A window without extent would be a division by zero: a pixel is the least that is looked at.
  const [width, height] = [Math.max(1, x1 - x0), Math.max(1, y1 - y0)];
  const [x, y] = [(x0 + x1) / 2, (y0 + y1) / 2];
  const [halfWidth, halfHeight] = [width * (0.5 + around), height * (0.5 + around)];
  return { x0: x - halfWidth, y0: y - halfHeight, x1: x + halfWidth, y1: y + halfHeight };
}

/** For each pixel of the input along one axis: 1 where it shows a pixel of the picture, 0 outside. */
function insideOf(start: number, end: number, side: number, size: number): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => {
    const at = start + ((i + 0.5) * (end - start)) / size;
    return Number(at >= 0 && at < side);
  });
}
