import { noGrad } from '../autograd/mode.js';
import { matmul } from '../ops/matmul.js';
import type { Device } from '../runtime/device.js';
import type { FeatureMatrix } from '../svm/features.js';
import { type Gram, gramFrom } from '../svm/gram.js';
import type { LinearSvm } from '../svm/linear-svm.js';
import { tensor } from '../tensor/create.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';

/** Values of one block of rows on the device: 32 MiB of f32. */
const BLOCK_VALUES = 2 ** 23;

interface Block {
  readonly from: number;
  readonly count: number;
  readonly rows: Tensor;
}

function block(device: Device, { data, count, dimension }: FeatureMatrix, from: number): Block {
  const rows = Math.min(count - from, Math.max(1, Math.floor(BLOCK_VALUES / dimension)));
  const values = data.subarray(from * dimension, (from + rows) * dimension);
  return { from, count: rows, rows: tensor(device, values, { shape: [rows, dimension] }) };
}

/** Inner products of all pairs of samples, computed on a device block by block (the lower triangle, mirrored). */
export async function deviceGram(device: Device, features: FeatureMatrix): Promise<Gram> {
  const { count } = features;
  const all = new Float32Array(count * count);
  for (let i = 0; i < count; ) {
    const left = block(device, features, i);
    for (let j = 0; j <= i; ) {
      const right = j === i ? left : block(device, features, j);
      const product = noGrad(() => matmul(left.rows, right.rows, { transposeB: true }));
      const values = await product.data();
      product.dispose();
      for (let row = 0; row < left.count; row++) {
        for (let column = 0; column < right.count; column++) {
          const value = values[row * right.count + column]!;
          all[(i + row) * count + j + column] = value;
          all[(j + column) * count + i + row] = value;
        }
      }
      j += right.count;
      if (right !== left) right.rows.dispose();
    }
    i += left.count;
    left.rows.dispose();
  }
  return gramFrom(all, count);
}

/** Scores `[samples, classes]` of classifiers on a device. */
export async function deviceScores(device: Device, model: LinearSvm, features: FeatureMatrix): Promise<Float64Array> {
  const { classes, dimension, weights, bias } = model;
  const scores = new Float64Array(features.count * classes);
  const [w, b] = [tensor(device, weights, { shape: [classes, dimension] }), tensor(device, bias)];
  for (let i = 0; i < features.count; ) {
    const part = block(device, features, i);
    const result = noGrad(() => scope(() => matmul(part.rows, w, { transposeB: true, bias: b })));
    scores.set(await result.data(), i * classes);
    result.dispose();
    part.rows.dispose();
    i += part.count;
  }
  w.dispose();
  b.dispose();
  return scores;
}
