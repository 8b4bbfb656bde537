/** Einstein summation: products, traces of what is left out, outer products, three operands. */
import type { OpCase } from '../case.js';
import { casesFor, uniform, viewed } from './build.js';

const test = casesFor('einsum');
const of = (equation: string) => ({ equation });

export const einsumCases: OpCase[] = [
  test('product', [uniform([3, 4], 1), uniform([4, 5], 2)], of('ij,jk->ik')),
  test('implicit output is alphabetical', [uniform([3, 4], 3), uniform([4, 2], 4)], of('zy,ya')),
  test('batch, in another order', [uniform([2, 3, 4], 5), uniform([4, 2, 5], 6)], of('bij,jbk->kbi')),
  test('outer product', [uniform([3], 7), uniform([2, 2], 8)], of('i,jk->jik')),
  test('inner product', [uniform([6], 9), uniform([6], 10)], of('i,i->')),
  test('axes of one operand are summed first', [uniform([3, 4, 2], 11), uniform([4, 3], 12)], of('ijl,jk->i')),
  test('element-wise', [uniform([3, 4], 13), uniform([3, 4], 14)], of('ij,ij->ij')),
  test('one operand: transposed and summed', [uniform([2, 3, 4], 15)], of('ijk -> ki')),
  test('three operands', [uniform([2, 3], 16), uniform([3, 4], 17), uniform([4, 2], 18)], of('ab,bc,cd->ad')),
  test('nothing to sum over', [uniform([2, 0], 19), uniform([0, 3], 20)], of('ij,jk->ik')),
  test('view', [viewed(uniform([4, 3], 21), { transpose: [0, 1] }), uniform([4, 2], 22)], of('ij,jk->ik')),
];
