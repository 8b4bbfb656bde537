import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Rng } from '../../src/tensor/rng.js';
import { pngBytes } from '../data/pictures.js';

/** Class folders that a small net tells apart at once: reddish, greenish and bluish noise, pictures of several sizes. */
export const TINY_CLASSES = ['blue', 'green', 'red'];

/** Writes an image folder with `count` pictures per class. */
export function writeTinyPictures(folder: string, count: number): string {
  for (const [label, name] of TINY_CLASSES.entries()) {
    mkdirSync(join(folder, name), { recursive: true });
    for (let i = 0; i < count; i++) writeFileSync(join(folder, name, `${i}.png`), tinyPicture(label, i));
  }
  return folder;
}

/** One picture of a class, or of two: the right half is of the second one. */
export function tinyPicture(label: number, index: number, second = label): Buffer {
  const rng = new Rng(7, [label, index, 0]);
  const width = 32 + 4 * (index % 3);
  return pngBytes(width, 36 - 2 * (index % 4), (x) => {
    const noise = [rng.int(90), rng.int(90), rng.int(90)] as [number, number, number];
    noise[2 - (2 * x < width ? label : second)]! += 150;
    return noise;
  });
}

/**
 * Writes a VOC folder: 18 training and 9 validation pictures with one object, every ninth difficult; where `several`, every
 * other picture has an object of the next class as well.
 */
export function writeTinyVoc(folder: string, several = false): string {
  for (const part of ['Annotations', 'ImageSets/Main', 'JPEGImages'])
    mkdirSync(join(folder, part), { recursive: true });
  const ids = Array.from({ length: 27 }, (_, i) => `${i}`.padStart(3, '0'));
  for (const [i, id] of ids.entries()) {
    const box = '<bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax><ymax>9</ymax></bndbox>';
    const labels = several && i % 2 === 1 ? [i % 3, (i + 1) % 3] : [i % 3];
    const difficult = `<difficult>${i % 9 === 8 ? 1 : 0}</difficult>`;
    const objects = labels.map((label) => `<object><name>${TINY_CLASSES[label]}</name>${difficult}${box}</object>`);
    const size = '<size><width>32</width><height>32</height></size>';
    writeFileSync(join(folder, 'Annotations', `${id}.xml`), `<annotation>${size}${objects.join('')}</annotation>`);
    writeFileSync(join(folder, 'JPEGImages', `${id}.png`), tinyPicture(labels[0]!, i, labels[1]));
  }
  writeFileSync(join(folder, 'ImageSets', 'Main', 'train.txt'), ids.slice(0, 18).join('\n'));
  writeFileSync(join(folder, 'ImageSets', 'Main', 'val.txt'), ids.slice(18).join('\n'));
  return folder;
}
