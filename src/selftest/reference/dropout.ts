/** Inverted dropout with the mask that Philox gives. */
import type { NdArray } from './nd.js';
import { philoxWords } from './philox.js';

export interface DropoutAttrs {
  p?: number;
  seed: number;
  offset?: number;
  training?: boolean;
}

/** An element is dropped where the top 24 bits of its word are below p * 2^24; the others are divided by 1 - p. */
export function dropout(x: NdArray, { p = 0.5, seed, offset, training = true }: DropoutAttrs): NdArray {
  if (!training) return x;
  const words = philoxWords(x.data.length, seed, offset);
  const dropped = words.map((word) => Math.floor(word / 256) < Math.round(p * 2 ** 24));
  return { ...x, data: x.data.map((v, i) => (dropped[i] ? 0 : v / (1 - p))) };
}
