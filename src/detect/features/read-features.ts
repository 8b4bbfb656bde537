import type { Picture } from '../../picture/picture.js';
import type { Boxes } from '../boxes.js';
import type { ReadOptions, WindowSource } from './window-source.js';

/** Features of windows on the host, `[windows, dimension]` in the order of the windows. */
export async function readFeatures(
  source: WindowSource,
  picture: Picture,
  boxes: Boxes,
  options: ReadOptions = {},
): Promise<Float32Array<ArrayBuffer>> {
  const later = await import('../later.js');
  return later.readFeatures(source, picture, boxes, options);
}
