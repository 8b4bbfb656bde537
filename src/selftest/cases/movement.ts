/** Concat, pad, slice, index select, gather, one-hot, flip: uneven parts, empty parts, repeats, integers. */
import type { OpCase } from '../case.js';
import type { Range } from '../reference/movement.js';
import { casesFor, choice, crop, distinct, integers, literal, uniform, viewed } from './build.js';

const ranges = (...list: Range[]) => ({ ranges: list });
const amounts = (...list: [before: number, after: number][]) => ({ amounts: list });

const concat = casesFor('concat');
const pad = casesFor('pad');
const slice = casesFor('slice');
const indexSelect = casesFor('indexSelect');
const gather = casesFor('gather');
const oneHot = casesFor('oneHot');
const flip = casesFor('flip');

export const concatCases: OpCase[] = [
  concat('two rows', [uniform([2, 3], 1), uniform([4, 3], 2)], { axis: 0 }),
  concat('three columns', [uniform([2, 3], 3), uniform([2, 1], 4), uniform([2, 5], 5)], { axis: 1 }),
  concat('last axis', [uniform([2, 2, 3], 6), uniform([2, 2, 4], 7)], { axis: -1 }),
  concat('one array', [uniform([3, 2], 8)], { axis: 0 }),
  concat('an empty part', [uniform([2, 3], 9), uniform([2, 0], 10), uniform([2, 2], 11)], { axis: 1 }),
  concat(
    'twelve parts',
    Array.from({ length: 12 }, (_, i) => uniform([2, 1 + (i % 3)], 12 + i)),
    { axis: 1 },
  ),
  concat('i32', [integers([3], 30, -9, 9), integers([2], 31, -9, 9)], { axis: 0 }, 'none'),
  concat(
    'views',
    [viewed(uniform([3, 2], 32), { transpose: [0, 1] }), viewed(uniform([2, 1], 33), { expand: [2, 4] })],
    { axis: 1 },
  ),
];

export const padCases: OpCase[] = [
  pad('zeros around', [uniform([3, 4], 1)], amounts([1, 1], [2, 2])),
  pad('uneven, value', [uniform([2, 3], 2)], { ...amounts([0, 2], [3, 0]), value: -1.5 }),
  pad('four axes', [uniform([2, 2, 3, 3], 3)], amounts([0, 0], [0, 1], [1, 2], [2, 1])),
  pad('nothing', [uniform([2, 3], 4)], amounts([0, 0], [0, 0])),
  pad('around no elements', [uniform([0, 2], 5)], { ...amounts([1, 1], [0, 0]), value: 2 }),
  pad('i32', [integers([2, 2], 7, -9, 9)], { ...amounts([1, 0], [0, 2]), value: 3 }, 'none'),
  pad('transposed view', [viewed(uniform([4, 3], 6), { transpose: [0, 1] })], amounts([1, 0], [0, 1])),
];

export const sliceCases: OpCase[] = [
  slice('rows and columns', [uniform([5, 6], 1)], ranges([1, 4], [2, 6])),
  slice('one cell', [uniform([3, 4], 2)], ranges([2, 3], [3, 4])),
  slice('everything', [uniform([3, 4], 3)], ranges([0, 3], [0, 4])),
  slice('of a transposed view', [viewed(uniform([4, 5], 4), { transpose: [0, 1] })], ranges([1, 3], [0, 4])),
  slice('of a slice', [viewed(uniform([6, 6], 5), crop([1, 6], [2, 5]))], ranges([1, 4], [1, 3])),
  slice('one index drops the axis', [uniform([3, 4, 5], 7)], ranges(null, 2)),
  slice('every index', [uniform([3, 4], 8)], ranges(1, -1)),
  slice('every second', [uniform([7, 5], 9)], ranges([1, 7, 2], [0, 5, 3])),
  slice('from the end', [uniform([6, 4], 10)], ranges([-3], [-4, -1])),
  slice('nothing', [uniform([3, 4], 11)], ranges([2, 2])),
  slice('i32', [integers([4, 4], 6, -9, 9)], ranges([0, 2], [1, 4]), 'none'),
];

export const indexSelectCases: OpCase[] = [
  indexSelect('rows', [uniform([5, 3], 1), literal([4], [4, 0, 2, 1], 'i32')]),
  indexSelect('repeated rows add their gradients', [uniform([4, 3], 2), literal([7], [1, 1, 3, 1, 0, 3, 1], 'i32')]),
  indexSelect('columns', [uniform([3, 5], 3), literal([3], [4, 4, 0], 'i32')], { axis: 1 }),
  indexSelect('embedding of a 2-D index', [uniform([6, 4], 4), integers([2, 5], 5, 0, 5)]),
  indexSelect('middle axis', [uniform([2, 4, 3], 6), integers([5], 7, 0, 3)], { axis: 1 }),
  indexSelect('no indices', [uniform([4, 2], 8), { shape: [0], dtype: 'i32', values: [] }]),
  indexSelect('all the same of 100', [uniform([3, 2], 9), integers([100], 10, 1, 1)]),
  indexSelect('a row that does not exist is NaN', [uniform([3, 2], 13), literal([3], [1, 3, -1], 'i32')], {}, 'none'),
  indexSelect('i32', [integers([4, 3], 14, -9, 9), literal([3], [2, 0, 2], 'i32')], {}, 'none'),
  indexSelect('long rows', [uniform([5, 37], 15), integers([9], 16, 0, 4)]),
  indexSelect('sliced view', [viewed(uniform([6, 5], 11), crop([1, 5], [1, 4])), integers([6], 12, 0, 3)]),
];

