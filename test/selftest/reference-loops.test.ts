/** The fast loops of the references against the definition, element by element and bit by bit. */
import { expect, test } from 'vitest';
import { type Conv2dAttrs, conv2d, conv2dVjp } from '../../src/selftest/reference/conv2d.js';
import { convolutionElements } from '../../src/selftest/reference/conv2d-elements.js';
import { matmul, productsAt } from '../../src/selftest/reference/matmul.js';
import { build, type NdArray, nd } from '../../src/selftest/reference/nd.js';
import { argmaxOver } from '../../src/selftest/reference/pool2d.js';
import { Rng } from '../../src/tensor/rng.js';

function noise(shape: readonly number[], seed: number): NdArray {
  const rng = new Rng(seed);
  return build(shape, () => 2 * rng.uniform() - 1);
}

const CONVOLUTIONS: [x: number[], w: number[], attrs: Conv2dAttrs][] = [
  [[2, 3, 9, 7], [4, 3, 3, 3], { padding: 1 }],
  [[1, 2, 11, 13], [3, 2, 5, 4], { stride: [2, 3], padding: [2, 1] }],
  [[2, 4, 8, 10], [6, 2, 3, 2], { groups: 2, dilation: [2, 3], padding: [3, 2], stride: [1, 2] }],
  [[1, 1, 3, 3], [2, 1, 7, 7], { padding: 3 }],
  [[1, 2, 6, 5], [2, 2, 1, 1], { stride: 4, padding: 5 }],
];

test.each(CONVOLUTIONS)('a convolution of %j with %j, %j', (shape, filters, attrs) => {
  const [x, w, bias] = [noise(shape, 1), noise(filters, 2), noise([filters[0]!], 3)];
  const elements = convolutionElements(x, w, attrs);
  const whole = conv2d(x, w, bias, attrs);
  expect(whole.shape).toEqual(elements.shape);
  expect(whole.data).toEqual(whole.data.map((_, i) => elements.output(i, bias)));
  const g = noise(whole.shape, 4);
  const [dx, dw, db] = conv2dVjp(x, w, bias, g, attrs) as [NdArray, NdArray, NdArray];
  expect(dx.data).toEqual(dx.data.map((_, i) => elements.inputGradient(i, g)));
  expect(dw.data).toEqual(dw.data.map((_, i) => elements.weightGradient(i, g)));
  expect(db.data).toEqual(db.data.map((_, i) => elements.biasGradient(i, g)));
});

test('products: broadcast batches, and some elements alone', () => {
  const [a, b] = [noise([2, 1, 3, 5], 1), noise([4, 5, 2], 2)];
  const y = matmul(a, b, null);
  const expected = build([2, 4, 3, 2], ([i, j, row, column]) => {
    let sum = 0;
    for (let k = 0; k < 5; k++) sum += a.data[(i! * 3 + row!) * 5 + k]! * b.data[(j! * 5 + k) * 2 + column!]!;
    return sum;
  });
  expect(y).toEqual(expected);
  const some = [0, 7, 20, 47];
  expect([...productsAt(a, b, some)]).toEqual(some.map((index) => expected.data[index]));
  expect(matmul(nd([0, 5]), b, null).shape).toEqual([4, 0, 2]);
});

test('a maximum: the first of equal ones, NaN before all, minus infinity where nothing is larger', () => {
  const x = nd([1, 1, 2, 3], [1, 5, 5, 2, Number.NaN, 7]);
  expect(argmaxOver(x, 0, [0], [0, 1, 2])).toBe(1);
  expect(argmaxOver(x, 0, [0, 1], [0, 1, 2])).toBe(4);
  expect(argmaxOver(nd([1, 1, 1, 2], [-Infinity, -Infinity]), 0, [0], [0, 1])).toBe(0);
  expect(argmaxOver(x, 0, [], [0])).toBe(-1);
});
