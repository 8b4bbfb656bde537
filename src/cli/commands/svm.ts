import { type Command, InvalidArgumentError, Option } from 'commander';
import { layerLevels, networkIdentity, type SvmDescription, saveSvm } from '../../classify/svm-file.node.js';
import { type ImageDataset, labelKind } from '../../data/dataset.js';
import { writeFileAtomic } from '../../io/atomic.node.js';
import { featureParameters } from '../../models/feature-layers.js';
import type { Network } from '../../models/network.js';
import type { Device } from '../../runtime/device.js';
import { SppgpuError } from '../../runtime/errors.js';
import type { AveragePrecisionMethod } from '../../svm/average-precision.js';
import { deviceGram, deviceScores } from '../../svm/device-gram.js';
import { withArchitectureFlags } from '../architecture-flags.js';
import {
  type DataOptions,
  reportUnreadable,
  sequentialLoader,
  withDataOption,
  withDecoder,
  withDecodingOptions,
} from '../data-options.js';
import { keepOffData } from '../data-output.js';
import { asUsage, UsageError } from '../errors.js';
import { featuresByLayer, type Look, looksOf, type ModeEntry, modeEntries, names } from '../feature-options.js';
import { GROUPS } from '../help.js';
import { endingAtOnce, interruptible } from '../interrupt.js';
import { type ModelPlan, type ModelSource, planModel, withModel, withModelSource } from '../model-options.js';
import { type CommonOptions, wholeNumber, withCommonOptions, withDevice } from '../options.js';
import { print, printJson, say } from '../output.js';
import { outputFile, withOverwrite } from '../output-file.js';
import {
  type OpenProtocol,
  openProtocol,
  PROTOCOLS,
  type Protocol,
  type ProtocolResult,
  type ProtocolSettings,
} from '../svm-protocols.js';
import { type Cell, cellLine, cellRecord, cellTables } from '../svm-table.js';
import { lengths } from '../view-options.js';

interface SvmCommandOptions extends CommonOptions, Omit<DataOptions, 'format'>, ModelSource {
  readonly protocol: Protocol;
  readonly layer: readonly string[];
  readonly scale: readonly number[];
  readonly mode: readonly ModeEntry[];
  readonly c?: readonly number[];
  readonly splits: number;
  readonly train: number;
  readonly test: number;
  readonly seed: number;
  readonly ap: AveragePrecisionMethod;
  readonly balanced?: boolean;
  readonly memory: number;
  readonly out?: string;
  readonly save?: string;
  readonly overwrite?: boolean;
}

/** `sppgpu svm`: linear SVMs on features under the Caltech-101 or VOC 2007 protocol (the paper's Tables 6 and 7). */
export function addSvm(program: Command): void {
  const command = program
    .command('svm')
    .description('linear SVMs on features of any layers, under the Caltech-101 or VOC 2007 protocol');
  withDataOption(withModelSource(command), { what: 'data in the layout of the protocol' })
    .addOption(new Option('--protocol <name>', 'how to split and score').choices(PROTOCOLS).makeOptionMandatory())
    .option('--layer <list>', 'layers, comma-separated: conv5,pool5,spp,fc6', names, ['spp'])
    .option('--scale <list>', 'shorter sides in pixels, for every mode without its own: 224,392', lengths, [224])
    .addOption(
      new Option('--mode <list>', 'crop, full, warp; one scale only: crop@224,full@224,full@392')
        .argParser(modeEntries)
        .default([{ mode: 'full' }], 'full'),
    )
    .option('--out <file>', 'write all results as JSON, anew after each')
    .option('--save <file>', 'safetensors for `sppgpu predict --svm`: the classifiers of one layer in one mode');
  withOverwrite(command)
    .optionsGroup(GROUPS.protocol)
    .option('--c <list>', 'values of C to choose from on a validation part (one value: no choice)', costs)
    .option('--balanced', 'C times n/2p for the p positives of a class, n/2q for its q negatives (p + q = n)')
    .option('--splits <n>', 'random splits (caltech101)', wholeNumber(1), 10)
    .option('--train <n>', 'training pictures per class (caltech101)', wholeNumber(1), 30)
    .option('--test <n>', 'test pictures per class at most (caltech101)', wholeNumber(1), 50)
    .addOption(
      new Option('--ap <method>', 'average precision (voc07)').choices(['11point', 'allPoint']).default('11point'),
    )
    .option('--seed <n>', 'seed of the splits and the solver', wholeNumber(0), 1)
    .option(
      '--memory <MiB>',
      'for vectors; layers beyond it take another pass over the pictures',
      wholeNumber(1),
      4096,
    );
  withCommonOptions(withArchitectureFlags(withDecodingOptions(command))).action((options: SvmCommandOptions) =>
    interruptible((signal) => svm(options, signal)),
  );
}