export const gatherCases: OpCase[] = [
  gather('rows', [uniform([4, 3], 1), integers([2, 3], 2, 0, 3)]),
  gather('columns', [uniform([3, 5], 3), integers([3, 4], 4, 0, 4)], { axis: 1 }),
  gather('last of three', [uniform([2, 3, 4], 5), integers([2, 3, 6], 6, 0, 3)], { axis: -1 }),
  gather('middle of three', [uniform([2, 4, 3], 7), integers([2, 2, 3], 8, 0, 3)], { axis: 1 }),
  gather('fewer rows and columns than the input', [uniform([5, 4, 6], 9), integers([2, 7, 3], 10, 0, 3)], { axis: 1 }),
  gather('one per row, as a loss picks its class', [uniform([6, 5], 11), integers([6, 1], 12, 0, 4)], { axis: 1 }),
  gather('repeats add their gradients', [uniform([3, 2], 13), integers([40, 2], 14, 0, 2)]),
  gather('one axis', [uniform([7], 15), literal([4], [6, 0, 6, 3], 'i32')]),
  gather('no indices', [uniform([3, 2], 16), { shape: [0, 2], dtype: 'i32', values: [] }]),
  gather(
    'an element that does not exist is NaN',
    [uniform([3, 2], 17), literal([2, 2], [1, 3, -1, 0], 'i32')],
    {},
    'none',
  ),
  gather('i32', [integers([4, 3], 18, -9, 9), integers([4, 2], 19, 0, 2)], { axis: 1 }, 'none'),
  gather(
    'views',
    [viewed(uniform([4, 3], 20), { transpose: [0, 1] }), viewed(integers([2, 3], 21, 0, 3), { transpose: [0, 1] })],
    { axis: 1 },
  ),
];

export const oneHotCases: OpCase[] = [
  oneHot('labels', [literal([5], [0, 3, 1, 3, 2], 'i32')], { classes: 4 }, 'none'),
  oneHot('one class', [literal([2], [0, 0], 'i32')], { classes: 1 }, 'none'),
  oneHot('2-D', [integers([3, 4], 1, 0, 9)], { classes: 10 }, 'none'),
  oneHot('a label that is not a class gives zeros', [literal([3], [-1, 2, 5], 'i32')], { classes: 3 }, 'none'),
  oneHot('no labels', [{ shape: [0], dtype: 'i32', values: [] }], { classes: 3 }, 'none'),
];

export const flipCases: OpCase[] = [
  flip('last axis', [uniform([3, 4], 1)], { axes: [-1] }),
  flip('first axis', [uniform([3, 4], 2)], { axes: [0] }),
  flip('images left to right', [uniform([2, 3, 4, 5], 3)], { axes: [3] }),
  flip('both spatial axes', [uniform([1, 2, 3, 4], 4)], { axes: [2, 3] }),
  flip('axis of one', [uniform([3, 1], 5)], { axes: [1] }),
  flip('every axis', [uniform([2, 3, 2], 7)], {}),
  flip('i32', [integers([3, 4], 8, -9, 9)], { axes: [1] }, 'none'),
  flip('transposed view', [viewed(uniform([4, 3], 6), { transpose: [0, 1] })], { axes: [1] }),
];

const stack = casesFor('stack');
const split = casesFor('split');
const repeat = casesFor('repeat');
const roll = casesFor('roll');
const sort = casesFor('sort');
const topK = casesFor('topK');
const scatterAdd = casesFor('scatterAdd');
const cumsum = casesFor('cumsum');
const NAN = Number.NaN;

export const stackCases: OpCase[] = [
  stack('rows', [uniform([3], 1), uniform([3], 2)]),
  stack('a new last axis', [uniform([2, 3], 3), uniform([2, 3], 4)], { axis: -1 }),
  stack('scalars', [uniform([], 5), uniform([], 6), uniform([], 7)], { axis: 0 }),
  stack('middle, i32', [integers([2, 3], 8, -9, 9), integers([2, 3], 9, -9, 9)], { axis: 1 }, 'none'),
];

export const splitCases: OpCase[] = [
  split('even', [uniform([6, 2], 1)], { size: 2 }),
  split('the last part is smaller', [uniform([2, 5], 2)], { size: 2, axis: 1 }),
  split('by sizes', [uniform([2, 6], 3)], { size: [1, 3, 2], axis: -1 }),
  split('larger than the axis, i32', [integers([3], 4, -9, 9)], { size: 7 }, 'none'),
];

