import { noGrad } from '../autograd/mode.js';
import { centreView, fullView, type PreprocessRecord, warpView } from '../data/augment.js';
import type { ByteImage } from '../data/image.js';
import { type PrepareOptions, prepareImages } from '../data/prepare.js';
import type { Architecture } from '../models/architecture.js';
import { featureLayers } from '../models/feature-layers.js';
import type { Network } from '../models/network.js';
import { spatialPyramidPool } from '../ops/spatial-pyramid-pool.js';
import { SppgpuError } from '../runtime/errors.js';
import { type FeatureMatrix, featureMatrix, l2Normalise } from '../svm/features.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { inEvaluation, networkDevice } from './in-evaluation.js';
import { sizeGroups } from './size-groups.js';

/** `'crop'`: central square of the resized picture; `'full'`: all of it at its own aspect ratio; `'warp'`: all of it squeezed into a square. */
export const FEATURE_MODES = ['crop', 'full', 'warp'] as const;
export type FeatureMode = (typeof FEATURE_MODES)[number];

export interface FeatureOptions extends PrepareOptions {
  /** A name of `featureLayerNames`: conv4, conv5, pool5, spp, fc6, ... */
  readonly layer: string;
  /** Shorter side of the resized picture, in pixels; the side of the square for crop and warp. */
  readonly scale: number;
  readonly mode: FeatureMode;
  /** Pyramid for `spp` and `pool5` where the network's own head has none. */
  readonly levels?: readonly number[];
  /** Divide each vector by its length, as the paper does before every SVM (default true). */
  readonly normalise?: boolean;
  readonly maxPixels?: number;
}

const MAX_PIXELS = 2 ** 20;

/**
 * One feature vector a picture from any layer (paper 3.2, 3.3).
 * @throws SppgpuError for an unknown layer, or where pictures of several sizes would give vectors of several lengths
 */
export async function extractFeatures(
  network: Network,
  images: readonly ByteImage[],
  options: FeatureOptions,
): Promise<FeatureMatrix> {
  const { architecture } = network;
  const forward = featureForward(network, options);
  const views = images.map((image, index) => ({ index, record: featureView(image, options) }));
  const rows: Float32Array[] = new Array(images.length);
  await inEvaluation(network, async () => {
    for (const group of sizeGroups(views, ({ record }) => record.outSize, options.maxPixels ?? MAX_PIXELS)) {
      const output = noGrad(() =>
        scope(() => {
          const pictures = group.map(({ index }) => images[index]!);
          const records = group.map(({ record }) => record);
          return forward(prepareImages(networkDevice(network), pictures, records, architecture.input, options));
        }),
      );
      const values = (await output.data()) as Float32Array;
      output.dispose();
      const dimension = values.length / group.length;
      for (const [i, { index }] of group.entries()) rows[index] = values.slice(i * dimension, (i + 1) * dimension);
    }
  });
  return stack(rows, architecture, options);
}

function featureView({ width, height }: ByteImage, { mode, scale }: FeatureOptions): PreprocessRecord {
  if (mode === 'crop') return centreView(width, height, { shorterSide: scale, crop: scale });
  return mode === 'full' ? fullView(width, height, scale) : warpView(width, height, scale);
}

/** The part of the network up to the layer; a pyramid that the network does not have is put behind its last map. */
function featureForward(network: Network, { layer, levels }: FeatureOptions): (x: Tensor) => Tensor {
  const { features, classifier, architecture } = network;
  const records = featureLayers(architecture, layer, levels);
  const last = records.at(-1)!;
  if (last.type === 'spp') return (x) => spatialPyramidPool(features.forward(x), last.levels);
  if (records.length <= architecture.features.length) return (x) => features.forwardUntil(x, last.name);
  return (x) => classifier.forwardUntil(features.forward(x), last.name);
}

function stack(rows: readonly Float32Array[], { name }: Architecture, options: FeatureOptions): FeatureMatrix {
  const dimension = rows[0]?.length ?? 1;
  const odd = rows.find(({ length }) => length !== dimension);
  if (odd) {
    throw new SppgpuError(
      `${name}: ${options.layer} has ${dimension} values for one picture and ${odd.length} for another, because its map follows the picture's size; use --mode crop or warp, or a pooled layer such as spp`,
    );
  }
  const data = new Float32Array(rows.length * dimension);
  for (const [i, row] of rows.entries()) data.set(row, i * dimension);
  const matrix = featureMatrix(data, dimension);
  return options.normalise === false ? matrix : l2Normalise(matrix);
}
