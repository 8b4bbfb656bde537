import type { ImageDataset } from '../data/dataset.js';

/** Which pictures a run is made of, in few words: part of its checkpoint. */
export interface DataFingerprint {
  /** Layout of the data. */
  readonly format: string;
  /** Pictures for training. */
  readonly train: number;
  /** Pictures for validation. */
  readonly validation: number;
  /** SHA-256 over names and labels of both parts, in order. */
  readonly sha256: string;
}

/** The pictures of a run: what trains, and what judges. */
interface Parts {
  readonly format: string;
  readonly train: ImageDataset;
  readonly test: ImageDataset | null;
}

export async function fingerprintOf({ format, train, test }: Parts): Promise<DataFingerprint> {
  const text = (test ? [train, test] : [train]).map(entriesText).join('');
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  const sha256 = Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return { format, train: train.length, validation: test?.length ?? 0, sha256 };
}

function entriesText(part: ImageDataset): string {
  const lines = Array.from({ length: part.length }, (_, i) => {
    const { id, label, labels } = part.entry(i);
    return `${id}\t${labels?.join(' ') ?? label}\n`;
  });
  return `${part.length}\n${lines.join('')}`;
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
