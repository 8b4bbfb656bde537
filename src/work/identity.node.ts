import { createHash } from 'node:crypto';
import type { ListIdentity } from '../data/identity.node.js';

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

/** A name for a piece of work cut into `count` shards: the same for everyone who works on it, another for any other work. */
export function workKey({ version, command, options, models, data }: WorkIdentity, count: number): string {
  const text = JSON.stringify([version, command, options, models, data, count]);
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
