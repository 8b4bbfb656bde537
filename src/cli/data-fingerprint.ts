import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ImageDataset } from '../data/dataset.js';
import type { DatasetSplits } from '../data/open-dataset.node.js';

/** Which pictures a run is made of, in few words: part of its checkpoint. */
export interface DataFingerprint {
  readonly format: DatasetSplits['format'];
  /** Pictures for training. */
  readonly train: number;
  /** Pictures for validation. */
  readonly validation: number;
  /** SHA-256 over names and labels of both parts, in order. */
  readonly sha256: string;
}

export function fingerprintOf({ format, train, test }: DatasetSplits): DataFingerprint {
  const hash = createHash('sha256');
  for (const part of test ? [train, test] : [train]) addEntries(hash, part);
  return { format, train: train.length, validation: test?.length ?? 0, sha256: hash.digest('hex') };
}

function addEntries(hash: ReturnType<typeof createHash>, part: ImageDataset): void {
  hash.update(`${part.length}\n`);
  for (let i = 0; i < part.length; i++) {
    const { id, label, labels } = part.entry(i);
    hash.update(`${id}\t${labels?.join(' ') ?? label}\n`);
  }
}

/** What differs between the data of a run and other data, in words; null where nothing does. */
export function dataDifference(of: DataFingerprint, now: DataFingerprint): string | null {
  if (of.format !== now.format) return `in the layout ${of.format}, this data is ${now.format}`;
  const count = ({ train, validation }: DataFingerprint): string =>
    `${train} pictures and ${validation} for validation`;
  if (count(of) !== count(now)) return `on ${count(of)}, this data has ${count(now)}`;
  return of.sha256 === now.sha256
    ? null
    : `on as many pictures as this data has, but with other names, labels or parts`;
}

/** A resumed run may start in another folder: paths are kept whole. */
export function absoluteData(data: string): string {
  return data === 'digits' && !existsSync(data) ? data : resolve(data);
}
