import { noGrad } from '../autograd/mode.js';
import { matmul } from '../ops/matmul.js';
import type { Device } from '../runtime/device.js';
import { tensor } from '../tensor/create.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { type FeatureMatrix, takeRows } from './features.js';
import { type Gram, gramFrom } from './gram.js';
import type { LinearSvm } from './linear-svm.js';

/** Values of one block of rows on the device: 32 MiB of f32. */
const BLOCK_VALUES = 2 ** 23;

interface Block {
  readonly count: number;
  readonly rows: Tensor;
}

/** The samples `rows[from]`, `rows[from + 1]`, ... as far as they fit. */
function block(device: Device, features: FeatureMatrix, rows: Int32Array, from: number): Block {
  const { dimension } = features;
  const { count, data } = takeRows(
    features,
    rows.subarray(from, from + Math.max(1, Math.floor(BLOCK_VALUES / dimension))),
  );
  return { count, rows: tensor(device, data, { shape: [count, dimension] }) };
}

const everyRow = ({ count }: FeatureMatrix): Int32Array => Int32Array.from({ length: count }, (_, row) => row);

/** What `deviceGram` does, which pages load with the first call. */
export async function deviceGram(device: Device, features: FeatureMatrix): Promise<Gram> {
  const { count } = features;
  const all = new Float32Array(count * count);
  const rows = everyRow(features);
  for (let i = 0; i < count; ) {
    const left = block(device, features, rows, i);
    for (let j = 0; j <= i; ) {
      const right = j === i ? left : block(device, features, rows, j);
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

/** What `deviceScores` does. */
export async function deviceScores(
  device: Device,
  model: LinearSvm,
  features: FeatureMatrix,
  rows: Int32Array = everyRow(features),
): Promise<Float64Array> {
  const { classes, dimension, weights, bias } = model;
  const scores = new Float64Array(rows.length * classes);
  const [w, b] = [tensor(device, weights, { shape: [classes, dimension] }), tensor(device, bias)];
  for (let i = 0; i < rows.length; ) {
    const part = block(device, features, rows, i);
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
