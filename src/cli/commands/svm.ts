import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { deviceGram, deviceScores } from '../../classify/device-gram.js';
import type { FeatureMode } from '../../classify/features.js';
import { writeFileAtomic } from '../../io/atomic.node.js';
import type { Device } from '../../runtime/device.js';
import type { AveragePrecisionMethod } from '../../svm/average-precision.js';
import { gramPays } from '../../svm/gram.js';
import { type DataOptions, reportUnreadable, sequentialLoader, withDataOptions, withDecoder } from '../data-options.js';
import { datasetFeatures, type FeatureChoice, featureModes, names } from '../feature-options.js';
import { type ModelSource, type OpenModel, withModel, withModelSource } from '../model-options.js';
import { type CommonOptions, printJson, say, wholeNumber, withCommonOptions, withDevice } from '../options.js';
import {
  type OpenProtocol,
  openProtocol,
  PROTOCOLS,
  type Protocol,
  type ProtocolResult,
  type ProtocolSettings,
} from '../svm-protocols.js';
import { textTable } from '../table.js';
import { lengths } from '../view-options.js';

interface SvmCommandOptions extends CommonOptions, DataOptions, ModelSource {
  readonly protocol: Protocol;
  readonly layer: readonly string[];
  readonly scale: readonly number[];
  readonly mode: readonly FeatureMode[];
  readonly c?: readonly number[];
  readonly splits: number;
  readonly train: number;
  readonly test: number;
  readonly seed: number;
  readonly ap: AveragePrecisionMethod;
  readonly balanced?: boolean;
  readonly out?: string;
}

/** One line of the paper's Tables 6 and 7. */
type Row = FeatureChoice & ProtocolResult & { readonly dimension: number };

/** `sppgpu svm`: linear SVMs on features under the Caltech-101 or VOC 2007 protocol (the paper's Tables 6 and 7). */
export function addSvm(program: Command): void {
  const command = program
    .command('svm')
    .description('linear SVMs on features of any layers, under the Caltech-101 or VOC 2007 protocol');
  withDataOptions(withModelSource(withCommonOptions(command)))
    .addOption(new Option('--protocol <name>', 'how to split and score').choices(PROTOCOLS).makeOptionMandatory())
    .option('--layer <list>', 'layers, comma-separated: conv5,pool5,spp,fc6', names, ['spp'])
    .option('--scale <list>', 'shorter sides in pixels: 224,392', lengths, [224])
    .option('--mode <list>', 'crop, full, warp', featureModes, ['full'])
    .option('--c <list>', 'values of C to choose from on a validation part (one value: no choice)', costs)
    .option('--splits <n>', 'random splits (caltech101)', wholeNumber(1), 10)
    .option('--train <n>', 'training pictures a class (caltech101)', wholeNumber(1), 30)
    .option('--test <n>', 'test pictures a class at most (caltech101)', wholeNumber(1), 50)
    .addOption(
      new Option('--ap <method>', 'average precision (voc07)').choices(['11point', 'allPoint']).default('11point'),
    )
    .option('--balanced', 'positives and negatives of a class weigh the same')
    .option('--seed <n>', 'seed of the splits and the solver', wholeNumber(0), 1)
    .option('--out <file>', 'write all results as JSON')
    .action((options: SvmCommandOptions) => withDevice(options, (device) => svm(device, options)));
}

async function svm(device: Device, options: SvmCommandOptions): Promise<void> {
  const opened = await openProtocol(options.protocol, options.data, options.seed);
  const rows: Row[] = [];
  await withModel(device, options, needsHead(options.layer), async (model) => {
    say(`${opened.dataset.length} pictures of ${opened.dataset.name}, ${model.title}; ${device.info.name}`);
    for (const look of looks(options)) {
      for await (const row of judge(device, options, opened, model, look, rows.length === 0)) {
        rows.push(row);
        if (options.json) printJson(line(options.protocol, row));
        else say(`${row.layer}, ${row.mode} ${row.scale}: ${(100 * (row.map ?? row.accuracy ?? 0)).toFixed(2)} %`);
      }
    }
  });
  if (!options.json) process.stdout.write(`${table(options.protocol, rows)}\n`);
  if (options.out === undefined) return;
  const all = rows.map((row) => ({ ...line(options.protocol, row), perClass: row.perClass }));
  await writeFileAtomic(resolve(options.out), `${JSON.stringify(all, null, 2)}\n`);
}

/** Weights of the fully connected layers matter only if one of them is asked for. */
function needsHead(layers: readonly string[]): boolean {
  return layers.some((layer) => /^(?:fc|conv10)/u.test(layer));
}

type Look = Omit<FeatureChoice, 'layer'>;

/** Every way to show a picture to the network; one pass over the pictures serves all layers. */
function looks({ scale: scales, mode: modes }: SvmCommandOptions): Look[] {
  return modes.flatMap((mode) => scales.map((scale) => ({ mode, scale })));
}

async function* judge(
  device: Device,
  options: SvmCommandOptions,
  { dataset, judge: score }: OpenProtocol,
  { network, preparation }: OpenModel,
  look: Look,
  first: boolean,
): AsyncGenerator<Row> {
  const { c, splits, train, test, seed, ap, layer: layers } = options;
  const { features, indices } = await withDecoder(options, async (decoder) => {
    const loader = sequentialLoader(dataset, options, decoder);
    const found = await datasetFeatures(network, loader, { ...preparation, ...look, layers });
    if (first) reportUnreadable(loader);
    return found;
  });
  const settings: ProtocolSettings = {
    ...{ splits, train, maximumTest: test, seed, method: ap },
    ...(c && { c: c.length === 1 ? c[0]! : c }),
    ...(options.balanced && { classWeights: 'balanced' as const }),
    score: (model, rows) => deviceScores(device, model, rows),
  };
  for (const [i, matrix] of features.entries()) {
    const gram = gramPays(matrix) ? await deviceGram(device, matrix) : undefined;
    const result = await score(matrix, indices, settings, gram);
    yield { ...look, layer: layers[i]!, ...result, dimension: matrix.dimension };
  }
}

function line(protocol: Protocol, { layer, scale, mode, c, map, accuracy, deviation, gap }: Row) {
  return { protocol, layer, scale, mode, c, ...(map === undefined ? { accuracy } : { map }), deviation, gap };
}

function table(protocol: Protocol, rows: readonly Row[]): string {
  const measure = protocol === 'voc07' ? 'mAP %' : 'accuracy %';
  const cells = rows.map((row) => [
    ...[row.layer, `${row.mode} ${row.scale}`, String(row.dimension)],
    (100 * (row.map ?? row.accuracy ?? 0)).toFixed(2),
    row.deviation === null ? '' : (100 * row.deviation).toFixed(2),
    ...[String(row.c), row.gap.toExponential(1)],
  ]);
  return textTable(['layer', 'picture', 'values', measure, '+-', 'C', 'duality gap'], cells);
}

function costs(text: string): number[] {
  const values = text.split(',').map(Number);
  if (!values.every((value) => value > 0 && Number.isFinite(value))) {
    throw new InvalidArgumentError('give numbers above 0 such as 0.1,1,10.');
  }
  return values;
}
