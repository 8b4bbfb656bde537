import type { Command } from 'commander';
import type { FeatureMode } from '../../classify/features.js';
import type { ImageEntry } from '../../data/dataset.js';
import { saveSafetensors } from '../../io/safetensors.node.js';
import { featureLayers } from '../../models/feature-layers.js';
import { withArchitectureFlags } from '../architecture-flags.js';
import {
  type DataOptions,
  openWhole,
  reportUnreadable,
  sequentialLoader,
  withDataOption,
  withDecoder,
  withReadingOptions,
} from '../data-options.js';
import { keepOffData } from '../data-output.js';
import { asUsage } from '../errors.js';
import { datasetFeatures, featureMode, withNormaliseFlag } from '../feature-options.js';
import { interruptible } from '../interrupt.js';
import { type ModelSource, planModel, withModel, withModelSource } from '../model-options.js';
import { type CommonOptions, wholeNumber, withCommonOptions, withDevice } from '../options.js';
import { printJson, say } from '../output.js';
import { outputFile, withOverwrite } from '../output-file.js';

interface FeaturesOptions extends CommonOptions, DataOptions, ModelSource {
  readonly layer: string;
  readonly scale: number;
  readonly mode: FeatureMode;
  readonly normalise: boolean;
  readonly out: string;
  readonly overwrite?: boolean;
}

/** `sppgpu features`: one vector per picture from any layer, as safetensors. */
export function addFeatures(program: Command): void {
  const command = program.command('features').description('feature vectors of pictures from any layer, as safetensors');
  withOverwrite(withDataOption(withModelSource(command)).requiredOption('--out <file>', 'safetensors to write'))
    .option('--layer <name>', 'conv4, conv5, pool5 (finest level alone), spp, fc6, fc7, ...', 'spp')
    .option('--scale <pixels>', 'shorter side of the picture', wholeNumber(1), 224)
    .option('--mode <mode>', 'crop, full or warp', featureMode, 'full');
  withCommonOptions(withArchitectureFlags(withReadingOptions(withNormaliseFlag(command)))).action(
    (options: FeaturesOptions) => interruptible((signal) => features(options, signal)),
  );
}

async function features(options: FeaturesOptions, signal: AbortSignal): Promise<void> {
  const { data, format, layer, scale, mode, normalise } = options;
  await keepOffData(options.out, data, format);
  const plan = await planModel(options);
  asUsage(() => featureLayers(plan.architecture, layer));
  const dataset = await openWhole(data, format);
  const out = await outputFile(options.out, [plan.file, options.labels], options);
  await withDevice(options, (device) =>
    withModel(device, plan, [layer], ({ network, preparation }) =>
      withDecoder(options, plan.architecture, async (decoder) => {
        say(`${dataset.length} pictures of ${dataset.name}, ${network.architecture.title}; ${device.info.name}`);
        const loader = sequentialLoader(dataset, options, decoder);
        const found = await datasetFeatures(network, loader, {
          ...preparation,
          layers: [layer],
          scale,
          mode,
          normalise,
          signal,
        });
        reportUnreadable(loader);
        const { count, dimension, data: values } = found.features[0]!;
        const entries = found.indices.map((index) => dataset.entry(index));
        await saveSafetensors(
          out,
          [
            ['features', { shape: [count, dimension], data: values as Float32Array<ArrayBuffer> }],
            ['labels', labelTensor(entries)],
          ],
          {
            net: network.architecture.name,
            ...{ layer, scale: String(scale), mode, normalised: String(normalise) },
            classes: JSON.stringify(dataset.classes),
            ids: JSON.stringify(entries.map(({ id }) => id)),
          },
        );
        const summary = { file: out, images: count, dimension, layer, scale, mode };
        if (options.json) printJson(summary);
        say(`${count} vectors of ${dimension} values: ${out}`);
      }),
    ),
  );
}

/** The class of each picture, or for each class whether it is there (1), absent (-1) or only difficult to see (0). */
function labelTensor(entries: readonly ImageEntry[]): { shape: number[]; data: Int32Array<ArrayBuffer> } {
  const several = entries.map(({ labels }) => labels).filter((labels) => labels !== undefined);
  if (several.length === 0) return { shape: [entries.length], data: Int32Array.from(entries, ({ label }) => label) };
  return { shape: [several.length, several[0]!.length], data: Int32Array.from(several.flat()) };
}
