import { resizedSize } from '../data/augment.js';
import type { PixelBox } from '../data/objects.js';
import { ShapeError, SppgpuError } from '../runtime/errors.js';
import { quoted } from '../runtime/quote.js';

/** Where the windows of one scale lie: the middle; corners and middle (5); a 3x3 grid of corners, side mid-points and middle. */
export type Positions = 'centre' | 'corners' | 'grid';

/** A way to look at an image several times, as data. Scales are the shorter side in pixels. */
export interface ViewProtocol {
  readonly viewSize: number;
  readonly scales: readonly number[];
  readonly positions: Positions;
  /** Shorter side of views of the whole image; null for none. */
  readonly fullScale: number | null;
  /** Look at the mirrored image as well. */
  readonly flip: boolean;
}

/** Windows on one resized (and perhaps mirrored) image: one pass of the convolutions serves them all. */
export interface ViewPass {
  readonly scale: number;
  readonly width: number;
  readonly height: number;
  readonly flip: boolean;
  readonly windows: readonly PixelBox[];
}

const MULTI_SCALES = [224, 256, 300, 360, 448, 560] as const;

/** The paper's protocols (Tables 2 to 4). On an oblong image `'96'` has 6 views at 224 and 18 at each other scale; `'98'` adds two full views. */
export const VIEW_PROTOCOLS = {
  '1': { viewSize: 224, scales: [256], positions: 'centre', fullScale: null, flip: false },
  '10': { viewSize: 224, scales: [256], positions: 'corners', fullScale: null, flip: true },
  full: { viewSize: 224, scales: [], positions: 'centre', fullScale: 256, flip: false },
  '96': { viewSize: 224, scales: MULTI_SCALES, positions: 'grid', fullScale: null, flip: true },
  '98': { viewSize: 224, scales: MULTI_SCALES, positions: 'grid', fullScale: 256, flip: true },
} as const satisfies Readonly<Record<string, ViewProtocol>>;

/**
 * A protocol by name for a net trained at `inputSize`: every length grows in proportion to 224.
 * @throws SppgpuError listing the names
 */
export function viewProtocol(name: string, inputSize = 224): ViewProtocol {
  if (!Object.hasOwn(VIEW_PROTOCOLS, name)) {
    throw new SppgpuError(
      `views: unknown protocol ${quoted(name)}; there are ${Object.keys(VIEW_PROTOCOLS).join(', ')}`,
    );
  }
  const protocol: ViewProtocol = VIEW_PROTOCOLS[name as keyof typeof VIEW_PROTOCOLS];
  const inProportion = (length: number): number => Math.round((length * inputSize) / 224);
  return {
    ...protocol,
    viewSize: inputSize,
    scales: protocol.scales.map(inProportion),
    fullScale: protocol.fullScale === null ? null : inProportion(protocol.fullScale),
  };
}

/** A protocol by name for a network: where 256 stands for 224-pixel nets, its own shorter side before cropping. */
export function modelProtocol(name: string, input: { readonly size: number; readonly resize: number }): ViewProtocol {
  const protocol = viewProtocol(name, input.size);
  const usual = Math.round((256 * input.size) / 224);
  const own = (scale: number): number => (scale === usual ? input.resize : scale);
  return {
    ...protocol,
    scales: [...new Set(protocol.scales.map(own))],
    fullScale: protocol.fullScale === null ? null : own(protocol.fullScale),
  };
}

/**
 * Distinct windows of `viewSize` pixels on one image; equal ones (a side as long as the view) count once.
 * @throws ShapeError where a view is larger than the image
 */
export function viewWindows(width: number, height: number, viewSize: number, positions: Positions): PixelBox[] {
  if (viewSize > Math.min(width, height)) {
    throw new ShapeError(
      `views: ${viewSize}x${viewSize} pixels do not fit a ${width}x${height} image; use a smaller view or scales from ${viewSize}`,
    );
  }
  const starts = (side: number): number[] => [0, Math.floor((side - viewSize) / 2), side - viewSize];
  const [xs, ys] = [starts(width), starts(height)];
  const wanted: Record<Positions, (column: number, row: number) => boolean> = {
    centre: (column, row) => column === 1 && row === 1,
    corners: (column, row) => (column === 1) === (row === 1),
    grid: () => true,
  };
  const distinct = new Map<string, PixelBox>();
  ys.forEach((y0, row) => {
    xs.forEach((x0, column) => {
      if (!wanted[positions](column, row)) return;
      distinct.set(`${x0},${y0}`, { x0, y0, x1: x0 + viewSize, y1: y0 + viewSize });
    });
  });
  return [...distinct.values()];
}

/**
 * The passes of a protocol over an image of any aspect ratio, scales in the order given, plain before mirrored.
 * Images longer than eight times their shorter side are squeezed. A full view joins the pass of its scale. The same plan serves windows on the map and crops of the image.
 * @param width,height of the original image in pixels
 * @throws ShapeError where a view does not fit, or an image or scale has no pixels
 */
export function planViews(protocol: ViewProtocol, width: number, height: number): ViewPass[] {
  const { viewSize, fullScale } = protocol;
  const scales = [...new Set(fullScale === null ? protocol.scales : [...protocol.scales, fullScale])];
  for (const length of [width, height, viewSize, ...scales]) {
    if (!Number.isInteger(length) || length < 1) {
      throw new ShapeError(
        `views: ${length} is not a length in pixels; images, views and scales need whole numbers from 1`,
      );
    }
  }
  return scales.flatMap((scale) => {
    const [across, down] = resizedSize(width, height, scale);
    const windows = protocol.scales.includes(scale) ? viewWindows(across, down, viewSize, protocol.positions) : [];
    if (scale === fullScale) windows.push({ x0: 0, y0: 0, x1: across, y1: down });
    const flips = protocol.flip ? [false, true] : [false];
    return flips.map((flip) => ({ scale, width: across, height: down, flip, windows }));
  });
}

/** Views in a plan. */
export const countViews = (passes: readonly ViewPass[]): number =>
  passes.reduce((sum, pass) => sum + pass.windows.length, 0);
