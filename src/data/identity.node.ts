import { createHash } from 'node:crypto';
import type { ImageDataset } from './dataset.js';

/** A list of things to work on, in few words. */
export interface ListIdentity {
  readonly items: number;
  /** SHA-256 over what is known of each item (name, labels, boxes), in order; pixels are not looked at. */
  readonly sha256: string;
}

export function datasetIdentity(dataset: ImageDataset): ListIdentity {
  return listIdentity(dataset.length, (i) => {
    const { id, label, labels, objects } = dataset.entry(i);
    return [id, labels ?? label, objects?.map(({ label: own, box, difficult }) => [own, box, difficult])];
  });
}

/** Identity of a list of names. */
export function namesIdentity(names: readonly string[]): ListIdentity {
  return listIdentity(names.length, (i) => names[i]);
}

function listIdentity(items: number, about: (index: number) => unknown): ListIdentity {
  const hash = createHash('sha256');
  for (let i = 0; i < items; i++) hash.update(`${JSON.stringify(about(i))}\n`);
  return { items, sha256: hash.digest('hex') };
}
