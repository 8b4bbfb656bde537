/** Ops that move numbers, resizing and preparing pictures. */
import * as cases from '../cases/movement.js';
import { preparePicturesCases } from '../cases/prepare-pictures.js';
import { resizeBilinearCases } from '../cases/resize.js';
import * as ref from '../reference/movement.js';
import { type PrepareAttrs, preparePictures } from '../reference/prepare-pictures.js';
import { resizeBilinear } from '../reference/resize.js';
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
    op: 'resizeBilinear',
    reference: ([x], { size }) => resizeBilinear(x!, size as [number, number]),
    tolerance: INTERPOLATED,
    cases: resizeBilinearCases,
  },
  {
    op: 'preparePictures',
    reference: ([mean], attrs) => preparePictures(attrs as unknown as PrepareAttrs, mean ?? null),
    tolerance: SAMPLED,
    cases: preparePicturesCases,
  },
];
