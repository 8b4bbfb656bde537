/** Boxes on maps. */
import * as cases from '../cases/detection.js';
import { finiteDifference } from '../finite-difference.js';
import { nmsMask, type RoiAttrs, roiAlign } from '../reference/detection.js';
import type { OpSpec } from '../spec.js';

export const detectionSpecs: OpSpec[] = [
  {
    op: 'nmsMask',
    reference: ([boxes, scores], { threshold }) => nmsMask(boxes!, scores!, threshold as number),
    tolerance: { forward: 0, gradient: 0 },
    cases: cases.nmsMaskCases,
  },
  {
    op: 'roiAlign',
    reference: ([x, boxes], attrs) => roiAlign(x!, boxes!, attrs as unknown as RoiAttrs),
    // To the map alone: boxes have none.
    vjp: ([x, boxes], g, attrs) => [
      finiteDifference((moved) => roiAlign(moved, boxes!, attrs as unknown as RoiAttrs), x!, g),
    ],
    tolerance: { forward: 1e-5, gradient: 1e-5 },
    cases: cases.roiAlignCases,
  },
];
