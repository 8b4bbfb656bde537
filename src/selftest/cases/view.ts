/** Views as ops: reshape, transpose, permute, expand, also one on top of another, with their gradients. */
import type { OpCase } from '../case.js';
import { casesFor, crop, integers, uniform, viewed } from './build.js';

const reshape = casesFor('reshape');
const transpose = casesFor('transpose');
const permute = casesFor('permute');
const expand = casesFor('expand');
const flatten = casesFor('flatten');
const squeeze = casesFor('squeeze');
const unsqueeze = casesFor('unsqueeze');

export const viewCases: OpCase[] = [
  reshape('flatten', [uniform([2, 3, 4], 1)], { shape: [24] }),
  reshape('one dim left open', [uniform([2, 3, 4], 2)], { shape: [4, -1] }),
  reshape('to a scalar', [uniform([1, 1], 3)], { shape: [] }),
  reshape('axes of one', [uniform([6], 4)], { shape: [1, 2, 1, 3, 1] }),
  reshape('of a transposed view, which needs a copy', [viewed(uniform([3, 4], 5), { transpose: [0, 1] })], {
    shape: [12],
  }),
  reshape('of a sliced view', [viewed(uniform([4, 6], 6), crop([1, 3]))], { shape: [3, 4] }),
  reshape('no elements', [uniform([0, 3], 7)], { shape: [3, 0, 2] }),
  reshape('i32', [integers([2, 3], 8, -9, 9)], { shape: [3, 2] }, 'none'),
  transpose('matrix', [uniform([3, 5], 11)], { axes: [0, 1] }),
  transpose('outer axes', [uniform([2, 3, 4], 12)], { axes: [0, 2] }),
  transpose('negative axes', [uniform([2, 3, 4], 13)], { axes: [-1, -2] }),
  transpose('twice', [viewed(uniform([3, 5], 14), { transpose: [0, 1] })], { axes: [0, 1] }),
  permute('NCHW to NHWC', [uniform([2, 3, 2, 4], 21)], { order: [0, 2, 3, 1] }),
  permute('round', [uniform([2, 3, 4], 22)], { order: [2, 0, 1] }),
  permute('of a sliced view', [viewed(uniform([4, 5, 2], 23), crop([1, 3], [0, 4]))], { order: [1, 2, 0] }),
  expand('rows', [uniform([1, 4], 31)], { shape: [3, 4] }),
  expand('columns', [uniform([4, 1], 32)], { shape: [4, 5] }),
  expand('new axes in front', [uniform([3], 33)], { shape: [2, 4, 3] }),
  expand('scalar', [uniform([], 34)], { shape: [2, 3] }),
  expand('of a transposed view', [viewed(uniform([4, 1], 35), { transpose: [0, 1] })], { shape: [3, 4] }),
  flatten('everything', [uniform([2, 3, 4], 41)], {}),
  flatten('maps of a batch', [uniform([2, 3, 2, 2], 42)], { start: 1 }),
  flatten('middle axes', [uniform([2, 3, 4, 5], 43)], { start: 1, end: 2 }),
  flatten('scalar', [uniform([], 44)], {}),
  flatten('transposed view', [viewed(uniform([3, 4, 2], 45), { transpose: [0, 2] })], { start: 1 }),
  squeeze('every axis of one', [uniform([1, 3, 1, 2], 46)], {}),
  squeeze('chosen axes', [uniform([1, 3, 1, 2], 47)], { axes: [2] }),
  squeeze('last axis', [uniform([3, 1], 48)], { axes: -1 }),
  unsqueeze('in front', [uniform([3, 2], 49)], { axis: 0 }),
  unsqueeze('behind', [uniform([3, 2], 50)], { axis: -1 }),
  unsqueeze('in the middle of a transposed view', [viewed(uniform([3, 2], 51), { transpose: [0, 1] })], { axis: 1 }),
];
