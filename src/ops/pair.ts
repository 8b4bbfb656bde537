import { ShapeError } from '../runtime/errors.js';
import { showShape } from '../tensor/shape.js';

/** One number for both axes, or `[rows, columns]`. */
export type Pair = number | readonly [number, number];

/** Both numbers of a pair. @throws ShapeError unless they are one or two integers from `least`. */
export function pairOf(op: string, name: string, value: Pair, least: number): readonly [number, number] {
  const two = typeof value === 'number' ? ([value, value] as const) : value;
  if (!Array.isArray(two)) {
    throw new ShapeError(`${op}: ${name} is ${value}; give one or two integers >= ${least}`);
  }
  if (two.length !== 2 || !two.every((n) => Number.isInteger(n) && n >= least)) {
    throw new ShapeError(`${op}: ${name} ${showShape(two)} is not usable; give one or two integers >= ${least}`);
  }
  return two;
}
