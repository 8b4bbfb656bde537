import { createHash } from 'node:crypto';
import type { LabelKind } from '../data/dataset.js';
import { asFloat32 } from '../io/float32.js';
import { SafetensorsFile, saveSafetensors } from '../io/safetensors.node.js';
import { featureLayers, featureParameters } from '../models/feature-layers.js';
import { levelsOf } from '../models/layers/index.js';
import type { Network } from '../models/network.js';
import { FileError } from '../runtime/errors.js';
import type { LinearSvm } from '../svm/linear-svm.js';
import { sameShape, showShape } from '../tensor/shape.js';
import { FEATURE_MODES, type FeatureMode } from './feature-settings.js';

const FORMAT = 'sppgpu-svm-1';
const WAY_OUT = 'use an undamaged copy, or write it anew with `sppgpu svm --save`';

/** Which network the vectors come from: another one's vectors mean something else. */
export interface NetworkIdentity {
  readonly name: string;
  /** Options that change what weights of the same shape compute. */
  readonly padding: string;
  readonly normalisation: string;
  readonly inputChannels: number;
  /** SHA-256 over the names and values of the weights that the layer needs. */
  readonly sha256: string;
}

/** What a file of classifiers says of itself. */
export interface SvmDescription {
  /** Names, in order of the classifiers. */
  readonly classes: readonly string[];
  /** Whether a picture has one class, or several. */
  readonly labels: LabelKind;
  /** How vectors are made: see `FeatureOptions`. */
  readonly layer: string;
  readonly mode: FeatureMode;
  readonly scale: number;
  readonly normalise: boolean;
  /** Pyramid of a layer that is one; null for others. */
  readonly levels: readonly number[] | null;
  readonly c: number;
  readonly network: NetworkIdentity;
}

export interface StoredSvm {
  readonly model: LinearSvm;
  readonly description: SvmDescription;
}

/** The pyramid (bins per side of each level) that a layer is; null for layers that are not one. @throws SppgpuError for an unknown layer */
export function layerLevels(
  { architecture }: Pick<Network, 'architecture'>,
  layer: string,
  levels?: readonly number[],
) {
  return levelsOf(featureLayers(architecture, layer, levels).at(-1)) ?? null;
}

/** Reads the weights that a layer needs back from the device. */
export async function networkIdentity(network: Network, layer: string): Promise<NetworkIdentity> {
  const { name, options } = network.architecture;
  const state = network.stateDict();
  const hash = createHash('sha256');
  for (const parameter of featureParameters(network.architecture, [layer])) {
    hash.update(`${parameter}\n`).update((await state.get(parameter)!.data()) as Float32Array);
  }
  const { padding, normalisation, inputChannels } = options;
  return { name, padding, normalisation, inputChannels, sha256: hash.digest('hex') };
}

/** Writes classifiers as safetensors, atomically: `weights` [classes, dimension], `bias` [classes], and what they are. */
export async function saveSvm(path: string, { model, description }: StoredSvm): Promise<void> {
  const { classes, dimension, weights, bias } = model;
  await saveSafetensors(
    path,
    [
      ['weights', { shape: [classes, dimension], data: weights as Float32Array<ArrayBuffer> }],
      ['bias', { shape: [classes], data: bias as Float32Array<ArrayBuffer> }],
    ],
    { format: FORMAT, sppgpu: JSON.stringify(description) },
  );
}

/** @throws FileError if the file is missing, damaged, or of another kind */
export async function loadSvm(path: string): Promise<StoredSvm> {
  const file = await SafetensorsFile.open(path);
  try {
    const { metadata, entries } = file.header;
    if (metadata.format !== FORMAT) {
      const problem = `holds no classifiers of this program (format ${metadata.format ?? 'missing'})`;
      throw new FileError(path, problem, 'give a file that `sppgpu svm --save` wrote');
    }
    const description = described(metadata.sppgpu ?? '', path);
    const classes = description.classes.length;
    const dimension = entries.get('weights')?.shape[1] ?? 0;
    const read = async (name: string, shape: readonly number[]): Promise<Float32Array> => {
      const found = entries.get(name)?.shape;
      if (!found || !sameShape(found, shape)) {
        const is = found ? `has shape ${showShape(found)}` : 'is missing';
        throw damaged(path, `${name} ${is}, ${showShape(shape)} belongs there`);
      }
      const values = asFloat32(await file.read(name), name, path);
      const odd = values.find((value) => !Number.isFinite(value));
      if (odd !== undefined) throw damaged(path, `${name} holds ${odd}`);
      return values;
    };
    const weights = await read('weights', [classes, dimension]);
    return { model: { classes, dimension, weights, bias: await read('bias', [classes]) }, description };
  } finally {
    await file.close();
  }
}

/** @throws FileError unless the classifiers belong to this network's vectors */
export async function checkNetwork({ description }: StoredSvm, network: Network, path: string): Promise<void> {
  const { layer, network: wanted } = description;
  const found = await networkIdentity(network, layer);
  for (const key of ['name', 'padding', 'normalisation', 'inputChannels', 'sha256'] as const) {
    if (found[key] === wanted[key]) continue;
    const problem =
      key === 'sha256'
        ? `was trained on vectors of a ${wanted.name} with other weights`
        : `was trained on vectors of a ${wanted.name} with ${key} ${wanted[key]}, this net has ${found[key]}`;
    throw new FileError(path, problem, 'give the network that it was trained with');
  }
  const levels = layerLevels(network, layer, description.levels ?? undefined);
  if (String(levels) !== String(description.levels)) {
    const problem = `was trained on a pyramid of ${description.levels}, this net has ${levels}`;
    throw new FileError(path, problem, 'give the network that it was trained with');
  }
}

type Check = (value: unknown) => boolean;
const isText: Check = (value) => typeof value === 'string';
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 1;
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.length > 0 && value.every(check);

/** What each field must be; a file may come from anywhere. */
const FIELDS: Readonly<Record<keyof SvmDescription, Check>> = {
  classes: listOf(isText),
  labels: (value) => value === 'single' || value === 'multi',
  layer: isText,
  mode: (value) => FEATURE_MODES.some((mode) => mode === value),
  scale: isCount,
  normalise: (value) => typeof value === 'boolean',
  levels: (value) => value === null || listOf(isCount)(value),
  c: (value) => Number.isFinite(value),
  network: (value) =>
    isRecord(value) &&
    [value.name, value.padding, value.normalisation, value.sha256].every(isText) &&
    isCount(value.inputChannels),
};

function described(text: string, path: string): SvmDescription {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    throw damaged(path, 'it is not JSON');
  }
  if (!isRecord(found)) throw damaged(path, 'it is not a JSON object');
  for (const [name, check] of Object.entries(FIELDS)) {
    if (!check(found[name])) throw damaged(path, `${name} is ${name in found ? 'not what was written' : 'missing'}`);
  }
  return found as unknown as SvmDescription;
}

function damaged(path: string, problem: string): FileError {
  return new FileError(path, `its description is damaged: ${problem}`, WAY_OUT);
}
