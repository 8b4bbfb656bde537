import { CHANNELS, type Picture } from '../../picture/picture.js';

/**
 * The picture itself where its longer side has at most `longest` pixels; else every k x k of its pixels as one, their mean,
 * with the smallest whole k that suffices. Rows and columns that are left over at the far edges are left out.
 */
export function smaller(picture: Picture, longest: number): Picture {
  const { width, height, data } = picture;
  const k = Math.ceil(Math.max(width, height) / longest);
  if (k === 1) return picture;
  const [across, down] = [Math.max(1, Math.floor(width / k)), Math.max(1, Math.floor(height / k))];
  const [wide, high] = [Math.min(k, width), Math.min(k, height)];
  const mean = new Uint8Array(across * down * CHANNELS);
  const sums = new Float64Array(across * CHANNELS);
  for (let row = 0; row < down; row++) {
    sums.fill(0);
    for (let y = row * k; y < row * k + high; y++) {
      for (let column = 0; column < across; column++) {
        const to = column * CHANNELS;
        const from = (y * width + column * k) * CHANNELS;
        for (let i = 0; i < wide * CHANNELS; i++) sums[to + (i % CHANNELS)]! += data[from + i]!;
      }
    }
    for (const [i, sum] of sums.entries()) mean[row * across * CHANNELS + i] = Math.round(sum / (wide * high));
  }
  return { width: across, height: down, data: mean };
}
