import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Rng } from '../../src/tensor/philox.js';
import { pngBytes } from '../data/pictures.js';

/** Class folders that a small net tells apart at once: reddish, greenish and bluish noise, pictures of several sizes. */
export const TINY_CLASSES = ['blue', 'green', 'red'];

/** Writes an image folder with `count` pictures a class. */
export function writeTinyPictures(folder: string, count: number): string {
  for (const [label, name] of TINY_CLASSES.entries()) {
    mkdirSync(join(folder, name), { recursive: true });
    for (let i = 0; i < count; i++) writeFileSync(join(folder, name, `${i}.png`), tinyPicture(label, i));
  }
  return folder;
}

/** One picture of a class. */
export function tinyPicture(label: number, index: number): Buffer {
  const rng = new Rng(7, [label, index, 0]);
  const strong = 2 - label;
  return pngBytes(32 + 4 * (index % 3), 36 - 2 * (index % 4), () => {
    const noise = [rng.int(90), rng.int(90), rng.int(90)] as [number, number, number];
    noise[strong]! += 150;
    return noise;
  });
}
