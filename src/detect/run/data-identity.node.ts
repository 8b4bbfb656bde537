import type { ImageDataset } from '../../data/dataset.js';
import { datasetIdentity } from '../../data/identity.node.js';

/** Which pictures and objects a run is made of, in few words. */
export interface DetectionDataIdentity {
  readonly pictures: number;
  readonly objects: number;
  readonly classes: readonly string[];
  /** SHA-256 over names, classes and boxes, in order. */
  readonly sha256: string;
}

export function dataIdentity(dataset: ImageDataset): DetectionDataIdentity {
  const { items, sha256 } = datasetIdentity(dataset);
  let objects = 0;
  for (let index = 0; index < items; index++) objects += dataset.entry(index).objects?.length ?? 0;
  return { pictures: items, objects, classes: dataset.classes, sha256 };
}
