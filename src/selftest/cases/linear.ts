/** Linear layers: leading axes of any number, no bias, ReLU, views. */
import type { OpCase } from '../case.js';
import { casesFor, half, uniform, viewed } from './build.js';

const linear = casesFor('linear');

export const linearCases: OpCase[] = [
  linear('rows', [uniform([3, 4], 1), uniform([5, 4], 2), uniform([5], 3)]),
  linear('no bias', [uniform([3, 4], 4), uniform([2, 4], 5)]),
  linear('one vector', [uniform([6], 6), uniform([3, 6], 7), uniform([3], 8)]),
  linear('two leading axes', [uniform([2, 3, 4], 9), uniform([5, 4], 10), uniform([5], 11)]),
  linear('three leading axes', [uniform([2, 1, 3, 2], 12), uniform([4, 2], 13)]),
  linear('ReLU', [uniform([4, 3], 14), uniform([5, 3], 15), uniform([5], 16)], { activation: 'relu' }, 'reference'),
  linear('no rows', [uniform([0, 3], 17), uniform([2, 3], 18), uniform([2], 19)]),
  linear('views', [
    viewed(uniform([4, 3], 20), { transpose: [0, 1] }),
    viewed(uniform([4, 5], 21), { transpose: [0, 1] }),
    uniform([5], 22),
  ]),
  linear('f16', [half(uniform([3, 2, 5], 23)), half(uniform([3, 5], 24)), uniform([3], 25)], {}, 'reference'),
  linear('f16 without bias', [half(uniform([7, 9], 26)), half(uniform([5, 9], 27))], {}, 'reference'),
];
