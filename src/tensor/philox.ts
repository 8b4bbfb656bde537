/**
 * Philox4x32-10: counter-based random numbers (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3",
 * SC 2011). The same counter and key give the same four words on the CPU and in a shader, in any order of evaluation.
 */

import { SppgpuError } from '../runtime/errors.js';

export type PhiloxCounter = readonly [number, number, number, number];
export type PhiloxKey = readonly [number, number];

const ROUNDS = 10;
const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;

/** High 32 bits of the 64-bit product of two unsigned 32-bit numbers, from four 16-bit products (each exact). */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carried = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carried / 0x10000)) >>> 0;
}

/** One block of four random 32-bit words. Words of `counter` and `key` are taken modulo 2^32. */
export function philox(counter: PhiloxCounter, key: PhiloxKey): Uint32Array {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, c0 >>> 0);
    const low0 = Math.imul(MULTIPLIER_0, c0);
    const high1 = multiplyHigh(MULTIPLIER_1, c2 >>> 0);
    const low1 = Math.imul(MULTIPLIER_1, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + WEYL_0) | 0;
    k1 = (k1 + WEYL_1) | 0;
  }
  return Uint32Array.of(c0, c1, c2, c3);
}

/** Everything a generator is, as plain JSON, so that a checkpoint can hold it. */
export interface RngState {
  /** Two 32-bit words. */
  key: [number, number];
  /** Three 32-bit words that select the stream. */
  stream: [number, number, number];
  /** Words drawn so far. */
  drawn: number;
}

/** The two key words of a seed (a whole number 0 .. 2^53 - 1). Throws SppgpuError for anything else. */
export function seedKey(seed: number): [number, number] {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new SppgpuError(`seed: ${seed} is not a whole number from 0 to 2^53 - 1; pass such a number`);
  }
  return [seed >>> 0, Math.floor(seed / 0x100000000)];
}

/**
 * Sequential generator over one Philox stream. Two generators with the same seed and stream give the same numbers;
 * different streams of one seed are independent.
 */
export class Rng {
  private readonly key: [number, number];
  private stream: [number, number, number];
  private drawn = 0;
  private block: Uint32Array = new Uint32Array(4);

  /** `stream`: three words, e.g. (purpose, epoch, index), that make generators of one seed independent. */
  constructor(seed: number, stream: readonly [number, number, number] = [0, 0, 0]) {
    this.key = seedKey(seed);
    this.stream = [...stream];
  }

  /** Uniform on 0 .. 2^32 - 1. */
  nextU32(): number {
    const lane = this.drawn & 3;
    if (lane === 0) this.refill();
    this.drawn++;
    return this.block[lane]!;
  }

  /** Uniform on [low, high) with 24 random bits, so that the unit interval is exact in float32. */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * ((this.nextU32() >>> 8) / 0x1000000);
  }

  /** Normal by Box-Muller (two words a number; the second of the pair is not kept, so that the state stays a count). */
  normal(mean = 0, deviation = 1): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return mean + deviation * radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Uniform whole number 0 .. n - 1 without modulo bias. Throws SppgpuError unless 1 <= n <= 2^32. */
  int(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 0x100000000) {
      throw new SppgpuError(`int: bound ${n} is not a whole number from 1 to 2^32; pass such a number`);
    }
    const limit = 0x100000000 - (0x100000000 % n);
    let word = this.nextU32();
    while (word >= limit) word = this.nextU32();
    return word % n;
  }

  /** Shuffles in place (Fisher-Yates) and returns the same array. */
  shuffle<A extends { length: number; [index: number]: unknown }>(items: A): A {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.int(i + 1);
      const kept = items[i];
      (items as { [index: number]: unknown })[i] = items[j];
      (items as { [index: number]: unknown })[j] = kept;
    }
    return items;
  }

  /** The position, to be stored and given to `restore`. */
  state(): RngState {
    return { key: [...this.key], stream: [...this.stream], drawn: this.drawn };
  }

  /** Continues exactly where `state()` was taken, whatever this generator was seeded with. */
  restore(state: RngState): void {
    [this.key[0], this.key[1]] = state.key;
    this.stream = [...state.stream];
    this.drawn = state.drawn;
    if (this.drawn & 3) this.refill();
  }

  private refill(): void {
    this.block = philox([Math.floor(this.drawn / 4), ...this.stream], this.key);
  }
}
