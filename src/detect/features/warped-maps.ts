import { noGrad } from '../../autograd/mode.js';
import type { PixelBox } from '../../data/objects.js';
import { mul } from '../../ops/mul.js';
import { preparePictures } from '../../ops/prepare-pictures.js';
import type { Picture } from '../../picture/picture.js';
import type { View } from '../../picture/view.js';
import { concatArrays } from '../../runtime/concat-arrays.js';
import { tensor } from '../../tensor/create.js';
import { scope } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { RegionNetwork } from './region-network.js';

/**
 * Maps `[windows, C, h, w]` of windows that are cut out of a picture and warped to the net's input.
 * @param context pixels of the input, on each side, that show what lies around the window
 */
export function warpedMaps(
  { network, preparation, architecture }: RegionNetwork,
  picture: Picture,
  windows: readonly PixelBox[],
  context: number,
  flip: boolean,
): Tensor {
  const { device } = network.parameters()[0]!;
  const { size } = architecture.input;
  const boxes = windows.map((window) => withContext(window, size, context));
  const views = boxes.map(({ x0, y0, x1, y1 }): View => {
    return { sourceBox: [x0, y0, x1, y1], outSize: [size, size], flip };
  });
  return noGrad(() =>
    scope(() => {
      const pictures = boxes.map(() => picture);
      const input = preparePictures(device, pictures, views, architecture.input, preparation);
      const across = boxes.map(({ x0, x1 }) => insideOf(x0, x1, picture.width, size));
      const down = boxes.map(({ y0, y1 }) => insideOf(y0, y1, picture.height, size));
      if (flip) for (const mask of across) mask.reverse();
      const mask = (masks: readonly Float32Array[], shape: readonly [number, number]): Tensor =>
        tensor(device, concatArrays(Float32Array, masks), { shape: [boxes.length, 1, ...shape] });
      return network.features.forward(mul(mul(input, mask(across, [1, size])), mask(down, [size, 1])));
    }),
  );
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
