/** Einstein summation by its definition: a sum over every letter. */
import { at, build, type NdArray, unravel } from './nd.js';

export function einsum(xs: readonly NdArray[], equation: string): NdArray {
  const [left, right] = equation.replaceAll(' ', '').split('->') as [string, string | undefined];
  const terms = left.split(',');
  const sizes = new Map(terms.flatMap((term, i) => [...term].map((letter, axis) => [letter, xs[i]!.shape[axis]!])));
  const once = [...sizes.keys()].filter((letter) => left.split(letter).length === 2).sort();
  const output = right === undefined ? once : [...right];
  const summed = [...sizes.keys()].filter((letter) => !output.includes(letter));
  const dims = summed.map((letter) => sizes.get(letter)!);
  const count = dims.reduce((product, n) => product * n, 1);
  return build(
    output.map((letter) => sizes.get(letter)!),
    (index) => {
      let total = 0;
      for (let k = 0; k < count; k++) {
        const inner = unravel(k, dims);
        const value = (letter: string) =>
          output.includes(letter) ? index[output.indexOf(letter)]! : inner[summed.indexOf(letter)]!;
        total += terms.reduce((product, term, i) => product * at(xs[i]!, [...term].map(value)), 1);
      }
      return total;
    },
  );
}
