/** Decoded pictures to a batch: sampling box, mirror, colour shift, mean, scale, channel order or grey. */
import { at, build, type NdArray, nd } from './nd.js';
import { resizeBilinear } from './resize.js';

export interface Picture {
  width: number;
  height: number;
  /** Red, green, blue, row by row. */
  data: Uint8Array;
}

export interface PictureView {
  image?: number;
  sourceBox?: readonly [x0: number, y0: number, x1: number, y1: number];
  flip?: boolean;
  shift?: readonly [red: number, green: number, blue: number];
}

export type Colour = number | readonly [red: number, green: number, blue: number];

export interface PreprocessAttrs {
  images: readonly Picture[];
  views: readonly PictureView[];
  /** Height and width of the result. */
  size: readonly [number, number];
  mean?: Colour;
  scale?: Colour;
  order?: 'rgb' | 'bgr';
  channels?: 1 | 3;
}

const component = (colour: Colour, c: number) => (typeof colour === 'number' ? colour : colour[c]!);
const clamp = (value: number, last: number) => Math.min(Math.max(value, 0), last);

/** One colour of a picture at a point in cells, bilinear between cells and constant beyond the edges. */
function sample({ width, height, data }: Picture, c: number, y: number, x: number): number {
  const [v, h] = [clamp(y, height - 1), clamp(x, width - 1)];
  const [top, left] = [Math.floor(v), Math.floor(h)];
  const byte = (row: number, column: number) =>
    data[(Math.min(row, height - 1) * width + Math.min(column, width - 1)) * 3 + c]!;
  const along = (row: number) => byte(row, left) * (1 - (h - left)) + byte(row, left + 1) * (h - left);
  return along(top) * (1 - (v - top)) + along(top + 1) * (v - top);
}

/** The batch [views, channels, height, width]; a mean picture [3, h, w] is resized to the batch's size. */
export function preprocessImages(attrs: PreprocessAttrs, meanPicture: NdArray | null): NdArray {
  const { images, views, size, mean = 0, scale = 1, order = 'rgb', channels = 3 } = attrs;
  const [height, width] = size;
  const background = meanPicture && resizeBilinear(nd([1, ...meanPicture.shape], meanPicture.data), size);
  const colourAt = (index: number, c: number, row: number, column: number): number => {
    const view = views[index]!;
    const picture = images[view.image ?? index]!;
    const [x0, y0, x1, y1] = view.sourceBox ?? [0, 0, picture.width, picture.height];
    const x = x0 + (((view.flip ? width - 1 - column : column) + 0.5) * (x1 - x0)) / width - 0.5;
    const y = y0 + ((row + 0.5) * (y1 - y0)) / height - 0.5;
    const subtracted = background ? at(background, [0, c, row, column]) : component(mean, c);
    return (sample(picture, c, y, x) + (view.shift?.[c] ?? 0) - subtracted) * component(scale, c);
  };
  return build([views.length, channels, height, width], ([index, channel, row, column]) => {
    const colour = [0, 1, 2].map((c) => colourAt(index!, c, row!, column!));
    if (channels === 1) return 0.299 * colour[0]! + 0.587 * colour[1]! + 0.114 * colour[2]!;
    return colour[order === 'bgr' ? 2 - channel! : channel!]!;
  });
}
