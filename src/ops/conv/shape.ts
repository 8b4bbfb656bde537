import { ShapeError } from '../../runtime/errors.js';
import { showShape } from '../../tensor/shape.js';
import { checkRank, type Shaped } from '../op.js';
import { type Pair, pairOf } from '../pair.js';
import { windowElements } from '../tile/window.js';
import { windowCount } from '../window-count.js';

type Two = readonly [number, number];

/** A convolution's sizes, checked; pairs are `[rows, columns]`. */
export interface ConvShape {
  readonly images: number;
  /** Channels of all groups, and of one. */
  readonly channels: number;
  readonly groupChannels: number;
  readonly outChannels: number;
  readonly groupOutChannels: number;
  readonly groups: number;
  readonly size: Two;
  readonly out: Two;
  readonly kernel: Two;
  readonly stride: Two;
  readonly padding: Two;
  readonly dilation: Two;
  /** Maps and filters stored as f16. */
  readonly half?: boolean;
}

export interface ConvGeometry {
  readonly stride?: Pair;
  readonly padding?: Pair;
  readonly dilation?: Pair;
  readonly groups?: number;
}

/**
 * Checks the arguments of a convolution and computes its output size (`windowCount`).
 * @throws ShapeError naming the value and what would fit
 */
export function convShape(x: Shaped, w: Shaped, options: ConvGeometry): ConvShape {
  checkRank('conv2d', 'input', x, 4, '[N, C, H, W]');
  checkRank('conv2d', 'weight', w, 4, '[O, C / groups, KH, KW]');
  const stride = pairOf('conv2d', 'stride', options.stride ?? 1, 1);
  const padding = pairOf('conv2d', 'padding', options.padding ?? 0, 0);
  const dilation = pairOf('conv2d', 'dilation', options.dilation ?? 1, 1);
  const groups = options.groups ?? 1;
  const [images, channels, height, width] = x.shape as [number, number, number, number];
  const [outChannels, groupChannels, kernelHeight, kernelWidth] = w.shape as [number, number, number, number];
  if (!Number.isInteger(groups) || groups < 1 || channels % groups !== 0 || outChannels % groups !== 0) {
    throw new ShapeError(
      `conv2d: ${groups} groups do not divide ${channels} input and ${outChannels} output channels; use a common divisor`,
    );
  }
  if (groupChannels * groups !== channels) {
    throw new ShapeError(
      `conv2d: weight ${showShape(w.shape)} takes ${groupChannels * groups} channels in ${groups} groups, but the input ${showShape(x.shape)} has ${channels}; give the weight ${channels / groups} channels or the input ${groupChannels * groups}`,
    );
  }
  const size: Two = [height, width];
  const kernel: Two = [kernelHeight, kernelWidth];
  const cells = (axis: 0 | 1) => {
    const window = { kernel: kernel[axis], stride: stride[axis], padding: padding[axis], dilation: dilation[axis] };
    const count = windowCount(size[axis], window);
    if (kernel[axis] < 1 || count < 1) {
      throw new ShapeError(
        `conv2d: kernel ${showShape(kernel)} with dilation ${showShape(dilation)} does not fit the map ${showShape(size)} with padding ${showShape(padding)}; use a smaller kernel, more padding or a larger input`,
      );
    }
    return count;
  };
  return {
    images,
    channels,
    groupChannels,
    outChannels,
    groupOutChannels: outChannels / groups,
    groups,
    size,
    out: [cells(0), cells(1)],
    kernel,
    stride,
    padding,
    dilation,
  };
}

/** Elements of one image's input and output. */
export function imageSizes({ channels, outChannels, size, out }: ConvShape): { input: number; output: number } {
  return { input: channels * size[0] * size[1], output: outChannels * out[0] * out[1] };
}

/** Multiply-adds of one pass over all images. */
export function multiplyAdds({ images, outChannels, groupChannels, out, kernel }: ConvShape): number {
  return images * outChannels * groupChannels * out[0] * out[1] * kernel[0] * kernel[1];
}

/** The parameters that all `conv_direct*`, `im2col` and `col2im` shaders share. */
export function geometryParams(shape: ConvShape, images: number) {
  return {
    images,
    channels: shape.channels,
    height: shape.size[0],
    width: shape.size[1],
    out_channels: shape.outChannels,
    out_height: shape.out[0],
    out_width: shape.out[1],
    group_channels: shape.groupChannels,
    group_out_channels: shape.groupOutChannels,
    kernel: shape.kernel,
    stride: shape.stride,
    padding: shape.padding,
    dilation: shape.dilation,
  };
}

/** Runs of images of which the largest array, of `perImage` elements each, fits `bytes`. */
export function imageRuns(images: number, perImage: number, bytes: number): { first: number; count: number }[] {
  const most = Math.max(1, Math.floor(windowElements(bytes) / Math.max(1, perImage)));
  const runs: { first: number; count: number }[] = [];
  for (let first = 0; first < images; first += most) runs.push({ first, count: Math.min(most, images - first) });
  return runs;
}
