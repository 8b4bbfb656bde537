/// <reference types="vite/types/importMeta.d.ts" />
/** The PyTorch fixtures, typed. `make_goldens.py` makes them. */
import { type NdArray, nd, type RefDType } from '../../src/selftest/reference/nd.js';

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

const fixtures = import.meta.glob<Fixture<unknown>>('./fixtures/*.json', { eager: true, import: 'default' });
const OPTIMIZERS = ['adam', 'sgd'];
const all = Object.values(fixtures);

/** Every op's golden cases. */
export const opFixtures = all.filter(({ op }) => !OPTIMIZERS.includes(op)) as Fixture<GoldenCase>[];

const runsOf = (optimizer: string) => all.find(({ op }) => op === optimizer)!.cases as OptimizerRun[];

/** Recorded runs of the optimizers. */
export const sgdRuns = runsOf('sgd');
export const adamRuns = runsOf('adam');

/** A stored array as the references take it. */
export function stored({ shape, data }: StoredArray, dtype: RefDType = 'f32'): NdArray {
  return nd(shape, data, dtype);
}
