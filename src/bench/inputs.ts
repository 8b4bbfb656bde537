/**
 * The numbers of a case's inputs, from a 32-bit integer hash, so that every language makes the same bits.
 * (A runner in another language repeats these few lines; `peers/torch_cpu.py` does.)
 */
import { fromHalf, toHalf } from '../tensor/half.js';
import type { Case, InputSpec } from './cases.js';
import type { Inputs } from './harness.js';

const size = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** MurmurHash3's finalizer. */
export function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

type Fill = (spec: InputSpec) => Inputs[string];

const FILLS: Readonly<Record<InputSpec['fill'], Fill>> = {
  /** Evenly in [-bound, bound), 24 bits. */
  uniform({ seed, shape, bound = 1 }) {
    const values = new Float32Array(size(shape));
    const key = mix(seed);
    for (let i = 0; i < values.length; i++) values[i] = ((mix(i ^ key) >>> 8) / 0x800000 - 1) * bound;
    return values;
  },

  /** In [-1, 1) in steps of 2^-13: each plane takes its values from its own permutation of 2^14 numbers. */
  distinct({ seed, shape }) {
    const values = new Float32Array(size(shape));
    const plane = shape.at(-1)! * shape.at(-2)!;
    if (plane > 0x4000)
      throw new Error(`distinct fill: a plane of ${plane} values, at most ${0x4000} fit; choose a smaller size`);
    for (let start = 0, p = 0; start < values.length; start += plane, p++) {
      const key = mix(Math.imul(p, 0x9e3779b1) ^ seed);
      for (let i = 0; i < plane; i++) {
        let v = (Math.imul(i, 0x2545) + key) & 0x3fff;
        v = Math.imul(v ^ (v >>> 7), (key >>> 13) | 1) & 0x3fff;
        v = Math.imul(v ^ (v >>> 7), 0x1b35) & 0x3fff;
        values[start + i] = (v ^ (v >>> 7)) / 0x2000 - 1;
      }
    }
    return values;
  },

  labels({ seed, shape, classes = 1 }) {
    const key = mix(seed);
    return Int32Array.from({ length: size(shape) }, (_, i) => mix(i ^ key) % classes);
  },

  /** Rows (image, y0, x0, y1, x1), half-open, of every size from 2 cells to the whole map, or all of one, anywhere on it. */
  windows({ seed, shape, images = 1, height = 1, width = 1, side }) {
    const values = new Int32Array(size(shape));
    const draw = (row: number, k: number, choices: number): number => mix(mix(seed + k) ^ row) % choices;
    for (let r = 0; r < shape[0]!; r++) {
      const h = side ?? 2 + draw(r, 0, height - 1);
      const w = side ?? 2 + draw(r, 1, width - 1);
      const y = draw(r, 2, height - h + 1);
      const x = draw(r, 3, width - w + 1);
      values.set([draw(r, 4, images), y, x, y + h, x + w], 5 * r);
    }
    return values;
  },
};

/** Input name -> typed array, row-major, in the shape that the case states. */
export function inputsOf({ inputs }: Pick<Case, 'inputs'>): Inputs {
  const numbers = (spec: InputSpec) => {
    const values = FILLS[spec.fill](spec);
    return spec.half ? Float32Array.from(values, (value) => fromHalf(toHalf(value))) : values;
  };
  return Object.fromEntries(Object.entries(inputs).map(([name, spec]) => [name, numbers(spec)]));
}
