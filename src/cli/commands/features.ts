import type { Command } from 'commander';
import type { FeatureMode } from '../../classify/feature-settings.js';
import type { ImageDataset } from '../../data/dataset.js';
import { datasetIdentity } from '../../data/identity.node.js';
import type { ImageLoader } from '../../data/loader.js';
import { featureLayers } from '../../models/feature-layers.js';
import type { OpenModel } from '../../models/load-model.js';
import { modelHash } from '../../models/weights-file.node.js';
import type { Range, Shard } from '../../work/shard.js';
import { withArchitectureFlags } from '../architecture-flags.js';
import {
  type DataOptions,
  openWhole,
  reportUnreadable,
  SEQUENTIAL_BATCH,
  sequentialLoader,
  withDataOption,
  withDecoder,
  withReadingOptions,
} from '../data-options.js';
import { keepOffData } from '../data-output.js';
import { asUsage, UsageError } from '../errors.js';
import { saveFeatures } from '../feature-file.js';
import { type DatasetFeatures, datasetFeatures, featureMode, withNormaliseFlag } from '../feature-options.js';
import { interruptible } from '../interrupt.js';
import { type ModelPlan, type ModelSource, planModel, withModel, withModelSource } from '../model-options.js';
import { type CommonOptions, wholeNumber, withCommonOptions, withDevice } from '../options.js';
import { printJson, say } from '../output.js';
import { outputFile, withOverwrite } from '../output-file.js';
import { leftByLoader, runShard, type ShardFlags, shardOf, withShardFlags } from '../sharding/shard-options.js';

interface FeaturesOptions extends CommonOptions, DataOptions, ModelSource, ShardFlags {
  readonly layer: string;
  readonly scale: number;
  readonly mode: FeatureMode;
  readonly normalise: boolean;
  readonly out?: string;
  readonly overwrite?: boolean;
}

/** `sppgpu features`: one vector per picture from any layer, as safetensors. */
export function addFeatures(program: Command): void {
  const command = program.command('features').description('feature vectors of pictures from any layer, as safetensors');
  withOverwrite(withDataOption(withModelSource(command)).option('--out <file>', 'safetensors to write'))
    .option('--layer <name>', 'conv4, conv5, pool5 (finest level alone), spp, fc6, fc7, ...', 'spp')
    .option('--scale <pixels>', 'shorter side of the picture', wholeNumber(1), 224)
    .option('--mode <mode>', 'crop, full or warp', featureMode, 'full');
  withShardFlags(withArchitectureFlags(withReadingOptions(withNormaliseFlag(command))));
  withCommonOptions(command).action((options: FeaturesOptions) => interruptible((signal) => run(options, signal)));
}

async function run(options: FeaturesOptions, signal: AbortSignal): Promise<void> {
  const shard = shardOf('features', options);
  const { out, data, format, layer } = options;
  if (shard === null && out === undefined) throw new UsageError('features: no place for the vectors; give --out FILE');
  await keepOffData(shard ? options.shardFolder : out!, data, format);
  const plan = await planModel(options);
  asUsage(() => featureLayers(plan.architecture, layer));
  const dataset = await openWhole(data, format);
  if (shard) return featuresShard(options, plan, dataset, shard, signal);
  const file = await outputFile(out!, [plan.file, options.labels], options);
  await withFeatures(options, plan, dataset, undefined, signal, async ({ features, indices }) => {
    const { scale, mode } = options;
    const { count, dimension, data: values } = features[0]!;
    const entries = indices.map((index) => dataset.entry(index));
    await saveFeatures(file, [values], dimension, entries, {
      ...aboutFeatures(options, plan),
      classes: dataset.classes,
    });
    if (options.json) printJson({ file, images: count, dimension, layer, scale, mode });
    say(`${count} vectors of ${dimension} values: ${file}`);
  });
}

async function featuresShard(
  options: FeaturesOptions,
  plan: ModelPlan,
  dataset: ImageDataset,
  shard: Shard,
  signal: AbortSignal,
): Promise<void> {
  const identity = {
    command: 'features',
    options: {
      ...aboutFeatures(options, plan),
      ...{ classes: dataset.classes, maxUnreadable: options.maxUnreadable, architecture: plan.architecture.options },
    },
    models: [await modelHash(plan.file)],
    data: datasetIdentity(dataset),
  };
  await runShard(options, { identity, shard, unit: SEQUENTIAL_BATCH }, ({ range }) =>
    withFeatures(options, plan, dataset, range, signal, async ({ features, indices }, loader, adapter) => ({
      lines: indices.map((index) => {
        const { id, label, labels } = dataset.entry(index);
        return labels ? { id, labels } : { id, label };
      }),
      rows: [features[0]!.data as Float32Array],
      about: indices.length > 0 ? { dimension: features[0]!.dimension } : {},
      left: leftByLoader(loader),
      adapter,
    })),
  );
}

/** What a file of features says of how its vectors were made. */
function aboutFeatures({ layer, scale, mode, normalise }: FeaturesOptions, { architecture }: ModelPlan) {
  return { net: architecture.name, layer, scale, mode, normalised: normalise };
}

/** The vectors of a data set, or of the pictures at some places of it. */
async function withFeatures<T>(
  options: FeaturesOptions,
  plan: ModelPlan,
  dataset: ImageDataset,
  places: Range | undefined,
  signal: AbortSignal,
  use: (found: DatasetFeatures, loader: ImageLoader, adapter: string) => Promise<T>,
): Promise<T> {
  const { layer, scale, mode, normalise } = options;
  return withDevice(options, (device) =>
    withModel(device, plan, [layer], ({ network, preparation }: OpenModel) =>
      withDecoder(options, plan.architecture, async (decoder) => {
        const loader = sequentialLoader(dataset, options, decoder, places);
        say(`${loader.places} pictures of ${dataset.name}, ${network.architecture.title}; ${device.info.name}`);
        const look = { ...preparation, layers: [layer], scale, mode, normalise, signal };
        const found = await datasetFeatures(network, loader, look);
        reportUnreadable(loader);
        return use(found, loader, device.info.name);
      }),
    ),
  );
}
