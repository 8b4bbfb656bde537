/** Tiny scenes for detection: bright discs and dark bars on a noisy ground, with where they are. */
import { datasetOf, type ImageDataset } from '../../src/data/dataset.js';
import type { ImageObject } from '../../src/data/objects.js';
import type { Picture } from '../../src/picture/picture.js';
import { Rng } from '../../src/tensor/rng.js';

export const SCENE_CLASSES = ['disc', 'bar'];

export interface Scene {
  readonly picture: Picture;
  readonly objects: ImageObject[];
}

/** @param side of the square scene */
export function scene(seed: number, side = 64): Scene {
  const rng = new Rng(seed);
  const data = Uint8Array.from({ length: side * side * 3 }, () => 90 + rng.int(60));
  const objects: ImageObject[] = [];
  for (const label of [0, 1]) {
    const size = 18 + rng.int(10);
    const [x0, y0] = [label === 0 ? rng.int(8) : side / 2 + rng.int(4), rng.int(side - size)];
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const [dx, dy] = [x - size / 2 + 0.5, y - size / 2 + 0.5];
        const inside =
          label === 0 ? dx * dx + dy * dy < (size / 2) ** 2 : Math.abs(dx) < size / 6 || y < 3 || y >= size - 3;
        if (inside)
          data.fill(label === 0 ? 240 : 10, ((y0 + y) * side + x0 + x) * 3, ((y0 + y) * side + x0 + x + 1) * 3);
      }
    }
    objects.push({ label, box: { x0, y0, x1: x0 + size, y1: y0 + size }, difficult: false, truncated: false });
  }
  return { picture: { width: side, height: side, data }, objects };
}

/** A data set of scenes. */
export function sceneSet(count: number, firstSeed = 1): ImageDataset {
  const scenes = Array.from({ length: count }, (_, i) => scene(firstSeed + i));
  const entries = scenes.map(({ objects }, i) => ({ id: `scene-${i}`, label: 0, labels: [1, 1], objects }));
  return datasetOf('scenes', SCENE_CLASSES, entries, (index) => scenes[index]!.picture);
}
