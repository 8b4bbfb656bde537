import { CHANNELS, type Picture } from './picture.js';

/**
 * The picture upright, from its EXIF orientation (1 to 8; 1 returns the picture itself). Orientations 5 to 8 swap width
 * and height.
 */
export function orientPicture(picture: Picture, orientation: number): Picture {
  if (orientation <= 1 || orientation > 8) return picture;
  const { width, height, data } = picture;
  const swapped = orientation >= 5;
  const outWidth = swapped ? height : width;
  const outHeight = swapped ? width : height;
  // Along the upright x and y: where the walk through the stored picture starts and how far each step goes.
  const fromRight = orientation === 2 || orientation === 3 || orientation === 7 || orientation === 8;
  const fromBottom = orientation === 3 || orientation === 4 || orientation === 6 || orientation === 7;
  const column = fromRight ? -CHANNELS : CHANNELS;
  const row = (fromBottom ? -CHANNELS : CHANNELS) * width;
  const start = (fromRight ? (width - 1) * CHANNELS : 0) + (fromBottom ? (height - 1) * width * CHANNELS : 0);
  const [stepX, stepY] = swapped ? [row, column] : [column, row];
  const upright = new Uint8Array(data.length);
  let target = 0;
  for (let y = 0; y < outHeight; y++) {
    for (let x = 0, source = start + y * stepY; x < outWidth; x++, source += stepX) {
      upright[target++] = data[source]!;
      upright[target++] = data[source + 1]!;
      upright[target++] = data[source + 2]!;
    }
  }
  return { width: outWidth, height: outHeight, data: upright };
}
