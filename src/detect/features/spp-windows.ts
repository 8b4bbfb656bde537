import { checkInput } from '../../models/geometry.js';
import type { Picture } from '../../picture/picture.js';
import { SppgpuError } from '../../runtime/errors.js';
import { type OptionNames, requireOptions } from '../../runtime/options.js';
import { type Boxes, boxCount, mirrorBoxes } from '../boxes.js';
import { convolvedMaps, type MapMaker } from './picture-maps.js';
import { cellsOf, mapOf, type ProjectionName, projectionOf, type Size } from './place-windows.js';
import type { RegionNetwork } from './region-network.js';
import { chooseScales, type ScaleRule } from './scale-rule.js';
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
    const { clock, flip = false } = options;
    const boxes = flip ? mirrorBoxes(windows, picture.width) : windows;
    const { scales, scaleRule } = this.settings;
    const { network } = this;
    const later = await import('../later.js');
    yield* later.pooledOnMaps({
      ...{ network, clock, scaleRule, groups: this.groups(picture, boxes, options), places: [...scales.keys()] },
      map: (at) => this.maps(picture, scales[at]!, flip),
      cells: (rows, at) => this.cells(picture, boxes, rows, scales[at]!),
    });
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

  private cells(picture: Size, boxes: Boxes, rows: ArrayLike<number>, scale: number): Int32Array {
    const { architecture } = this.network;
    const projection = projectionOf(this.settings.projection, architecture);
    return cellsOf(boxes, rows, picture, scale, projection, mapOf(architecture, picture, scale));
  }
}
