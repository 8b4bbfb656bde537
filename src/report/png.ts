/** Pictures as PNG data URIs. Node only: `pngjs` deflates with Node's zlib. */
import { PNG } from 'pngjs';
import type { PixelImage } from './types.js';

const COLOR_TYPE = { 1: 0, 3: 2, 4: 6 } as const;

/**
 * A lossless `data:image/png;base64,...` URI. Values are clamped to 0..255; missing ones are 0.
 * @throws RangeError when the sides are not whole numbers from 1 to 4096.
 */
export function pngDataUri(image: PixelImage): string {
  const { width, height, channels } = image;
  for (const side of [width, height]) {
    if (!Number.isInteger(side) || side < 1 || side > 4096) {
      throw new RangeError(`report picture: ${width} x ${height} pixels; sides must be whole numbers from 1 to 4096`);
    }
  }
  const png = new PNG({ width, height });
  const inputColorType = COLOR_TYPE[channels];
  png.data = Buffer.from(Uint8ClampedArray.from({ length: width * height * channels }, (_, i) => image.data[i] ?? 0));
  const bytes = PNG.sync.write(png, {
    inputColorType,
    colorType: inputColorType,
    deflateLevel: 9,
    inputHasAlpha: channels === 4,
  });
  return `data:image/png;base64,${bytes.toString('base64')}`;
}
