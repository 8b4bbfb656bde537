import { createHash } from 'node:crypto';
import type { ImageDataset } from '../../data/dataset.js';

/** Which pictures and objects a run is made of, in few words. */
export interface DetectionDataIdentity {
  readonly pictures: number;
  readonly objects: number;
  readonly classes: readonly string[];
  /** SHA-256 over names, classes and boxes, in order. */
  readonly sha256: string;
}

export function dataIdentity(dataset: ImageDataset): DetectionDataIdentity {
  const hash = createHash('sha256');
  let objects = 0;
  for (let index = 0; index < dataset.length; index++) {
    const { id, objects: own = [] } = dataset.entry(index);
    objects += own.length;
    hash.update(`${JSON.stringify([id, own.map(({ label, box }) => [label, box.x0, box.y0, box.x1, box.y1])])}\n`);
  }
  return { pictures: dataset.length, objects, classes: dataset.classes, sha256: hash.digest('hex') };
}