async function svm(options: SvmCommandOptions, signal: AbortSignal): Promise<void> {
  const { protocol, json } = options;
  const layout = protocol === 'voc07' ? 'voc' : 'caltech101';
  for (const file of [options.out, options.save]) if (file) await keepOffData(file, options.data, layout);
  const plan = await planModel(options);
  asUsage(() => featureParameters(plan.architecture, options.layer));
  if (options.save && options.layer.length * looksOf(options.mode, options.scale).length > 1) {
    throw new UsageError('svm: --save keeps the classifiers of one layer in one mode; name one in --layer and --mode');
  }
  const opened = await openProtocol(protocol, options.data, options.seed);
  const out = options.out && (await outputFile(options.out, [plan.file, options.labels], options));
  const save = options.save && (await outputFile(options.save, [plan.file, options.labels], options));
  const cells: Cell[] = [];
  const onCell = async (cell: Cell): Promise<void> => {
    cells.push(cell);
    if (json) printJson(cellRecord(protocol, cell));
    if (!json || !cell.result) say(cellLine(cell));
    if (!out) return;
    const all = cells.map((one) => ({ ...cellRecord(protocol, one), perClass: one.result?.perClass ?? null }));
    await writeFileAtomic(out, `${JSON.stringify(all, null, 2)}\n`);
  };
  await withDevice(options, (device) =>
    judge(device, plan, opened, { ...options, ...(save && { save }) }, signal, onCell),
  );
  if (!json) print(`${cellTables(protocol, cells)}\n`);
  if (cells.every(({ result }) => !result)) {
    throw new SppgpuError(`svm: ${cells[0]!.problem}`);
  }
}

/** Every layer of every look, one after the other. One decoder, and its cache, serves all passes over the pictures. */
async function judge(
  device: Device,
  plan: ModelPlan,
  { dataset, judge: score }: OpenProtocol,
  options: SvmCommandOptions,
  signal: AbortSignal,
  onCell: (cell: Cell) => Promise<void>,
): Promise<void> {
  const { layer: layers, mode, scale, memory, save } = options;
  const settings = settingsOf(device, options);
  await withModel(device, plan, layers, ({ network, preparation }) =>
    withDecoder(options, plan.architecture, async (decoder) => {
      say(`${dataset.length} pictures of ${dataset.name}, ${network.architecture.title}; ${device.info.name}`);
      const loader = sequentialLoader(dataset, options, decoder);
      let reported = false;
      for (const look of looksOf(mode, scale)) {
        const wanted = { ...preparation, ...look, layers, signal };
        for await (const { layer, features, indices } of featuresByLayer(network, loader, wanted, memory * 2 ** 20)) {
          if (!reported) reportUnreadable(loader);
          reported = true;
          const cell = { ...look, layer };
          if (features instanceof SppgpuError) {
            await onCell({ ...cell, dimension: null, result: null, problem: features.message });
          } else {
            const result = await endingAtOnce(() =>
              score(features, indices, { ...settings, keep: save !== undefined }),
            );
            if (save && result.model) {
              await saveSvm(save, { model: result.model, description: await describe(network, dataset, cell, result) });
              say(`classifiers: ${save}`);
            }
            await onCell({ ...cell, dimension: features.dimension, result, problem: null });
          }
        }
      }
    }),
  );
}

/** What a file of classifiers says of itself. */
async function describe(
  network: Network,
  dataset: ImageDataset,
  { layer, mode, scale }: Look & { readonly layer: string },
  { c }: ProtocolResult,
): Promise<SvmDescription> {
  return {
    ...{ classes: dataset.classes, labels: labelKind(dataset), layer, mode, scale, normalise: true, c },
    levels: layerLevels(network, layer),
    network: await networkIdentity(network, layer),
  };
}

function settingsOf(
  device: Device,
  { c, splits, train, test, seed, ap, balanced }: SvmCommandOptions,
): ProtocolSettings {
  return {
    ...{ splits, train, maximumTest: test, seed, method: ap },
    ...(c && { c: c.length === 1 ? c[0]! : c }),
    ...(balanced && { classWeights: 'balanced' as const }),
    score: (model, features, rows) => deviceScores(device, model, features, rows),
    products: (features) => deviceGram(device, features),
  };
}

function costs(text: string): number[] {
  const values = text.split(',').map(Number);
  if (!values.every((value) => value > 0 && Number.isFinite(value))) {
    throw new InvalidArgumentError('give numbers above 0 such as 0.1,1,10.');
  }
  return values;
}
