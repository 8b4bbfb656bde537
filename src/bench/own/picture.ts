import jpeg from 'jpeg-js';
import type { Picture } from '../../picture/picture.js';
import { mix } from '../inputs.js';

/** A deterministic picture with what photographs have: slow shading, edges, and fine grain; RGB. */
export function syntheticPicture(width: number, height: number, seed: number): Picture {
  const data = new Uint8Array(width * height * 3);
  const key = mix(seed);
  const discs = Array.from({ length: 12 }, (_, i) => {
    const draw = (k: number, below: number): number => mix(mix(key + 16 * i) ^ k) % below;
    return {
      x: draw(0, width),
      y: draw(1, height),
      radius: 10 + draw(2, 70),
      tint: [draw(3, 120), draw(4, 120), draw(5, 120)],
    };
  });
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const disc = discs.find((one) => (x - one.x) ** 2 + (y - one.y) ** 2 < one.radius ** 2);
      const grain = (mix((y * width + x) ^ key) & 31) - 16;
      for (let c = 0; c < 3; c++) {
        const shade = 110 + 60 * Math.sin((x * (c + 1)) / 90 + y / 130 + (seed % 7));
        data[at++] = Math.max(0, Math.min(255, shade + (disc ? disc.tint[c]! - 60 : 0) + grain));
      }
    }
  return { width, height, data };
}

/** The picture as a JPEG file, quality 85: about 58 kB at 500x375. */
export function asJpeg({ width, height, data }: Picture): Uint8Array {
  const rgba = new Uint8Array(width * height * 4).fill(255);
  for (let i = 0; i < width * height; i++) rgba.set(data.subarray(3 * i, 3 * i + 3), 4 * i);
  return jpeg.encode({ width, height, data: rgba }, 85).data;
}
