import type { EdgeMap } from '../../../src/detect/edges/edge-map.js';
import type { Picture } from '../../../src/picture/picture.js';

/** A picture whose pixel at (x, y) is `colour(x, y)`. */
export function pictureOf(
  width: number,
  height: number,
  colour: (x: number, y: number) => readonly [number, number, number],
): Picture {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) data.set(colour(i % width, Math.floor(i / width)), 3 * i);
  return { width, height, data };
}

/** A soft line through the middle of the map, with this normal. */
export function lineMap(width: number, height: number, normal: number): EdgeMap {
  const strength = new Float32Array(width * height);
  for (let i = 0; i < strength.length; i++) {
    const [dx, dy] = [(i % width) - (width - 1) / 2, Math.floor(i / width) - (height - 1) / 2];
    const away = dx * Math.cos(normal) + dy * Math.sin(normal);
    strength[i] = 0.9 * Math.exp(-(away * away) / 4.5);
  }
  return { width, height, strength };
}
