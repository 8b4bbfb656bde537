import { dot } from './dense.js';
import type { DualSpace } from './dual.js';
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
    private readonly rows: readonly Float32Array[],
    dimension: number,
    private readonly biasFeature: number,
  ) {
    this.weights = new Float64Array(dimension);
  }

  margin(i: number): number {
    return this.biasWeight * this.biasFeature + dot(this.weights, this.rows[i]!);
  }

  add(i: number, amount: number): void {
    const { weights } = this;
    const row = this.rows[i]!;
    this.biasWeight += amount * this.biasFeature;
    for (let k = 0; k < row.length; k += 1) weights[k]! += amount * row[k]!;
  }
}
