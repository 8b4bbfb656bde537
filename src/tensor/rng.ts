import { SppgpuError } from '../runtime/errors.js';
import { requireState } from '../runtime/options.js';
import { philox, seedKey } from './philox.js';

/** Everything a generator is, as plain JSON, so that a checkpoint can hold it. */
export interface RngState {
  /** Two 32-bit words. */
  key: [number, number];
  /** Three 32-bit words that select the stream. */
  stream: [number, number, number];
  /** Words drawn so far. */
  drawn: number;
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

  /** Log-uniform on [low, high), both above 0: every doubling is as likely. */
  logUniform(low: number, high: number): number {
    return Math.exp(this.uniform(Math.log(low), Math.log(high)));
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

  /** The position, to be stored and given to `loadStateDict`. */
  stateDict(): RngState {
    return { key: [...this.key], stream: [...this.stream], drawn: this.drawn };
  }

  /** Continues exactly where `stateDict()` was taken, whatever this generator was seeded with. */
  loadStateDict(state: RngState): void {
    requireState('generator state', state);
    [this.key[0], this.key[1]] = state.key;
    this.stream = [...state.stream];
    this.drawn = state.drawn;
    if (this.drawn & 3) this.refill();
  }

  private refill(): void {
    this.block = philox([Math.floor(this.drawn / 4), ...this.stream], this.key);
  }
}
