import type { View } from '../picture/view.js';
import { SppgpuError } from '../runtime/errors.js';
import { checkOptions, type OptionNames } from '../runtime/options.js';
import type { Rng } from '../tensor/rng.js';
import { type ColourPca, colourShift } from './colour-pca.js';

/** Resizing before cropping, as in the paper (section 3.1): shorter side 256, crops of 224. */
export interface ViewOptions {
  shorterSide?: number;
  crop?: number;
  /** Side of the network's input; `crop` by default. The paper's second size shows the same crop at 180. */
  outSize?: number;
}

const VIEW_NAMES: OptionNames<ViewOptions> = { shorterSide: true, crop: true, outSize: true };

export interface TrainViewOptions extends ViewOptions {
  /** Probability of a horizontal flip. */
  flip?: number;
  /** Colour components of the training set; without them colours stay. */
  colour?: ColourPca;
  /** Standard deviation of the random weight of each component. */
  colourDeviation?: number;
}

const TRAIN_VIEW_NAMES: OptionNames<TrainViewOptions> = {
  ...VIEW_NAMES,
  flip: true,
  colour: true,
  colourDeviation: true,
};

/** A resized picture no longer than this many times its shorter side: thin ones are squeezed instead of growing endlessly. */
const MAX_ASPECT = 8;

/** Width and height with the shorter side at `side` pixels and the aspect ratio kept (up to 8). */
export function resizedSize(width: number, height: number, side: number): [number, number] {
  const longer = (length: number, shorter: number) =>
    Math.min(MAX_ASPECT * side, Math.max(side, Math.round((length * side) / shorter)));
  return width < height ? [side, longer(height, width)] : [longer(width, height), side];
}

/** Training view: a random crop from the WHOLE resized picture, perhaps flipped, colours shifted along their components. */
export function trainView(rng: Rng, width: number, height: number, options: TrainViewOptions = {}): Required<View> {
  checkOptions('trainView', options, TRAIN_VIEW_NAMES);
  const { shorterSide, crop, outSize } = sizes(options);
  const [resizedWidth, resizedHeight] = resizedSize(width, height, shorterSide);
  const x = rng.int(resizedWidth - crop + 1);
  const y = rng.int(resizedHeight - crop + 1);
  const flip = rng.uniform() < (options.flip ?? 0.5);
  const shift = options.colour ? colourShift(options.colour, rng, options.colourDeviation) : NO_SHIFT();
  return {
    ...cropped(width, height, [resizedWidth, resizedHeight], crop, x, y),
    outSize: [outSize, outSize],
    flip,
    shift,
  };
}

/** The crop in the middle. */
export function centreView(width: number, height: number, options: ViewOptions = {}): Required<View> {
  checkOptions('centreView', options, VIEW_NAMES);
  const { shorterSide, crop, outSize } = sizes(options);
  const resized = resizedSize(width, height, shorterSide);
  const [x, y] = [Math.floor((resized[0] - crop) / 2), Math.floor((resized[1] - crop) / 2)];
  return {
    ...cropped(width, height, resized, crop, x, y),
    outSize: [outSize, outSize],
    flip: false,
    shift: NO_SHIFT(),
  };
}

/** The whole picture with its shorter side at `side` pixels. */
export function fullView(width: number, height: number, side: number, flip = false): Required<View> {
  const [outWidth, outHeight] = resizedSize(width, height, side);
  return { sourceBox: [0, 0, width, height], outSize: [outHeight, outWidth], flip, shift: NO_SHIFT() };
}

/** The whole picture warped to `outHeight` x `outWidth`, whatever its aspect ratio. */
export function warpView(
  width: number,
  height: number,
  outHeight: number,
  outWidth = outHeight,
  flip = false,
): Required<View> {
  return { sourceBox: [0, 0, width, height], outSize: [outHeight, outWidth], flip, shift: NO_SHIFT() };
}

const NO_SHIFT = (): [number, number, number] => [0, 0, 0];

/** The crop at (x, y) of the resized picture, in pixels of the source. */
function cropped(
  width: number,
  height: number,
  [resizedWidth, resizedHeight]: readonly [number, number],
  crop: number,
  x: number,
  y: number,
): Pick<Required<View>, 'sourceBox'> {
  const [scaleX, scaleY] = [width / resizedWidth, height / resizedHeight];
  return { sourceBox: [x * scaleX, y * scaleY, (x + crop) * scaleX, (y + crop) * scaleY] };
}

function sizes({ shorterSide = 256, crop = 224, outSize = crop }: ViewOptions): Required<ViewOptions> {
  if (crop > shorterSide) {
    throw new SppgpuError(`crop: ${crop} is larger than the shorter side of ${shorterSide}; make it smaller`);
  }
  return { shorterSide, crop, outSize };
}
