/** Pooling of every kind, and local response normalisation. */
import { adaptivePool2dCases } from '../cases/adaptive-pool2d.js';
import { localResponseNormCases } from '../cases/local-response-norm.js';
import { avgPool2dCases, maxPool2dCases } from '../cases/pool2d.js';
import { spatialPyramidPoolCases } from '../cases/spatial-pyramid-pool.js';
import { specialValueCases } from '../cases/special-values.js';
import { type LrnAttrs, localResponseNorm, localResponseNormVjp } from '../reference/local-response-norm.js';
import { avgPool2d, avgPool2dVjp, maxPool2dVjp, maxPool2dWithIndices, type PoolAttrs } from '../reference/pool2d.js';
import * as pyramid from '../reference/spatial-pyramid-pool.js';
import type { Attrs, OpSpec } from '../spec.js';

/** A maximum is copied, not computed; only its gradients are sums. */
const MAXIMUM = { forward: 0, gradient: 2e-6 };
const AVERAGE = { forward: 5e-6, gradient: 5e-6 };
/** The power is exp2(beta * log2(..)) on a GPU. */
const POWER = { forward: 5e-5, gradient: 5e-5 };

const casesOf = (op: string) => [...maxPool2dCases, ...adaptivePool2dCases].filter((c) => c.op === op);
const poolAttrs = (attrs: Attrs) => attrs as unknown as PoolAttrs;

interface PyramidAttrs {
  levels: number[];
  mode?: 'max' | 'avg';
}
const pyramidAttrs = (attrs: Attrs) => attrs as unknown as PyramidAttrs;

export const poolingSpecs: OpSpec[] = [
  {
    op: 'maxPool2d',
    reference: ([x], attrs) => maxPool2dWithIndices(x!, poolAttrs(attrs)).output,
    vjp: ([x], g, attrs) => [maxPool2dVjp(x!, g, poolAttrs(attrs))],
    tolerance: MAXIMUM,
    cases: casesOf('maxPool2d'),
  },
  {
    op: 'maxPool2dWithIndices',
    reference: ([x], attrs) => Object.values(maxPool2dWithIndices(x!, poolAttrs(attrs))),
    vjp: ([x], g, attrs) => [maxPool2dVjp(x!, g, poolAttrs(attrs))],
    tolerance: MAXIMUM,
    cases: casesOf('maxPool2dWithIndices'),
  },
  {
    op: 'avgPool2d',
    reference: ([x], attrs) => avgPool2d(x!, poolAttrs(attrs)),
    vjp: ([x], g, attrs) => [avgPool2dVjp(x!, g, poolAttrs(attrs))],
    tolerance: AVERAGE,
    cases: avgPool2dCases,
  },
  {
    op: 'adaptiveMaxPool2d',
    reference: ([x], attrs) => pyramid.adaptiveMaxPool2d(x!, attrs.outputSize as number),
    vjp: ([x], g, attrs) => [pyramid.adaptiveMaxPool2dVjp(x!, g, attrs.outputSize as number)],
    tolerance: MAXIMUM,
    cases: casesOf('adaptiveMaxPool2d'),
  },
  {
    op: 'adaptiveAvgPool2d',
    reference: ([x], attrs) => pyramid.adaptiveAvgPool2d(x!, attrs.outputSize as number),
    tolerance: AVERAGE,
    cases: casesOf('adaptiveAvgPool2d'),
  },
  {
    op: 'spatialPyramidPool',
    reference: ([x, windows], attrs) => {
      const { levels, mode } = pyramidAttrs(attrs);
      return pyramid.spatialPyramidPool(x!, levels, windows ?? null, mode);
    },
    vjp: ([x, windows], g, attrs) => {
      const { levels, mode } = pyramidAttrs(attrs);
      return [pyramid.spatialPyramidPoolVjp(x!, g, levels, windows ?? null, mode)];
    },
    tolerance: AVERAGE,
    cases: spatialPyramidPoolCases.map((c) => (c.attrs.mode === 'avg' ? c : { ...c, tolerance: MAXIMUM })),
  },
  {
    op: 'localResponseNorm',
    reference: ([x], attrs) => localResponseNorm(x!, attrs as unknown as LrnAttrs),
    vjp: ([x], g, attrs) => [localResponseNormVjp(x!, g, attrs as unknown as LrnAttrs)],
    tolerance: POWER,
    cases: [...localResponseNormCases, ...specialValueCases].filter(({ op }) => op === 'localResponseNorm'),
  },
];
