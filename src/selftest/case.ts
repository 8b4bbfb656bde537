/** What a test case is: data, so that the command line, the op tests and a reader all see the same thing. */
import { halfOf } from './reference/half.js';
import { type NdArray, nd, type RefDType, sizeOf } from './reference/nd.js';

/** Where a case's numbers come from. Seeded: the same on every machine. */
export type Values =
  | readonly number[]
  | { kind: 'uniform'; seed: number; min: number; max: number }
  /** Evenly spaced numbers in random order: no two are equal, so a maximum is differentiable. */
  | { kind: 'distinct'; seed: number; min: number; max: number }
  /** Whole numbers, `max` included. */
  | { kind: 'integers'; seed: number; min: number; max: number }
  /** Drawn from a short list: ties are certain. */
  | { kind: 'choice'; seed: number; from: readonly number[] };

/** One step that makes a view of the base tensor; later steps see the result of earlier ones. */
export type ViewStep =
  | { transpose: readonly [number, number] }
  | { permute: readonly number[] }
  | { slice: readonly (readonly [start: number, end: number])[] }
  | { expand: readonly number[] }
  | { reshape: readonly number[] };

export interface CaseInput {
  /** Shape of the base tensor; the op sees what `view` makes of it. */
  shape: readonly number[];
  dtype?: RefDType;
  values: Values;
  view?: readonly ViewStep[];
}

/** A pair of limits on the maximal relative error. */
export interface Tolerance {
  forward: number;
  gradient: number;
}

export interface OpCase {
  op: string;
  name: string;
  inputs: readonly CaseInput[];
  attrs: Record<string, unknown>;
  /** Where the expected gradient comes from; `reference` (an explicit vjp) where the op has a kink at the case's points. */
  gradient: 'finite-difference' | 'reference' | 'none';
  tolerance?: Partial<Tolerance>;
  /** Not a number and infinities are among the values on purpose; denormals, which adapters may flush, may count as 0. */
  special?: true;
}

/** A small generator with a 32-bit state (mulberry32): uniform in [0, 1). */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function numbers(values: Values, count: number): number[] {
  if (!('kind' in values)) return [...values];
  const next = generator(values.seed);
  const draw = (f: () => number) => Array.from({ length: count }, f);
  switch (values.kind) {
    case 'uniform':
      return draw(() => values.min + (values.max - values.min) * next());
    case 'integers':
      return draw(() => values.min + Math.floor((values.max - values.min + 1) * next()));
    case 'choice':
      return draw(() => values.from[Math.floor(values.from.length * next())]!);
    case 'distinct': {
      const order = Array.from(
        { length: count },
        (_, i) => values.min + ((values.max - values.min) * (i + 0.5)) / count,
      );
      for (let i = count - 1; i > 0; i--) {
        const j = Math.floor((i + 1) * next());
        [order[i], order[j]] = [order[j]!, order[i]!];
      }
      return order;
    }
  }
}

/** The smallest f32 that every adapter keeps. */
const SMALLEST_NORMAL = 2 ** -126;

/** The same numbers with denormals made 0. */
export function flushed(x: NdArray): NdArray {
  if (x.dtype !== 'f32') return x;
  return { ...x, data: x.data.map((v) => (Math.abs(v) < SMALLEST_NORMAL ? 0 * v : v)) };
}

/** The base tensor's numbers, rounded to what the device holds. */
export function baseOf(input: CaseInput): NdArray {
  const { shape, dtype = 'f32', values } = input;
  const list = numbers(values, sizeOf(shape));
  return nd(shape, dtype === 'f32' ? list.map(Math.fround) : dtype === 'f16' ? list.map(halfOf) : list, dtype);
}
