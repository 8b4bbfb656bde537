import { productsAt } from '../../selftest/reference/matmul.js';
import { nd } from '../../selftest/reference/nd.js';
import type { Case } from '../cases.js';
import type { Inputs } from '../harness.js';
import { type Expectations, expectation, positions, sampled } from './sample.js';

export function matmul({ attributes: { m, k, n } }: Case, { a, b }: Inputs): Expectations {
  const indices = positions(m * n);
  return { y: expectation(indices, productsAt(nd([m, k], a), nd([k, n], b), indices)) };
}

/** x + count b, rounded to f32 after every addition as the op chain does. */
export function adds({ attributes: { length, count } }: Case, { x, b }: Inputs): Expectations {
  const y = sampled(length, (index) => {
    let sum = x![index]!;
    for (let i = 0; i < count; i++) sum = Math.fround(sum + b![index]!);
    return sum;
  });
  return { y };
}
