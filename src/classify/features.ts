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
  /** Names of `featureLayerNames`: conv4, conv5, pool5, spp, fc6, ...; one pass of the convolutions serves them all. */
  readonly layers: readonly string[];
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
 * One feature vector a picture from each of some layers (paper 3.2, 3.3), in the order of `options.layers`.
 * @throws SppgpuError for an unknown layer, or where pictures of several sizes would give vectors of several lengths
 */
export async function extractFeatures(
  network: Network,
  images: readonly ByteImage[],
  options: FeatureOptions,
): Promise<FeatureMatrix[]> {
  const { architecture } = network;
  const taps = options.layers.map((layer) => tapOf(architecture, layer, options.levels));
  const views = images.map((image, index) => ({ index, record: featureView(image, options) }));
  const rows: Float32Array[][] = taps.map(() => new Array(images.length));
  await inEvaluation(network, async () => {
    for (const group of sizeGroups(views, ({ record }) => record.outSize, options.maxPixels ?? MAX_PIXELS)) {
      const outputs = noGrad(() =>
        scope(() => {
          const pictures = group.map(({ index }) => images[index]!);
          const records = group.map(({ record }) => record);
          return tapped(
            network,
            prepareImages(networkDevice(network), pictures, records, architecture.input, options),
            taps,
          );
        }),
      );
      for (const [tap, output] of outputs.entries()) {
        const values = (await output.data()) as Float32Array;
        output.dispose();
        const dimension = values.length / group.length;
        for (const [i, { index }] of group.entries()) {
          rows[tap]![index] = values.slice(i * dimension, (i + 1) * dimension);
        }
      }
    }
  });
  return rows.map((own, tap) => stack(own, architecture, options.layers[tap]!, options.normalise ?? true));
}

function featureView({ width, height }: ByteImage, { mode, scale }: FeatureOptions): PreprocessRecord {
  if (mode === 'crop') return centreView(width, height, { shorterSide: scale, crop: scale });
  return mode === 'full' ? fullView(width, height, scale) : warpView(width, height, scale);
}

/** Where a feature is taken: after a layer of a section, or from a pyramid put behind the last map. */
type Tap =
  | { readonly section: 'features' | 'classifier'; readonly last: string }
  | { readonly levels: readonly number[] };

function tapOf(architecture: Architecture, layer: string, levels?: readonly number[]): Tap {
  const records = featureLayers(architecture, layer, levels);
  const last = records.at(-1)!;
  if (last.type === 'spp') return { levels: last.levels };
  return { section: records.length <= architecture.features.length ? 'features' : 'classifier', last: last.name };
}

/** Outputs at some taps: convolutions run once, and layer by layer, so that early maps need no second pass. */
function tapped({ features, classifier }: Network, input: Tensor, taps: readonly Tap[]): Tensor[] {
  const wanted = new Set(taps.flatMap((tap) => ('section' in tap && tap.section === 'features' ? [tap.last] : [])));
  const early = new Map<string, Tensor>();
  let maps = input;
  for (const [name, module] of features.children()) {
    maps = module.forward(maps);
    if (wanted.has(name)) early.set(name, maps);
  }
  return taps.map((tap) => {
    if ('levels' in tap) return spatialPyramidPool(maps, tap.levels);
    return tap.section === 'features' ? early.get(tap.last)! : classifier.forwardUntil(maps, tap.last);
  });
}

function stack(
  rows: readonly Float32Array[],
  { name }: Architecture,
  layer: string,
  normalise: boolean,
): FeatureMatrix {
  const dimension = rows[0]?.length ?? 1;
  const odd = rows.find(({ length }) => length !== dimension);
  if (odd) throw unequal(`${name}: ${layer}`, dimension, odd.length);
  const data = new Float32Array(rows.length * dimension);
  for (const [i, row] of rows.entries()) data.set(row, i * dimension);
  const matrix = featureMatrix(data, dimension);
  return normalise ? l2Normalise(matrix) : matrix;
}

function unequal(what: string, one: number, other: number): SppgpuError {
  return new SppgpuError(
    `${what} has ${one} values for one picture and ${other} for another, because its map follows the picture's size; use --mode crop or warp, or a pooled layer such as spp`,
  );
}

/** The rows of several matrices of one layer, one after the other. Throws SppgpuError where their vectors differ in length. */
export function joinFeatures(parts: readonly FeatureMatrix[], layer: string): FeatureMatrix {
  const dimension = parts[0]?.dimension ?? 1;
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const data = new Float32Array(count * dimension);
  let position = 0;
  for (const part of parts) {
    if (part.dimension !== dimension) throw unequal(layer, dimension, part.dimension);
    data.set(part.data, position);
    position += part.data.length;
  }
  return featureMatrix(data, dimension);
}
