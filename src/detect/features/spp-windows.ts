import { noGrad } from '../../autograd/mode.js';
import { checkInput } from '../../models/geometry.js';
import { maximum } from '../../ops/maximum.js';
import { spatialPyramidPool } from '../../ops/spatial-pyramid-pool.js';
import type { Picture } from '../../picture/picture.js';
import { SppgpuError } from '../../runtime/errors.js';
import { type OptionNames, requireOptions } from '../../runtime/options.js';
import { tensor } from '../../tensor/create.js';
import { scope } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';
import { type Boxes, boxCount, mirrorBoxes } from '../boxes.js';
import { convolvedMaps, type MapMaker } from './picture-maps.js';
import { cellsOf, mapOf, type ProjectionName, projectionOf, type Size } from './place-windows.js';
import type { RegionNetwork } from './region-network.js';
import { chooseScales, type ScaleRule } from './scale-rule.js';
import { stage } from './stages.js';
import type { PooledPart, WindowOptions, WindowSource } from './window-source.js';

export interface SppWindowOptions {
  /** Shorter sides of the resized pictures, in pixels; of each, the convolutions see the whole picture once. */
  readonly scales: readonly number[];
  /** Default `paper`. */
  readonly scaleRule?: ScaleRule;
  /** Default `inside`, the journal version's. */
  readonly projection?: ProjectionName;
}

const NAMES: OptionNames<SppWindowOptions> = { scales: true, scaleRule: true, projection: true };

/** Bytes of one part of pooled vectors, at most: a binding may allow more than a machine's memory likes. */
const PART_BYTES = 2 ** 27;

/** The paper's scales for a net of 224 pixels. */
const PAPER_SCALES = { one: [688], five: [480, 576, 688, 864, 1200] } as const;

/** The paper's one or five scales, in proportion to the input that a net is made for. */
export function paperScales(inputSize: number, count: keyof typeof PAPER_SCALES): number[] {
  return PAPER_SCALES[count].map((scale) => (inputSize === 224 ? scale : Math.round((scale * inputSize) / 224)));
}

/** Windows pooled on maps of the whole picture (He et al. 2014, section 4). */
export class SppWindows implements WindowSource {
  readonly settings: { readonly kind: 'spp' } & Readonly<Required<SppWindowOptions>>;

  /**
   * @param maps where maps come from; by default the network makes them
   * @throws SppgpuError for scales that cannot be, ShapeError for one that the convolutions do not fit into
   */
  constructor(
    readonly network: RegionNetwork,
    options: SppWindowOptions,
    private readonly maps: MapMaker = convolvedMaps(network),
  ) {
    requireOptions('SppWindows', options, NAMES);
    const { scales, scaleRule = 'paper', projection = 'inside' } = options;
    if (scales.length === 0 || scales.length > 255 || !scales.every((scale) => Number.isInteger(scale) && scale > 0)) {
      throw new SppgpuError(
        `detector: scales ${scales.join(',')} are not usable; give shorter sides in pixels, such as 688`,
      );
    }
    for (const scale of scales) checkInput(network.architecture, scale, scale);
    this.settings = { kind: 'spp', scales: [...scales], scaleRule, projection };
  }

  async *pooled(picture: Picture, windows: Boxes, options: WindowOptions = {}): AsyncGenerator<PooledPart> {
    const { clock } = options;
    const boxes = options.flip ? mirrorBoxes(windows, picture.width) : windows;
    const { scales, scaleRule } = this.settings;
    const groups = this.groups(picture, boxes, options);
    const maps = new Map<number, Tensor>();
    try {
      for (const at of scaleRule === 'all' ? scales.keys() : groups.map(([at]) => at)) {
        const map = await stage(clock, 'conv', () => this.maps(picture, scales[at]!, options.flip ?? false));
        maps.set(at, map);
      }
      for (const [at, all] of groups) {
        for (const rows of this.parts(all)) {
          const pool = (place: number): Tensor => this.poolOn(maps.get(place)!, picture, boxes, rows, scales[place]!);
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

  keys(picture: Picture, boxes: Boxes, options: Pick<WindowOptions, 'scales'> = {}): string[] {
    const { scales, scaleRule } = this.settings;
    const keys = new Array<string>(boxCount(boxes)).fill('');
    const places = scaleRule === 'all' ? [...scales.keys()] : null;
    for (const [at, rows] of this.groups(picture, boxes, options)) {
      for (const place of places ?? [at]) {
        const cells = this.cells(picture, boxes, rows, scales[place]!);
        for (const [i, row] of rows.entries()) keys[row] += `${place}:${cells.subarray(i * 5 + 1, i * 5 + 5)};`;
      }
    }
    return keys;
  }

  /** Windows by the place of their scale; all in one group where every scale is looked at. */
  private groups(
    picture: Size,
    boxes: Boxes,
    { scales: given }: Pick<WindowOptions, 'scales'>,
  ): (readonly [number, Int32Array])[] {
    const { scales, scaleRule } = this.settings;
    const all = Int32Array.from({ length: boxCount(boxes) }, (_, row) => row);
    if (scaleRule === 'all') return [[0, all]];
    const places = given ?? chooseScales(boxes, picture, scales, scaleRule, this.network.architecture);
    return [...scales.keys()].flatMap((at) => {
      const rows = all.filter((row) => places[row] === at);
      return rows.length > 0 ? [[at, rows] as const] : [];
    });
  }

  /** As many windows at a time as have room in a binding. */
  private *parts(rows: Int32Array): Generator<Int32Array> {
    const { network } = this.network;
    const bytes = Math.min(PART_BYTES, network.parameters()[0]!.device.maxBindingBytes);
    const most = Math.max(1, Math.floor(bytes / (this.network.pooledDimension * 4)));
    for (let from = 0; from < rows.length; from += most) yield rows.subarray(from, from + most);
  }

  private cells(picture: Size, boxes: Boxes, rows: ArrayLike<number>, scale: number): Int32Array {
    const { architecture } = this.network;
    const projection = projectionOf(this.settings.projection, architecture);
    return cellsOf(boxes, rows, picture, scale, projection, mapOf(architecture, picture, scale));
  }

  private poolOn(map: Tensor, picture: Size, boxes: Boxes, rows: Int32Array, scale: number): Tensor {
    const windows = tensor(map.device, this.cells(picture, boxes, rows, scale), { shape: [rows.length, 5] });
    return spatialPyramidPool(map, this.network.levels, { windows });
  }
}
