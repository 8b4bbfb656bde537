import { ShapeError, SppgpuError } from '../runtime/errors.js';
import { type FeatureMatrix, requireFinite } from './features.js';
import { type LinearSvm, svmScores } from './linear-svm.js';
import { type ResolvedSvmOptions, resolveSvmOptions, type SvmClassReport, type SvmOptions } from './options.js';
import { classProblems, solveOverFeatures } from './solve-classes.js';

/** What `evict` is told of a sample. */
export interface HeldSample {
  readonly index: number;
  /** 1 or -1. */
  readonly target: number;
  /** Score of the solution so far. */
  readonly score: number;
  /** Its dual variable; 0 for a sample that the solution does not lean on. */
  readonly alpha: number;
}

/**
 * One linear SVM over a set of samples that grows and shrinks, as hard-negative mining wants it (Felzenszwalb, Girshick,
 * McAllester, Ramanan, PAMI 2010, section 4): add what the present solution gets wrong, let go of what it gets right with
 * ease, solve on from where it stands. The objective is that of `trainOneVsRest`. Memory follows the samples that are held.
 */
export class GrowingSvm {
  private readonly options: ResolvedSvmOptions;
  private rows: Float32Array;
  private targetOf = new Int8Array(0);
  private alphaOf = new Float64Array(0);
  private held = 0;
  private solution: LinearSvm;

  /** @throws SppgpuError for an option out of range */
  constructor(
    readonly dimension: number,
    options: SvmOptions = {},
  ) {
    this.options = resolveSvmOptions(options);
    this.rows = new Float32Array(0);
    this.solution = {
      classes: 1,
      dimension,
      weights: new Float32Array(dimension),
      bias: new Float32Array(1),
    };
  }

  /** Samples that are held. */
  get count(): number {
    return this.held;
  }

  /** The classifier as the last `solve` left it; zeros before the first. */
  get model(): LinearSvm {
    return this.solution;
  }

  /** The dual variables, one per sample: with features and targets all that another instance needs to go on from here. */
  get alpha(): Float64Array {
    return this.alphaOf.slice(0, this.held);
  }

  /** The samples that are held, in their order: a view, which `add` and `evict` invalidate. */
  get samples(): { readonly features: FeatureMatrix; readonly targets: Int8Array } {
    const features = {
      data: this.rows.subarray(0, this.held * this.dimension),
      count: this.held,
      dimension: this.dimension,
    };
    return { features, targets: this.targetOf.subarray(0, this.held) };
  }

  /**
   * Adds copies of samples behind those that are held.
   * @param features rows of `dimension` values
   * @param targets 1 or -1 of each row
   * @param alpha where to start from; by default 0, which leaves the solution as it is
   * @throws ShapeError for rows or counts that do not fit; SppgpuError for a value that is not finite, or another target
   */
  add(features: FeatureMatrix, targets: ArrayLike<number>, alpha?: ArrayLike<number>): void {
    const { count, dimension } = features;
    if (dimension !== this.dimension || targets.length !== count || (alpha && alpha.length !== count)) {
      throw new ShapeError(
        `svm: ${count} rows of ${dimension} values with ${targets.length} targets for samples of ${this.dimension} values; give one target per row`,
      );
    }
    requireFinite(features);
    for (let i = 0; i < count; i += 1) {
      if (targets[i] !== 1 && targets[i] !== -1) {
        throw new SppgpuError(`svm: target ${targets[i]} of sample ${i} is not 1 or -1; leave that sample out`);
      }
      if (alpha && !(alpha[i]! >= 0 && Number.isFinite(alpha[i]))) {
        throw new SppgpuError(`svm: the dual variable ${alpha[i]} of sample ${i} is not a finite number from 0`);
      }
    }
    this.reserve(this.held + count);
    this.rows.set(features.data, this.held * dimension);
    this.targetOf.set(targets, this.held);
    if (alpha) this.alphaOf.set(alpha, this.held);
    else this.alphaOf.fill(0, this.held, this.held + count);
    this.held += count;
  }

  /** Scores of the samples that are held, by the present classifier. */
  scores(): Float64Array {
    return svmScores(this.solution, this.samples.features);
  }

  /**
   * Lets go of samples. One that the solution leans on takes its share of it along, at the next `solve`.
   * @returns positions, before the call, of the samples that stay, in their order
   */
  evict(leaves: (sample: HeldSample) => boolean): Int32Array {
    const scores = this.scores();
    const stay = Int32Array.from({ length: this.held }, (_, i) => i).filter(
      (index) => !leaves({ index, target: this.targetOf[index]!, score: scores[index]!, alpha: this.alphaOf[index]! }),
    );
    for (const [place, index] of stay.entries()) {
      this.rows.copyWithin(place * this.dimension, index * this.dimension, (index + 1) * this.dimension);
      this.targetOf[place] = this.targetOf[index]!;
      this.alphaOf[place] = this.alphaOf[index]!;
    }
    this.held = stay.length;
    return stay;
  }

  /** Solves on from the present dual variables: a set that changed little takes few passes. */
  solve(): SvmClassReport {
    const { features, targets } = this.samples;
    const start = [{ alpha: this.alphaOf }];
    const problems = classProblems({ data: targets, classes: 1, count: this.held }, this.options, start);
    let found: SvmClassReport | undefined;
    solveOverFeatures(features, problems, this.options, ({ alpha }, space, report) => {
      this.alphaOf.set(alpha);
      const bias = Float32Array.of(space.biasWeight * this.options.biasFeature);
      this.solution = { ...this.solution, weights: Float32Array.from(space.weights), bias };
      found = report;
    });
    return found!;
  }

  /** Room for at least `count` samples; doubled, so that adding a few at a time does not copy all each time. */
  private reserve(count: number): void {
    if (count <= this.targetOf.length) return;
    const capacity = Math.max(count, Math.min(2 * this.targetOf.length, this.targetOf.length + SPARE_SAMPLES));
    this.rows = grown(this.rows, new Float32Array(capacity * this.dimension));
    this.targetOf = grown(this.targetOf, new Int8Array(capacity));
    this.alphaOf = grown(this.alphaOf, new Float64Array(capacity));
  }
}

/** Rows of capacity added at most beyond what is asked for. */
const SPARE_SAMPLES = 4096;

function grown<T extends Float32Array | Int8Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
