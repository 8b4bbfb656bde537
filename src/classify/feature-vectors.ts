import { noGrad } from '../autograd/mode.js';
import { centreView, fullView, warpView } from '../data/augment.js';
import type { Architecture } from '../models/architecture.js';
import { featureLayers } from '../models/feature-layers.js';
import { checkInput } from '../models/geometry.js';
import { inEvaluation, networkDevice } from '../models/in-evaluation.js';
import { levelsOf } from '../models/layers/index.js';
import type { Network } from '../models/network.js';
import { type InputSize, MAX_PIXELS, sizeGroups } from '../models/size-groups.js';
import { traceLayers } from '../models/trace.js';
import { preparePictures } from '../ops/prepare-pictures.js';
import { spatialPyramidPool } from '../ops/spatial-pyramid-pool.js';
import type { Picture } from '../picture/picture.js';
import type { View } from '../picture/view.js';
import { ShapeError, SppgpuError } from '../runtime/errors.js';
import { type OptionNames, requireOptions } from '../runtime/options.js';
import { type FeatureMatrix, normaliseVector } from '../svm/features.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { FeatureRows } from './feature-rows.js';
import type { FeatureOptions } from './feature-settings.js';

const NAMES: OptionNames<FeatureOptions> = {
  mean: true,
  layers: true,
  scale: true,
  mode: true,
  levels: true,
  normalise: true,
  maxPixels: true,
  signal: true,
};

/** Vectors of one layer, one per picture; or why there are none. */
export type LayerVectors = readonly Float32Array[] | SppgpuError;

/** What `extractFeatures` does, which pages load with the first call. */
export async function extractFeatures(
  network: Network,
  images: readonly Picture[],
  options: FeatureOptions,
): Promise<FeatureMatrix[]> {
  const layers = await extractVectors(network, images, options);
  return layers.map((vectors, i) => {
    const rows = new FeatureRows(options.layers[i]!, images.length);
    rows.append(vectors);
    return rows.matrix();
  });
}

/**
 * As `extractFeatures`, as vectors of their own. A layer that these pictures cannot be shown to (a head that takes one size only) has the
 * reason in its place, the others their vectors.
 * @throws SppgpuError for an unknown layer, ShapeError for a picture that is too small for the convolutions
 */
export async function extractVectors(
  network: Network,
  images: readonly Picture[],
  options: FeatureOptions,
): Promise<LayerVectors[]> {
  requireOptions('extractFeatures', options, NAMES);
  const { architecture } = network;
  const { normalise = true, maxPixels = MAX_PIXELS } = options;
  const taps = options.layers.map((layer) => tapOf(architecture, layer, options.levels));
  const views = images.map((image, index) => ({ index, view: featureView(image, options) }));
  const groups = sizeGroups(views, ({ view }) => view.outSize, maxPixels);
  for (const [first] of groups) checkInput(architecture, ...first!.view.outSize);
  const found: LayerVectors[] = taps.map((tap) => {
    const refused = groups.map(([first]) => refusal(architecture, tap, first!.view.outSize)).find(Boolean);
    return refused ?? new Array<Float32Array>(images.length);
  });
  const running = found.flatMap((vectors, i) =>
    vectors instanceof SppgpuError ? [] : [{ tap: taps[i]!, vectors: vectors as Float32Array[] }],
  );
  if (running.length === 0) return found;
  await inEvaluation(network, async () => {
    for (const group of groups) {
      options.signal?.throwIfAborted();
      const outputs = noGrad(() =>
        scope(() => {
          const pictures = group.map(({ index }) => images[index]!);
          const shown = group.map(({ view }) => view);
          const input = preparePictures(networkDevice(network), pictures, shown, architecture.input, {
            mean: options.mean,
          });
          return tapped(
            network,
            input,
            running.map(({ tap }) => tap),
          );
        }),
      );
      for (const [tap, output] of outputs.entries()) {
        const values = (await output.data()) as Float32Array;
        output.dispose();
        const dimension = values.length / group.length;
        for (const [i, { index }] of group.entries()) {
          const vector = values.slice(i * dimension, (i + 1) * dimension);
          if (normalise) normaliseVector(vector);
          running[tap]!.vectors[index] = vector;
        }
      }
    }
  });
  return found;
}

function featureView({ width, height }: Picture, { mode, scale }: FeatureOptions): View {
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
  const own = levelsOf(last);
  if (own) return { levels: own };
  return { section: records.length <= architecture.features.length ? 'features' : 'classifier', last: last.name };
}

/** Why a layer behind a pool of one size does not take an input; undefined where it does, as every layer before it. */
function refusal(architecture: Architecture, tap: Tap, [height, width]: InputSize): ShapeError | undefined {
  if ('levels' in tap || tap.section === 'features') return undefined;
  try {
    traceLayers(architecture, height, width);
    return undefined;
  } catch (error) {
    if (error instanceof ShapeError) return error;
    throw error;
  }
}

/** Outputs at some taps: convolutions run once, no further than needed, and early maps need no second pass. */
function tapped({ features, classifier }: Network, input: Tensor, taps: readonly Tap[]): Tensor[] {
  const wanted = new Set(taps.flatMap((tap) => ('section' in tap && tap.section === 'features' ? [tap.last] : [])));
  const early = new Map<string, Tensor>();
  const mapsSuffice = taps.every((tap) => 'section' in tap && tap.section === 'features');
  let maps = input;
  for (const [name, module] of features.children()) {
    maps = module.forward(maps);
    if (wanted.has(name)) early.set(name, maps);
    if (mapsSuffice && early.size === wanted.size) break;
  }
  return taps.map((tap) => {
    if ('levels' in tap) return spatialPyramidPool(maps, tap.levels);
    return tap.section === 'features' ? early.get(tap.last)! : classifier.forwardUntil(maps, tap.last);
  });
}
