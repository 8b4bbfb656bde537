import { createHash } from 'node:crypto';
import type { ImageDataset } from '../data/dataset.js';

/** A list of things to work on, in few words. */
export interface ListIdentity {
  readonly items: number;
  /** SHA-256 over what is known of each item (name, labels, boxes), in order; pixels are not looked at. */
  readonly sha256: string;
}

/** What makes a piece of work: of anything else here, results would not belong together. */
export interface WorkIdentity {
  /** Of the program. */
  readonly version: string;
  readonly command: string;
  /** Those that decide about the result. */
  readonly options: Readonly<Record<string, unknown>>;
  /** SHA-256 of the files of weights. */
  readonly models: readonly string[];
  readonly data: ListIdentity;
}

export function namesIdentity(names: readonly string[]): ListIdentity {
  return listIdentity(names.length, (i) => names[i]);
}

export function datasetIdentity(dataset: ImageDataset): ListIdentity {
  return listIdentity(dataset.length, (i) => {
    const { id, label, labels, objects } = dataset.entry(i);
    return [id, labels ?? label, objects?.map(({ label: own, box, difficult }) => [own, box, difficult])];
  });
}

function listIdentity(items: number, about: (index: number) => unknown): ListIdentity {
  const hash = createHash('sha256');
  for (let i = 0; i < items; i++) hash.update(`${JSON.stringify(about(i))}\n`);
  return { items, sha256: hash.digest('hex') };
}

/** A name for a piece of work cut into `count` shards: the same for everyone who works on it, another for any other work. */
export function workKey({ version, command, options, models, data }: WorkIdentity, count: number): string {
  const text = JSON.stringify([version, command, options, models, data, count]);
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
