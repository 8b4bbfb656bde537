import { type Command, InvalidArgumentError, Option } from 'commander';
import { deviceGram, deviceScores } from '../../classify/device-gram.js';
import { writeFileAtomic } from '../../io/atomic.node.js';
import type { Device } from '../../runtime/device.js';
import { SppgpuError } from '../../runtime/errors.js';
import type { AveragePrecisionMethod } from '../../svm/average-precision.js';
import {
  type DataOptions,
  reportUnreadable,
  sequentialLoader,
  withDecoder,
  withDecodingOptions,
} from '../data-options.js';
import { keepOffData } from '../data-output.js';
import { featuresByLayer, looksOf, type ModeEntry, modeEntries, names } from '../feature-options.js';
import { endingAtOnce, interruptible } from '../interrupt.js';
import { type ModelSource, withModel, withModelSource } from '../model-options.js';
import { type CommonOptions, wholeNumber, withCommonOptions, withDevice } from '../options.js';
import { print, printJson, say } from '../output.js';
import { outputFile } from '../output-file.js';
import { openProtocol, PROTOCOLS, type Protocol, type ProtocolSettings } from '../svm-protocols.js';
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
}

/** `sppgpu svm`: linear SVMs on features under the Caltech-101 or VOC 2007 protocol (the paper's Tables 6 and 7). */
export function addSvm(program: Command): void {
  const command = program
    .command('svm')
    .description('linear SVMs on features of any layers, under the Caltech-101 or VOC 2007 protocol');
  withDecodingOptions(
    withModelSource(withCommonOptions(command)).requiredOption('--data <folder>', 'data in the layout of the protocol'),
  )
    .addOption(new Option('--protocol <name>', 'how to split and score').choices(PROTOCOLS).makeOptionMandatory())
    .option('--layer <list>', 'layers, comma-separated: conv5,pool5,spp,fc6', names, ['spp'])
    .option('--scale <list>', 'shorter sides in pixels, for every mode without its own: 224,392', lengths, [224])
    .option('--mode <list>', 'crop, full, warp; one scale only: crop@224,full@224,full@392', modeEntries, [
      { mode: 'full' },
    ])
    .option('--c <list>', 'values of C to choose from on a validation part (one value: no choice)', costs)
    .option('--balanced', 'C times n/2p for the p positives of a class, n/2q for its q negatives (p + q = n)')
    .option('--splits <n>', 'random splits (caltech101)', wholeNumber(1), 10)
    .option('--train <n>', 'training pictures a class (caltech101)', wholeNumber(1), 30)
    .option('--test <n>', 'test pictures a class at most (caltech101)', wholeNumber(1), 50)
    .addOption(
      new Option('--ap <method>', 'average precision (voc07)').choices(['11point', 'allPoint']).default('11point'),
    )
    .option('--seed <n>', 'seed of the splits and the solver', wholeNumber(0), 1)
    .option('--memory <MiB>', 'for vectors; layers beyond it take another pass over the pictures', wholeNumber(1), 4096)
    .option('--out <file>', 'write all results as JSON, anew after each')
    .action((options: SvmCommandOptions) =>
      interruptible((signal) => withDevice(options, (device) => svm(device, options, signal))),
    );
}

async function svm(device: Device, options: SvmCommandOptions, signal: AbortSignal): Promise<void> {
  const { protocol, json } = options;
  const layout = protocol === 'voc07' ? 'voc' : 'caltech101';
  if (options.out !== undefined) await keepOffData(options.out, options.data, layout);
  const out = options.out && (await outputFile(options.out, [options.model, options.weights]));
  const cells: Cell[] = [];
  await judge(device, options, signal, async (cell) => {
    cells.push(cell);
    if (json) printJson(cellRecord(protocol, cell));
    if (!json || !cell.result) say(cellLine(cell));
    if (!out) return;
    const all = cells.map((one) => ({ ...cellRecord(protocol, one), perClass: one.result?.perClass ?? null }));
    await writeFileAtomic(out, `${JSON.stringify(all, null, 2)}\n`);
  });
  if (!json) print(`${cellTables(protocol, cells)}\n`);
  if (cells.every(({ result }) => !result)) {
    throw new SppgpuError(`svm: ${cells[0]!.problem}`);
  }
}

/** Every layer of every look, one after the other. One decoder, and its cache, serves all passes over the pictures. */
async function judge(
  device: Device,
  options: SvmCommandOptions,
  signal: AbortSignal,
  onCell: (cell: Cell) => Promise<void>,
): Promise<void> {
  const { protocol, data, seed, layer: layers, mode, scale, memory } = options;
  const { dataset, judge: score } = await openProtocol(protocol, data, seed);
  const settings = settingsOf(device, options);
  await withModel(device, options, layers, ({ network, preparation, title }) =>
    withDecoder(options, async (decoder) => {
      say(`${dataset.length} pictures of ${dataset.name}, ${title}; ${device.info.name}`);
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
            const result = await endingAtOnce(() => score(features, indices, settings));
            await onCell({ ...cell, dimension: features.dimension, result, problem: null });
          }
        }
      }
    }),
  );
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
