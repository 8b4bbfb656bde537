import { noGrad } from '../../autograd/mode.js';
import type { Picture } from '../../picture/picture.js';
import { checkOptions, type OptionNames } from '../../runtime/options.js';
import type { Tensor } from '../../tensor/tensor.js';
import { type Boxes, boxCount } from '../boxes.js';
import { stage } from './stages.js';
import type { ReadOptions, WindowOptions, WindowSource } from './window-source.js';

/** Features of some windows of a picture on the device. */
export interface FeaturePart {
  /** Which windows, as places in the list that was asked for. */
  readonly rows: Int32Array;
  /** f32 `[rows, pooledDimension]`: for regression. */
  readonly pooled: Tensor;
  /** f32 `[rows, dimension]`: for classifiers. The same tensor where no layer stands behind the pool. */
  readonly features: Tensor;
}

/**
 * Features of windows of one picture, part by part: pooled, then through the fully connected layers (the stage `fc`). A part is
 * freed when the next one is asked for, or the loop is left.
 */
export async function* windowFeatures(
  source: WindowSource,
  picture: Picture,
  boxes: Boxes,
  options: WindowOptions = {},
): AsyncGenerator<FeaturePart> {
  if (boxCount(boxes) === 0) return;
  const { network } = source;
  for await (const { rows, vectors: pooled } of source.pooled(picture, boxes, options)) {
    let features = pooled;
    try {
      features = await stage(options.clock, 'fc', () => noGrad(() => network.head(pooled)));
      yield { rows, pooled, features };
    } finally {
      if (features !== pooled) features.dispose();
      pooled.dispose();
    }
  }
}

const READ_NAMES: OptionNames<ReadOptions> = { flip: true, scales: true, clock: true, of: true };

/** `readFeatures` of the package; what it does stands at its door, `read-features.ts`. */
export async function readFeatures(
  source: WindowSource,
  picture: Picture,
  boxes: Boxes,
  options: ReadOptions,
): Promise<Float32Array<ArrayBuffer>> {
  checkOptions('readFeatures', options, READ_NAMES);
  const { of = 'features' } = options;
  const { dimension, pooledDimension } = source.network;
  const size = of === 'features' ? dimension : pooledDimension;
  const all = new Float32Array(boxCount(boxes) * size);
  for await (const part of windowFeatures(source, picture, boxes, options)) {
    const values = (await part[of].data()) as Float32Array;
    for (const [i, row] of part.rows.entries()) all.set(values.subarray(i * size, (i + 1) * size), row * size);
  }
  return all;
}
