/** Losses made of other ops. */
import { lossCases } from '../cases/losses.js';
import { finiteDifference } from '../finite-difference.js';
import { nllLoss, pairLoss, pairLosses } from '../reference/losses.js';
import type { OpSpec } from '../spec.js';

const TRANSCENDENTAL = { forward: 5e-5, gradient: 5e-5 };
const casesOf = (name: string) => lossCases.filter(({ op }) => op === name);

export const lossSpecs: OpSpec[] = [
  ...Object.entries(pairLosses).map(
    ([op, element]): OpSpec => ({
      op,
      reference: ([input, target], attrs) => pairLoss(element, input!, target!, attrs),
      ...(op === 'focalLoss' && {
        vjp: ([input, target], g, attrs) => [
          finiteDifference((moved) => pairLoss(element, moved, target!, attrs), input!, g),
        ],
      }),
      tolerance: TRANSCENDENTAL,
      cases: casesOf(op),
    }),
  ),
  { op: 'nllLoss', reference: nllLoss, tolerance: TRANSCENDENTAL, cases: casesOf('nllLoss') },
];
