import type { Rng } from '../tensor/rng.js';
import type { PictureSize } from './dataset.js';

/** Batches that are made of one another's pictures: more make a batch's pictures more alike, fewer make epochs differ more. */
const POOL = 128;

/**
 * An order whose batches hold pictures of like size and shape, so that a batch needs little resizing to become one tensor
 * (aspect-ratio grouping, as detectors are trained). Runs of 128 batches of `order` are sorted into bands of width / height,
 * each band by area; then whole batches are shuffled. A last, smaller batch stays the last.
 */
export function groupAlike(
  order: Uint32Array,
  batchSize: number,
  sizeOf: (index: number) => PictureSize,
  rng: Rng,
): Uint32Array {
  const batches: Uint32Array[] = [];
  for (let start = 0; start < order.length; start += POOL * batchSize) {
    const pool = sorted(order.subarray(start, start + POOL * batchSize), (index) => {
      const { width, height } = sizeOf(index);
      return width / height;
    });
    const inPool = Math.ceil(pool.length / batchSize);
    const band = Math.ceil(Math.sqrt(inPool)) * batchSize;
    for (let from = 0; from < pool.length; from += band) {
      const alike = sorted(pool.subarray(from, from + band), (index) => {
        const { width, height } = sizeOf(index);
        return width * height;
      });
      for (let at = 0; at < alike.length; at += batchSize) batches.push(alike.subarray(at, at + batchSize));
    }
  }
  const partial = batches.at(-1)!.length < batchSize ? [batches.pop()!] : [];
  const grouped = new Uint32Array(order.length);
  let position = 0;
  for (const batch of [...rng.shuffle(batches), ...partial]) {
    grouped.set(batch, position);
    position += batch.length;
  }
  return grouped;
}

function sorted(indices: Uint32Array, measure: (index: number) => number): Uint32Array {
  return indices.slice().sort((a, b) => measure(a) - measure(b) || a - b);
}
