import { Rng } from '../tensor/rng.js';

/** What a random stream is for; each purpose draws from its own stream, so adding one never shifts another. */
export const PURPOSE = {
  order: 1,
  augment: 2,
  digitPlacement: 3,
  digitSplit: 4,
  classSplit: 5,
  inputSize: 6,
  scene: 7,
  batchOrder: 8,
  replica: 9,
} as const;

/** Generator of one item in one epoch: the same numbers whichever worker, batch or order the item comes in. */
export function itemRng(seed: number, purpose: number, epoch: number, index: number): Rng {
  return new Rng(seed, [purpose, epoch, index]);
}

/** 0 .. length - 1 in the order of `epoch`: a seeded permutation, or ascending when `shuffle` is false. */
export function epochOrder(length: number, seed: number, epoch: number, shuffle = true): Uint32Array {
  const order = Uint32Array.from({ length }, (_, i) => i);
  return shuffle ? itemRng(seed, PURPOSE.order, epoch, 0).shuffle(order) : order;
}
