/** Ops that move numbers, resizing and preparing pictures. */
import * as cases from '../cases/movement.js';
import { preparePicturesCases } from '../cases/prepare-pictures.js';
import { resizeBicubicCases, resizeBilinearCases, resizeNearestCases } from '../cases/resize.js';
import * as ref from '../reference/movement.js';
import * as order from '../reference/order.js';
import { type PrepareAttrs, preparePictures } from '../reference/prepare-pictures.js';
import { resizeBicubic, resizeBilinear, resizeNearest } from '../reference/resize.js';
import type { OpSpec } from '../spec.js';

/** Numbers are copied; gradients may add up. */
const COPIED = { forward: 0, gradient: 2e-6 };
/** The sampling position is computed in float32: its error grows with the map, and the slope carries it over. */
const INTERPOLATED = { forward: 1e-5, gradient: 1e-5 };
/** The same for bytes, whose slopes reach 255 per cell. */
const SAMPLED = { forward: 5e-4, gradient: 0 };

type Pairs = [number, number][];

export const movementSpecs: OpSpec[] = [
  {
    op: 'concat',
    reference: (xs, { axis }) => ref.concat(xs, axis as number),
    tolerance: COPIED,
    cases: cases.concatCases,
  },
  {
    op: 'pad',
    reference: ([x], { amounts, value }) => ref.pad(x!, amounts as Pairs, value as number | undefined),
    tolerance: COPIED,
    cases: cases.padCases,
  },
  {
    op: 'slice',
    reference: ([x], { ranges }) => ref.slice(x!, ranges as ref.Range[]),
    tolerance: COPIED,
    cases: cases.sliceCases,
  },
  {
    op: 'gather',
    reference: ([x, indices], { axis }) => ref.gather(x!, indices!, axis as number | undefined),
    tolerance: COPIED,
    cases: cases.gatherCases,
  },
  {
    op: 'indexSelect',
    reference: ([x, indices], { axis }) => ref.indexSelect(x!, indices!, axis as number | undefined),
    tolerance: COPIED,
    cases: cases.indexSelectCases,
  },
  {
    op: 'oneHot',
    reference: ([indices], { classes }) => ref.oneHot(indices!, classes as number),
    tolerance: COPIED,
    cases: cases.oneHotCases,
  },
  {
    op: 'flip',
    reference: ([x], { axes }) => ref.flip(x!, axes as number[] | undefined),
    tolerance: COPIED,
    cases: cases.flipCases,
  },
  {
    op: 'stack',
    reference: (xs, { axis }) => ref.stack(xs, axis as number),
    tolerance: COPIED,
    cases: cases.stackCases,
  },
  {
    op: 'split',
    reference: ([x], { size, axis }) => ref.split(x!, size as number, axis as number),
    tolerance: COPIED,
    cases: cases.splitCases,
  },
  {
    op: 'repeat',
    reference: ([x], { counts }) => ref.repeat(x!, counts as number[]),
    tolerance: COPIED,
    cases: cases.repeatCases,
  },
  {
    op: 'roll',
    reference: ([x], { shifts, axes }) => ref.roll(x!, shifts as number, axes as number),
    tolerance: COPIED,
    cases: cases.rollCases,
  },
  { op: 'sort', reference: ([x], attrs) => order.sort(x!, attrs), tolerance: COPIED, cases: cases.sortCases },
  {
    op: 'topK',
    reference: ([x], { k, axis, largest = true }) =>
      order.sort(x!, { axis: axis as number, descending: largest as boolean }, k as number),
    tolerance: COPIED,
    cases: cases.topKCases,
  },
  {
    op: 'scatterAdd',
    reference: ([x, source, indices], attrs) => order.scatterAdd(x!, indices!, source!, attrs),
    tolerance: { forward: 2e-6, gradient: 2e-6 },
    cases: cases.scatterAddCases,
  },
  {
    op: 'cumsum',
    reference: ([x], attrs) => order.cumsum(x!, attrs),
    vjp: ([x], g, attrs) => [order.cumsumVjp(x!, g, attrs)],
    tolerance: { forward: 1e-5, gradient: 1e-5 },
    cases: cases.cumsumCases,
  },
  {
    op: 'resizeBilinear',
    reference: ([x], { size }) => resizeBilinear(x!, size as [number, number]),
    tolerance: INTERPOLATED,
    cases: resizeBilinearCases,
  },
  {
    op: 'resizeNearest',
    reference: ([x], { size }) => resizeNearest(x!, size as [number, number]),
    tolerance: COPIED,
    cases: resizeNearestCases,
  },
  {
    op: 'resizeBicubic',
    reference: ([x], { size }) => resizeBicubic(x!, size as [number, number]),
    tolerance: INTERPOLATED,
    cases: resizeBicubicCases,
  },
  {
    op: 'preparePictures',
    reference: ([mean], attrs) => preparePictures(attrs as unknown as PrepareAttrs, mean ?? null),
    tolerance: SAMPLED,
    cases: preparePicturesCases,
  },
];
