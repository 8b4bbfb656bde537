import { noGrad } from '../../autograd/mode.js';
import { matmul } from '../../ops/matmul.js';
import type { Device } from '../../runtime/device.js';
import { deviceGram } from '../../svm/device-gram.js';
import type { FeatureMatrix } from '../../svm/features.js';
import { tensor } from '../../tensor/create.js';
import { solveCholesky } from './cholesky.js';

/** Values of one block of rows on the device: 32 MiB of f32. */
const BLOCK_VALUES = 2 ** 23;

/** A linear map to several targets: prediction = weights . x + bias. */
export interface RidgeModel {
  /** [targets, dimension] */
  readonly weights: Float64Array;
  /** [targets] */
  readonly bias: Float64Array;
}

/**
 * Ridge regression on features with a constant 1 behind them, whose weight is regularised too: the minimum of
 * |X w - y|^2 + lambda |w|^2 for each target. The normal equations are computed on the device and solved in float64: those of
 * the features, or of the samples where these are fewer.
 * @param targets [samples, count]
 */
export async function ridge(
  device: Device,
  features: FeatureMatrix,
  targets: Float64Array,
  lambda: number,
): Promise<RidgeModel> {
  const count = targets.length / features.count;
  return features.count <= features.dimension
    ? overSamples(device, features, targets, count, lambda)
    : overFeatures(device, features, targets, count, lambda);
}

/** w = X' (X X' + lambda I)^-1 y. */
async function overSamples(
  device: Device,
  features: FeatureMatrix,
  targets: Float64Array,
  count: number,
  lambda: number,
): Promise<RidgeModel> {
  const { data, count: samples, dimension } = features;
  const products = Float64Array.from((await deviceGram(device, features)).data, (value) => value + 1);
  for (let i = 0; i < samples; i++) products[i * (samples + 1)]! += lambda;
  const shares = solveCholesky(products, samples, targets.slice(), count);
  const weights = new Float64Array(count * dimension);
  const bias = new Float64Array(count);
  for (let i = 0; i < samples; i++) {
    for (let target = 0; target < count; target++) {
      const share = shares[i * count + target]!;
      bias[target]! += share;
      for (let k = 0, at = target * dimension; k < dimension; k++) weights[at + k]! += share * data[i * dimension + k]!;
    }
  }
  return { weights, bias };
}

/** w = (X' X + lambda I)^-1 X' y. */
async function overFeatures(
  device: Device,
  { data, count: samples, dimension }: FeatureMatrix,
  targets: Float64Array,
  count: number,
  lambda: number,
): Promise<RidgeModel> {
  const n = dimension + 1;
  const products = new Float64Array(n * n);
  const right = new Float64Array(n * count);
  const rows = Math.max(1, Math.floor(BLOCK_VALUES / n));
  for (let from = 0; from < samples; from += rows) {
    const to = Math.min(from + rows, samples);
    const block = new Float32Array((to - from) * n);
    for (let i = from; i < to; i++) {
      const at = (i - from) * n;
      block.set(data.subarray(i * dimension, (i + 1) * dimension), at);
      block[at + dimension] = 1;
      for (let k = 0; k < n; k++) {
        for (let target = 0; target < count; target++) {
          right[k * count + target]! += block[at + k]! * targets[i * count + target]!;
        }
      }
    }
    const x = tensor(device, block, { shape: [to - from, n] });
    const square = noGrad(() => matmul(x, x, { transposeA: true }));
    const values = await square.data();
    for (let i = 0; i < products.length; i++) products[i]! += values[i]!;
    square.dispose();
    x.dispose();
  }
  for (let i = 0; i < n; i++) products[i * (n + 1)]! += lambda;
  const solved = solveCholesky(products, n, right, count);
  const weights = new Float64Array(count * dimension);
  for (let k = 0; k < dimension; k++) {
    for (let target = 0; target < count; target++) weights[target * dimension + k] = solved[k * count + target]!;
  }
  return { weights, bias: solved.slice(dimension * count) };
}
