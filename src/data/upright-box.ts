import type { PixelBox } from './objects.js';

/**
 * A box of a picture as it is stored, in the picture turned upright by its EXIF orientation (1 to 8), as `orientPicture` turns
 * it. `width` and `height` are those of the stored picture.
 */
export function uprightBox(box: PixelBox, width: number, height: number, orientation: number): PixelBox {
  const fromRight = [2, 3, 7, 8].includes(orientation);
  const fromBottom = [3, 4, 6, 7].includes(orientation);
  const [x0, x1] = fromRight ? [width - box.x1, width - box.x0] : [box.x0, box.x1];
  const [y0, y1] = fromBottom ? [height - box.y1, height - box.y0] : [box.y0, box.y1];
  return orientation >= 5 ? { x0: y0, y0: x0, x1: y1, y1: x1 } : { x0, y0, x1, y1 };
}
