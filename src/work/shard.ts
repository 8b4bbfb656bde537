import { SppgpuError } from '../runtime/errors.js';
import { quoted } from '../runtime/quote.js';

/** One of the parts that a piece of work is cut into. */
export interface Shard {
  /** From 1 to `count`. */
  readonly index: number;
  readonly count: number;
}

/** Places of a list, from the first to before the last. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** More parts than anybody has machines for; a number beyond it is a slip of the finger. */
const MAX_COUNT = 1_000_000;

/** A shard as it is typed: `2/7`. Throws SppgpuError. */
export function parseShard(text: string): Shard {
  const [, index, count] = (/^(\d{1,7})\/(\d{1,7})$/u.exec(text) ?? []).map(Number);
  if (!index || !count || index > count || count > MAX_COUNT) {
    throw new SppgpuError(`shard ${quoted(text)} is not i/n with i from 1 to n; give such as 1/4`);
  }
  return { index, count };
}

export const shardText = ({ index, count }: Shard): string => `${index}/${count}`;

/**
 * The places of a list that a shard works on. The shards of a list are contiguous, in order, cover it once, and differ by one
 * unit at most in their size; where there are more shards than units some are empty.
 * @param unit items that belong together: a batch, whose pictures pass through the network as one, must not be cut, since the
 * last bits of a result may depend on what is computed beside it
 */
export function shardRange(length: number, { index, count }: Shard, unit = 1): Range {
  const units = Math.ceil(length / unit);
  const edge = (i: number): number => Math.min(length, unit * Math.floor((units * i) / count));
  return { from: edge(index - 1), to: edge(index) };
}
