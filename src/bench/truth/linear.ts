import { productsAt } from '../../selftest/reference/matmul.js';
import { type NdArray, nd } from '../../selftest/reference/nd.js';
import type { Case } from '../cases.js';
import type { Inputs } from '../harness.js';
import { type Expectations, expectation, positions, sampled } from './sample.js';

export function matmul({ attributes }: Case, { a, b }: Inputs): Expectations {
  const { m, k, n, transposeA, transposeB } = attributes;
  const indices = positions(m * n);
  const left = transposeA ? exchanged(nd([k, m], a)) : nd([m, k], a);
  const right = transposeB ? exchanged(nd([n, k], b)) : nd([k, n], b);
  return { y: expectation(indices, productsAt(left, right, indices)) };
}

/** A matrix with its axes exchanged. */
function exchanged({ shape, data }: NdArray): NdArray {
  const [rows, columns] = shape as [number, number];
  const values = new Float64Array(data.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) values[j * rows + i] = data[i * columns + j]!;
  return nd([columns, rows], values);
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
