import { SppgpuError } from '../runtime/errors.js';
import { checkOptions, type OptionNames } from '../runtime/options.js';

/** Factor on C for positives and negatives; `'balanced'` makes both weigh half of all samples together. */
export type ClassWeights = { readonly positive: number; readonly negative: number } | 'balanced';

export interface SvmOptions {
  /** Cost of a unit of hinge loss, LIBLINEAR's C (default 1). */
  c?: number;
  classWeights?: ClassWeights;
  /**
   * Constant feature appended to every sample, LIBLINEAR's -B; its weight is regularised too. 0: no intercept (default 1, for
   * unit rows). Far above the samples' norm it makes coordinate steps crawl: scale the features up with it.
   */
  biasFeature?: number;
  /** Relative duality gap at which a class is solved (default 1e-3). */
  tolerance?: number;
  /** Passes over the samples after which a class is given up, unconverged but with its gap (default 10,000; LIBLINEAR's 1,000 is too few for large C). */
  maximumPasses?: number;
  shrinking?: boolean;
  /** Order of the coordinate steps; the same seed gives the same bits. */
  seed?: number;
}

const NAMES: OptionNames<SvmOptions> = {
  c: true,
  classWeights: true,
  biasFeature: true,
  tolerance: true,
  maximumPasses: true,
  shrinking: true,
  seed: true,
};

/** How well one class was solved: objectives in float64. */
export interface SvmClassReport {
  readonly primal: number;
  readonly dual: number;
  /** (primal - dual) / primal: an upper bound on the objective's distance from its optimum. */
  readonly relativeGap: number;
  readonly passes: number;
  readonly supportVectors: number;
  readonly converged: boolean;
}

export type ResolvedSvmOptions = Required<SvmOptions>;

/** Fills in defaults. Throws SppgpuError naming an option that is out of range. */
export function resolveSvmOptions(given: SvmOptions): ResolvedSvmOptions {
  checkOptions('svm', given, NAMES);
  const options: ResolvedSvmOptions = {
    c: 1,
    classWeights: { positive: 1, negative: 1 },
    biasFeature: 1,
    tolerance: 1e-3,
    maximumPasses: 10_000,
    shrinking: true,
    seed: 0,
    ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as SvmOptions),
  };
  const fail = (name: string, value: unknown, wanted: string): never => {
    throw new SppgpuError(`svm: ${name} is ${value}; it must be ${wanted}`);
  };
  const { c, classWeights, biasFeature, tolerance, maximumPasses } = options;
  if (!(c > 0 && Number.isFinite(c))) fail('c', c, 'a finite number above 0');
  if (!(biasFeature >= 0 && Number.isFinite(biasFeature))) fail('biasFeature', biasFeature, 'a finite number from 0');
  if (!(tolerance > 0)) fail('tolerance', tolerance, 'above 0');
  if (!(Number.isInteger(maximumPasses) && maximumPasses > 0))
    fail('maximumPasses', maximumPasses, 'a whole number from 1');
  if (classWeights !== 'balanced') {
    for (const [side, weight] of Object.entries(classWeights)) {
      if (!(weight >= 0 && Number.isFinite(weight))) fail(`classWeights.${side}`, weight, 'a finite number from 0');
    }
  }
  return options;
}

/** The cost of each sample of one class; 0 for samples that are left out. */
export function sampleCosts(targets: Int8Array, { c, classWeights }: ResolvedSvmOptions): Float64Array {
  let { positive, negative } = classWeights === 'balanced' ? { positive: 1, negative: 1 } : classWeights;
  if (classWeights === 'balanced') {
    const positives = targets.reduce((sum, target) => sum + (target > 0 ? 1 : 0), 0);
    const negatives = targets.reduce((sum, target) => sum + (target < 0 ? 1 : 0), 0);
    if (positives > 0 && negatives > 0) {
      positive = (positives + negatives) / (2 * positives);
      negative = (positives + negatives) / (2 * negatives);
    }
  }
  return Float64Array.from(targets, (target) => (target > 0 ? c * positive : target < 0 ? c * negative : 0));
}
