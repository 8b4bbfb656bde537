import { readFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { LabelKind } from '../data/dataset.js';
import type { PrepareOptions } from '../data/prepare.js';
import { withFileErrors } from '../io/file-errors.node.js';
import type { Architecture, ModelOptions, PaddingVariant, Pyramid } from '../models/architecture.js';
import { featureParameters } from '../models/feature-layers.js';
import { loadWeights } from '../models/load-weights.node.js';
import type { ParameterMatch } from '../models/match-parameters.js';
import { Network } from '../models/network.js';
import { ARCHITECTURE_NAMES, buildArchitecture } from '../models/registry.js';
import type { Device } from '../runtime/device.js';
import { FileError, SppgpuError } from '../runtime/errors.js';
import { Generator } from '../tensor/generator.js';
import { loadNetwork } from '../train/session.node.js';
import { say } from './options.js';
import { restorePreparation } from './preparation.js';

/** Options that change an architecture, as flags write them. */
export interface ArchitectureFlags {
  readonly width?: number;
  readonly pyramid?: Pyramid;
  readonly padding?: PaddingVariant;
  readonly inputSize?: number;
}

export function withArchitectureFlags(command: Command): Command {
  return command
    .option('--width <factor>', 'multiplies every channel count', positive)
    .option('--pyramid <levels>', 'bins a side of each level (6,3,2,1), "none" or "original"', pyramid)
    .addOption(new Option('--padding <variant>', 'padding of ZF-5').choices(['A', 'B', 'half']));
}

/** Where the network of a command comes from: a checkpoint, or a published net with its weights. */
export interface ModelSource extends ArchitectureFlags {
  readonly model?: string;
  readonly backbone?: string;
  readonly weights?: string;
  readonly labels?: string;
}

export function withModelSource(command: Command): Command {
  return withArchitectureFlags(
    command
      .option('--model <file>', 'checkpoint of `sppgpu train`')
      .option('--backbone <name>', `instead of --model: ${ARCHITECTURE_NAMES.join(', ')}`)
      .option('--weights <file>', 'safetensors with weights of --backbone')
      .option('--labels <file>', 'class names of --backbone, one a line'),
  );
}

/** A network ready for use, in evaluation mode. */
export interface OpenModel {
  readonly network: Network;
  /** Null where nobody named the classes. */
  readonly classes: readonly string[] | null;
  /** Whether its scores are for one class a picture, or for each class. */
  readonly labels: LabelKind;
  readonly preparation: PrepareOptions;
  readonly title: string;
}

/**
 * Opens the network that the flags ask for, runs the work and releases it.
 * @param needed weights that must be there: all, those of the convolutions (false), or what feature layers of these names take
 */
export async function withModel<T>(
  device: Device,
  source: ModelSource,
  needed: boolean | readonly string[],
  work: (model: OpenModel) => Promise<T>,
): Promise<T> {
  const model = await openModel(device, source, needed);
  try {
    return await work(model);
  } finally {
    model.network.dispose();
  }
}

async function openModel(device: Device, source: ModelSource, needed: boolean | readonly string[]): Promise<OpenModel> {
  if ((source.model === undefined) === (source.backbone === undefined)) {
    throw new SppgpuError('no network given; pass --model CHECKPOINT, or --backbone NAME with --weights FILE');
  }
  if (source.model !== undefined) {
    const { network, classes, labels, run, data } = await loadNetwork(device, source.model);
    const preparation = restorePreparation(device, run, data);
    return { network, classes, labels, preparation, title: network.architecture.title };
  }
  const architecture = backboneArchitecture(source);
  if (source.weights === undefined) {
    throw new SppgpuError(`--backbone ${source.backbone} has no weights of its own; pass --weights FILE`);
  }
  const required =
    typeof needed === 'boolean' ? (needed ? 'all' : 'features') : featureParameters(architecture, needed);
  const network = new Network(architecture, { device, generator: new Generator(0) }).eval();
  try {
    const match = await loadWeights(network, source.weights);
    reportMatch(match, source.weights, required);
    const classes = source.labels === undefined ? null : await readLabels(source.labels, architecture.classes);
    return { network, classes, labels: 'single', preparation: {}, title: architecture.title };
  } catch (error) {
    network.dispose();
    throw error;
  }
}

/**
 * Says what a partial load left.
 * @param needed what must be there: all weights, those of the convolutions, none in particular, or those of these names
 * @throws FileError where some of that is missing
 */
export function reportMatch(
  match: ParameterMatch,
  file: string,
  needed: 'all' | 'features' | 'partial' | readonly string[],
): void {
  const { missing, unused, mismatched, matched } = match;
  const fresh = [...missing, ...mismatched.map(({ target }) => target)];
  const isNeeded = (name: string): boolean =>
    typeof needed === 'string'
      ? needed === 'all' || (needed === 'features' && name.startsWith('features.'))
      : needed.includes(name);
  const lacking = fresh.filter(isNeeded);
  if (lacking.length > 0) {
    throw new FileError(
      file,
      `lacks ${lacking.length} weights (${some(lacking)})`,
      'give complete weights of this net',
    );
  }
  if (unused.length + fresh.length === 0) return;
  say(
    `${file}: ${matched.length} tensors loaded; not used: ${some(unused)}; not in the file: ${some(missing)}; other shape: ${some(mismatched.map(({ target }) => target))}`,
  );
}

function some(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  return names.slice(0, 6).join(', ') + (names.length > 6 ? `, and ${names.length - 6} more` : '');
}

/** The architecture of `--backbone` with the other flags. */
function backboneArchitecture(source: ModelSource & { readonly classes?: number }): Architecture {
  return buildArchitecture(architectureName(source.backbone!), architectureOptions(source));
}

/** The flags that are set, as options of an architecture. */
export function architectureOptions(flags: ArchitectureFlags & ModelOptions): ModelOptions {
  const {
    width,
    pyramid: levels,
    padding,
    inputSize,
    classes,
    hidden,
    inputChannels,
    normalisation,
    init,
    dropout,
  } = flags;
  const all = {
    width,
    pyramid: levels,
    padding,
    inputSize,
    classes,
    hidden,
    inputChannels,
    normalisation,
    init,
    dropout,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** `ZF-5`, `squeezenet1.1` and `SqueezeNet` as people write them. */
export function architectureName(text: string): string {
  const name = text.toLowerCase().replace(/[^a-z0-9]/gu, '');
  return (
    ARCHITECTURE_NAMES.find((known) => known === name) ??
    ARCHITECTURE_NAMES.find((known) => name !== '' && known.startsWith(name)) ??
    text
  );
}

async function readLabels(path: string, count: number): Promise<string[]> {
  const text = await withFileErrors(path, () => readFile(path, 'utf8'));
  const names = text.split(/\r?\n/u).filter((line) => line.trim() !== '');
  if (names.length !== count) {
    throw new FileError(path, `has ${names.length} names, the net has ${count} classes`, 'give one name a line');
  }
  return names;
}

/** An option parser for numbers above 0. */
function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('give a number above 0.');
  return value;
}

/** An option parser for pyramids: `6,3,2,1`, `none`, `original`. */
function pyramid(text: string): Pyramid {
  if (text === 'none' || text === 'original') return text;
  const levels = text.split(',').map(Number);
  if (!levels.every((n) => Number.isInteger(n) && n >= 1)) {
    throw new InvalidArgumentError('give levels such as 6,3,2,1, or none, or original.');
  }
  return levels;
}
