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
  /** Floating-point inputs, where some of them have no gradient. */
  floats?: number;
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
const OPTIMIZERS = ['adam', 'rmsprop', 'schedules', 'sgd'];
const all = Object.values(fixtures);

/** Every op's golden cases. */
export const opFixtures = all.filter(({ op }) => !OPTIMIZERS.includes(op)) as Fixture<GoldenCase>[];

const casesOf = <Case>(name: string) => all.find(({ op }) => op === name)!.cases as Case[];

/** Recorded runs of the optimizers. */
export const sgdRuns = casesOf<OptimizerRun>('sgd');
export const adamRuns = casesOf<OptimizerRun>('adam');
export const rmspropRuns = casesOf<OptimizerRun>('rmsprop');
/** The learning rate at the start and after each step, by the schedule's name. */
export const scheduleRuns = casesOf<{ name: string; rates: number[] }>('schedules');

/** A stored array as the references take it. */
export function stored({ shape, data }: StoredArray, dtype: RefDType = 'f32'): NdArray {
  return nd(shape, data, dtype);
}
