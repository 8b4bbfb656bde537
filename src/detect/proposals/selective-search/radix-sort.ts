/** Bits of a number that one pass looks at: few enough that its counters stay in the processor's nearest memory. */
const BITS = 11;
const DIGITS = 2 ** BITS;

/**
 * Sorts f32 numbers, none below 0, and what belongs to each, from the smallest to the largest; equal ones keep their order.
 * Works in the arrays that are given.
 */
export function sortAscending(keys: Float32Array, items: Uint32Array): void {
  // Bits of floats that are not negative rise as the floats do.
  let from: Pairs = { keys: new Uint32Array(keys.buffer, keys.byteOffset, keys.length), items };
  let to: Pairs = { keys: new Uint32Array(keys.length), items: new Uint32Array(keys.length) };
  for (let shift = 0; shift < 32; shift += BITS) {
    sortByDigit(from, to, shift);
    [from, to] = [to, from];
  }
  // Three passes end in the other arrays.
  to.keys.set(from.keys);
  to.items.set(from.items);
}

interface Pairs {
  readonly keys: Uint32Array;
  readonly items: Uint32Array;
}

/** One stable pass by the bits of the keys from `shift` on. */
function sortByDigit({ keys, items }: Pairs, to: Pairs, shift: number): void {
  const next = new Uint32Array(DIGITS + 1);
  for (let i = 0; i < keys.length; i++) next[((keys[i]! >>> shift) & (DIGITS - 1)) + 1]!++;
  for (let digit = 0; digit < DIGITS; digit++) next[digit + 1]! += next[digit]!;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    const place = next[(key >>> shift) & (DIGITS - 1)]!++;
    to.keys[place] = key;
    to.items[place] = items[i]!;
  }
}
