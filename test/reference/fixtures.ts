/** The PyTorch fixtures, typed. `make_goldens.py` makes them. */
import { type NdArray, nd, type RefDType } from '../../src/selftest/reference/nd.js';
import adam from './fixtures/adam.json';
import adaptiveAvgPool2d from './fixtures/adaptiveAvgPool2d.json';
import adaptiveMaxPool2d from './fixtures/adaptiveMaxPool2d.json';
import avgPool2d from './fixtures/avgPool2d.json';
import binaryCrossEntropyWithLogits from './fixtures/binaryCrossEntropyWithLogits.json';
import conv2d from './fixtures/conv2d.json';
import crossEntropy from './fixtures/crossEntropy.json';
import gather from './fixtures/gather.json';
import indexSelect from './fixtures/indexSelect.json';
import linear from './fixtures/linear.json';
import localResponseNorm from './fixtures/localResponseNorm.json';
import logSoftmax from './fixtures/logSoftmax.json';
import maxPool2dWithIndices from './fixtures/maxPool2dWithIndices.json';
import resizeBilinear from './fixtures/resizeBilinear.json';
import sgd from './fixtures/sgd.json';
import softmax from './fixtures/softmax.json';
import spatialPyramidPool from './fixtures/spatialPyramidPool.json';

export interface StoredArray {
  shape: number[];
  data: number[];
}

export interface GoldenCase {
  name: string;
  inputs: StoredArray[];
  attrs: Record<string, unknown>;
  outputs: StoredArray[];
  cotangent: StoredArray;
  gradients: StoredArray[];
}

export interface OptimizerRun {
  name: string;
  attrs: Record<string, unknown>;
  start: StoredArray;
  gradients: StoredArray[];
  /** The parameter after each step. */
  values: StoredArray[];
}

interface Fixture<Case> {
  op: string;
  madeBy: string;
  cases: Case[];
}

/** Every op's golden cases. */
export const opFixtures = [
  adaptiveAvgPool2d,
  adaptiveMaxPool2d,
  avgPool2d,
  binaryCrossEntropyWithLogits,
  conv2d,
  crossEntropy,
  gather,
  indexSelect,
  linear,
  localResponseNorm,
  logSoftmax,
  maxPool2dWithIndices,
  resizeBilinear,
  softmax,
  spatialPyramidPool,
] as unknown as Fixture<GoldenCase>[];

/** Recorded runs of the optimizers. */
export const sgdRuns = sgd.cases as unknown as OptimizerRun[];
export const adamRuns = adam.cases as unknown as OptimizerRun[];

/** A stored array as the references take it. */
export function stored({ shape, data }: StoredArray, dtype: RefDType = 'f32'): NdArray {
  return nd(shape, data, dtype);
}
