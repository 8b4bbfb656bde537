import type { DualSpace } from './dual.js';
import type { FeatureMatrix } from './features.js';
import type { Gram } from './gram.js';

/** Keeps every margin up to date from the Gram matrix: looking costs nothing, a step costs one row of `count`. */
export class GramSpace implements DualSpace {
  readonly passesPerMeasurement = 1;
  private readonly margins: Float64Array;
  private readonly biasSquared: number;

  constructor(
    private readonly gram: Gram,
    biasFeature: number,
  ) {
    this.margins = new Float64Array(gram.count);
    this.biasSquared = biasFeature * biasFeature;
  }

  margin(i: number): number {
    return this.margins[i]!;
  }

  add(i: number, amount: number): void {
    const { data, count } = this.gram;
    const { margins } = this;
    const constant = amount * this.biasSquared;
    const row = i * count;
    for (let j = 0; j < count; j += 1) margins[j]! += amount * data[row + j]! + constant;
  }
}

/** Keeps w itself in float64: a look and a step cost one row of `dimension` each. */
export class FeatureSpace implements DualSpace {
  readonly passesPerMeasurement = 10;
  readonly weights: Float64Array;
  /** Weight of the bias feature; the intercept is this times the feature. */
  biasWeight = 0;

  constructor(
    private readonly features: FeatureMatrix,
    private readonly biasFeature: number,
  ) {
    this.weights = new Float64Array(features.dimension);
  }

  margin(i: number): number {
    const { data, dimension } = this.features;
    const { weights } = this;
    const row = i * dimension;
    // Four sums: one alone waits for each addition to finish.
    let s0 = this.biasWeight * this.biasFeature;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let k = 0;
    for (; k + 4 <= dimension; k += 4) {
      s0 += weights[k]! * data[row + k]!;
      s1 += weights[k + 1]! * data[row + k + 1]!;
      s2 += weights[k + 2]! * data[row + k + 2]!;
      s3 += weights[k + 3]! * data[row + k + 3]!;
    }
    for (; k < dimension; k += 1) s0 += weights[k]! * data[row + k]!;
    return s0 + s1 + s2 + s3;
  }

  add(i: number, amount: number): void {
    const { data, dimension } = this.features;
    const { weights } = this;
    const row = i * dimension;
    this.biasWeight += amount * this.biasFeature;
    for (let k = 0; k < dimension; k += 1) weights[k]! += amount * data[row + k]!;
  }
}
