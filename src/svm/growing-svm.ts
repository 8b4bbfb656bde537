import { ShapeError, SppgpuError } from '../runtime/errors.js';
import { dot } from './dense.js';
import { notFinite } from './features.js';
import type { LinearSvm } from './linear-svm.js';
import { type ResolvedSvmOptions, resolveSvmOptions, type SvmClassReport, type SvmOptions } from './options.js';
import { classProblems, solveOverFeatures } from './solve-classes.js';

/** A sample that a growing SVM holds. */
interface Sample {
  readonly row: Float32Array;
  /** 1 or -1. */
  readonly target: number;
  alpha: number;
}

/** What `evict` is told of a sample. */
export interface HeldSample {
  readonly index: number;
  readonly row: Float32Array;
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
 * ease, solve on from where it stands. The objective is that of `trainOneVsRest`. Rows are held, not copied, so that the SVMs
 * of many classes can share them.
 */
export class GrowingSvm {
  private readonly options: ResolvedSvmOptions;
  private held: Sample[] = [];
  private solution: LinearSvm;

  /** @throws SppgpuError for an option out of range */
  constructor(
    readonly dimension: number,
    options: SvmOptions = {},
  ) {
    this.options = resolveSvmOptions(options);
    this.solution = {
      classes: 1,
      dimension,
      weights: new Float32Array(dimension),
      bias: new Float32Array(1),
    };
  }

  /** Samples that are held. */
  get count(): number {
    return this.held.length;
  }

  /** The classifier as the last `solve` left it; zeros before the first. */
  get model(): LinearSvm {
    return this.solution;
  }

  /** The dual variables, one per sample: with rows and targets all that another instance needs to go on from here. */
  get alpha(): Float64Array<ArrayBuffer> {
    return Float64Array.from(this.held, ({ alpha }) => alpha);
  }

  /** The samples that are held, in their order. */
  get samples(): { readonly rows: readonly Float32Array[]; readonly targets: Int8Array<ArrayBuffer> } {
    return { rows: this.held.map(({ row }) => row), targets: Int8Array.from(this.held, ({ target }) => target) };
  }

  /**
   * Adds samples behind those that are held.
   * @param rows `dimension` values each (`featureRows` takes a matrix apart), which must not change as long as they are held
   * @param targets 1 or -1 of each row
   * @param alpha where to start from; by default 0, which leaves the solution as it is
   * @throws ShapeError for rows or counts that do not fit; SppgpuError for a value that is not finite, or another target
   */
  add(rows: readonly Float32Array[], targets: ArrayLike<number>, alpha?: ArrayLike<number>): void {
    const odd = rows.find((row) => row.length !== this.dimension);
    if (odd || targets.length !== rows.length || (alpha && alpha.length !== rows.length)) {
      throw new ShapeError(
        `svm: ${rows.length} rows of ${(odd ?? rows[0])?.length ?? 0} values with ${targets.length} targets for samples of ${this.dimension} values; give one target per row`,
      );
    }
    const samples = rows.map((row, i) => {
      const [target, start] = [targets[i]!, alpha?.[i] ?? 0];
      const at = notFinite(row);
      if (at >= 0) {
        throw new SppgpuError(`svm: feature ${at} of sample ${i} is ${row[at]}; leave that sample out`);
      }
      if (target !== 1 && target !== -1) {
        throw new SppgpuError(`svm: target ${target} of sample ${i} is not 1 or -1; leave that sample out`);
      }
      if (!(start >= 0 && Number.isFinite(start))) {
        throw new SppgpuError(`svm: the dual variable ${start} of sample ${i} is not a finite number from 0`);
      }
      return { row, target, alpha: start };
    });
    for (const sample of samples) this.held.push(sample);
  }

  /** Scores of the samples that are held, by the present classifier. */
  scores(): Float64Array {
    const weights = Float64Array.from(this.solution.weights);
    const bias = this.solution.bias[0]!;
    return Float64Array.from(this.held, ({ row }) => dot(weights, row) + bias);
  }

  /**
   * Lets go of samples. One that the solution leans on takes its share of it along, at the next `solve`.
   * @returns positions, before the call, of the samples that stay, in their order
   */
  evict(leaves: (sample: HeldSample) => boolean): Int32Array {
    const scores = this.scores();
    const stay = [...this.held.keys()].filter((index) => {
      return !leaves({ ...this.held[index]!, index, score: scores[index]! });
    });
    this.held = stay.map((index) => this.held[index]!);
    return Int32Array.from(stay);
  }

  /**
   * Solves on from the present dual variables: a set that changed little takes few passes.
   * @param tolerance relative duality gap to stop at, where it is not that of the options: a coarse solution will do for a set
   * that changes again
   * @throws SppgpuError for a tolerance out of range
   */
  solve(tolerance = this.options.tolerance): SvmClassReport {
    const options = resolveSvmOptions({ ...this.options, tolerance });
    const { rows, targets } = this.samples;
    const start = [{ alpha: this.alpha }];
    const problems = classProblems({ data: targets, classes: 1, count: this.count }, options, start);
    let found: SvmClassReport | undefined;
    solveOverFeatures(rows, this.dimension, problems, options, ({ alpha }, space, report) => {
      for (const [i, sample] of this.held.entries()) sample.alpha = alpha[i]!;
      const bias = Float32Array.of(space.biasWeight * options.biasFeature);
      this.solution = { ...this.solution, weights: Float32Array.from(space.weights), bias };
      found = report;
    });
    return found!;
  }
}