export const repeatCases: OpCase[] = [
  repeat('both axes', [uniform([2, 3], 1)], { counts: [2, 3] }),
  repeat('new axes in front', [uniform([2], 2)], { counts: [3, 1, 2] }),
  repeat('once', [uniform([2, 3], 3)], { counts: [1, 1] }),
  repeat('never', [uniform([2, 3], 4)], { counts: [0, 2] }),
  repeat('transposed view', [viewed(uniform([3, 2], 5), { transpose: [0, 1] })], { counts: [1, 2] }),
  repeat('i32', [integers([2, 2], 6, -9, 9)], { counts: [2, 2] }, 'none'),
];

export const rollCases: OpCase[] = [
  roll('rows', [uniform([4, 3], 1)], { shifts: 1, axes: 0 }),
  roll('backwards, two axes', [uniform([4, 3], 2)], { shifts: [-1, 5], axes: [0, -1] }),
  roll('flat', [uniform([2, 3], 3)], { shifts: 2 }),
  roll('by nothing and by the whole', [uniform([3, 2], 4)], { shifts: [0, 2], axes: [0, 1] }),
  roll('no elements', [uniform([0, 2], 5)], { shifts: 3, axes: 0 }),
  roll('i32', [integers([5], 6, -9, 9)], { shifts: -2, axes: 0 }, 'none'),
];

export const sortCases: OpCase[] = [
  sort('rows', [distinct([3, 7], 1)]),
  sort('descending, first axis', [distinct([6, 3], 2)], { axis: 0, descending: true }),
  sort('middle axis', [distinct([2, 5, 3], 3)], { axis: 1 }),
  sort('ties keep their order', [choice([4, 33], 4, [-1, 0, 1])], {}, 'none'),
  sort('ties keep their order, descending', [choice([2, 50], 5, [-1, 0, 1])], { descending: true }, 'none'),
  sort('NaN is the largest', [literal([2, 4], [NAN, 1, -Infinity, NAN, Infinity, NAN, 0, -0])], {}, 'none'),
  sort('NaN first when descending', [literal([4], [1, NAN, Infinity, NAN])], { descending: true }, 'none'),
  sort('one element', [distinct([3, 1], 6)]),
  sort('no elements', [uniform([2, 0], 7)]),
  sort('line of 1,000', [distinct([2, 1000], 8)], {}, 'none'),
  sort('u32 above 2^31', [literal([4], [4e9, 1, 3e9, 2], 'u32')], {}, 'none'),
  sort('i32, transposed view', [viewed(integers([4, 3], 9, -9, 9), { transpose: [0, 1] })], {}, 'none'),
];

export const topKCases: OpCase[] = [
  topK('three largest', [distinct([2, 9], 1)], { k: 3 }),
  topK('two smallest, first axis', [distinct([6, 2], 2)], { k: 2, axis: 0, largest: false }),
  topK('all', [distinct([2, 5], 3)], { k: 5 }),
  topK('none', [distinct([2, 5], 4)], { k: 0 }),
  topK('NaN is the largest', [literal([5], [1, NAN, 3, NAN, 2])], { k: 3 }, 'none'),
];

export const scatterAddCases: OpCase[] = [
  scatterAdd('rows', [uniform([4, 3], 1), uniform([2, 3], 2), integers([2, 3], 3, 0, 3)]),
  scatterAdd('columns, repeats', [uniform([3, 4], 4), uniform([3, 9], 5), integers([3, 9], 6, 0, 3)], { axis: 1 }),
  scatterAdd('fewer rows', [uniform([5, 3], 7), uniform([2, 2], 8), integers([2, 2], 9, 0, 2)], { axis: -1 }),
  scatterAdd('no indices', [uniform([3], 10), uniform([0], 11), { shape: [0], dtype: 'i32', values: [] }]),
  scatterAdd(
    'an index outside adds nothing',
    [uniform([3], 12), uniform([3], 13), literal([3], [0, -1, 3], 'i32')],
    {},
    'none',
  ),
];

export const cumsumCases: OpCase[] = [
  cumsum('rows', [uniform([3, 5], 1)]),
  cumsum('first axis', [uniform([4, 3], 2)], { axis: 0 }),
  cumsum('middle axis', [uniform([2, 4, 3], 3)], { axis: 1 }),
  cumsum('more than one part', [uniform([2, 777], 4, 0, 1)], {}, 'reference'),
  cumsum('parts of columns', [uniform([300, 2], 5)], { axis: 0 }, 'reference'),
  cumsum('no elements', [uniform([2, 0], 6)]),
  cumsum('NaN and infinities spoil what follows', [literal([2, 3], [1, NAN, 2, 1, Infinity, -Infinity])], {}, 'none'),
  cumsum('i32', [integers([2, 9], 7, -50, 50)], {}, 'none'),
  cumsum('transposed view', [viewed(uniform([4, 3], 8), { transpose: [0, 1] })]),
];
