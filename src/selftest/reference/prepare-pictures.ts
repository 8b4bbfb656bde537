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
  sourceBox?: readonly [x0: number, y0: number, x1: number, y1: number];
  outSize: readonly [height: number, width: number];
  flip?: boolean;
  shift?: readonly [red: number, green: number, blue: number];
}

export interface PrepareAttrs {
  pictures: readonly Picture[];
  /** One a picture. */
  views: readonly PictureView[];
  /** `mean` and `scale` in the order of the channels; one number where the result is grey. */
  format: {
    channels: number;
    channelOrder: 'rgb' | 'bgr';
    mean: readonly number[];
    scale: number | readonly number[];
  };
}

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

/** The batch [views, channels, height, width]; a mean picture [3, h, w] (red first) is resized to the batch's size. */
export function preparePictures({ pictures, views, format }: PrepareAttrs, meanPicture: NdArray | null): NdArray {
  const { channels, channelOrder, mean, scale } = format;
  const size = views[0]!.outSize;
  const [height, width] = size;
  const background = meanPicture && resizeBilinear(nd([1, ...meanPicture.shape], meanPicture.data), size);
  /** Where the number of a colour (0: red) stands among those of the format. */
  const place = (c: number) => (channels === 1 ? 0 : channelOrder === 'bgr' ? 2 - c : c);
  const colourAt = (index: number, c: number, row: number, column: number): number => {
    const view = views[index]!;
    const picture = pictures[index]!;
    const [x0, y0, x1, y1] = view.sourceBox ?? [0, 0, picture.width, picture.height];
    const x = x0 + (((view.flip ? width - 1 - column : column) + 0.5) * (x1 - x0)) / width - 0.5;
    const y = y0 + ((row + 0.5) * (y1 - y0)) / height - 0.5;
    const subtracted = background ? at(background, [0, c, row, column]) : mean[place(c)]!;
    const factor = typeof scale === 'number' ? scale : scale[place(c)]!;
    return (sample(picture, c, y, x) + (view.shift?.[c] ?? 0) - subtracted) * factor;
  };
  return build([views.length, channels, height, width], ([index, channel, row, column]) => {
    const colour = [0, 1, 2].map((c) => colourAt(index!, c, row!, column!));
    if (channels === 1) return 0.299 * colour[0]! + 0.587 * colour[1]! + 0.114 * colour[2]!;
    return colour[place(channel!)]!;
  });
}
