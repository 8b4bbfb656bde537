import type { LabelKind } from '../data/dataset.js';
import type { PrepareOptions } from '../ops/prepare-pictures.js';
import type { Device } from '../runtime/device.js';
import { FileError, SppgpuError } from '../runtime/errors.js';
import { quoted } from '../runtime/quote.js';
import { Generator } from '../tensor/generator.js';
import type { Architecture, ModelOptions } from './architecture.js';
import { areNumbered } from './checkpoint-info.js';
import { featureParameters } from './feature-layers.js';
import { fileInMemory } from './file-in-memory.js';
import { loadMatched, matchFile, requireWeights } from './load-weights.js';
import type { ParameterMatch } from './match-parameters.js';
import { Network } from './network.js';
import { restorePreparation } from './preparation.js';
import { buildArchitecture } from './registry.js';
import { storedPreparation } from './stored-preparation.js';
import { describeFile, readData, type WeightsFile } from './weights-file.js';

/** A model file: its bytes, something that has them, or where they are to be fetched from. */
export type ModelSource = Uint8Array | ArrayBuffer | Blob | Response | URL | string;

/** What a file of bare weights does not say, and what the network is wanted for. */
export interface OpenModelOptions {
  /** The net that the weights belong to (`ARCHITECTURE_NAMES`); a file that describes its net must hold this one. */
  readonly architecture?: string;
  /** Options of that net. */
  readonly options?: ModelOptions;
  /** Names of its classes, in order. */
  readonly classes?: readonly string[];
  /** Feature layers (`featureLayerNames`) to which the use is limited: only the weights that they need must be there. */
  readonly layers?: readonly string[];
  /** Called with what the file has for the net, before anything is allocated. */
  readonly onMatch?: (match: ParameterMatch) => void;
}

/** A network ready for use, in evaluation mode; the caller disposes it. */
export interface OpenModel {
  readonly network: Network;
  /** Null where nobody named the classes. */
  readonly classes: readonly string[] | null;
  /** Whether its scores are for one class per picture (softmax), or for each class (sigmoid). */
  readonly labels: LabelKind;
  /** How pictures are prepared beyond the network's input format: goes to `preparePictures`, `classifyViews`, `evaluate`. */
  readonly preparation: PrepareOptions;
}

/** As `openModel`, from a file that is open. */
export async function modelOf(file: WeightsFile, device: Device, options: OpenModelOptions = {}): Promise<OpenModel> {
  const description = describeFile(file);
  const architecture = description
    ? buildArchitecture(description.model.name, description.model.options)
    : named(file, options);
  checkAgreement(file, architecture, options);
  const own = description?.classes;
  const classes = (own && areNumbered(own) ? options.classes : undefined) ?? own ?? options.classes ?? null;
  if (classes && classes.length !== architecture.classes) {
    throw new SppgpuError(
      `openModel: ${classes.length} names for the ${architecture.classes} classes of ${architecture.name}; give one for each`,
    );
  }
  // Nothing is allocated for a net that the file does not have.
  const match = matchFile(architecture, file);
  const { layers, onMatch } = options;
  requireWeights(match, file.path, layers && featureParameters(architecture, layers));
  onMatch?.(match);
  const network = new Network(architecture, { device, generator: new Generator(0) }).eval();
  try {
    await loadMatched(network, file, match);
    if (!description) return { network, classes, labels: 'single', preparation: {} };
    const { labels = 'single', run } = description;
    const preparation = restorePreparation(device, storedPreparation(run, file.path), await readData(file));
    return { network, classes, labels, preparation };
  } catch (error) {
    network.dispose();
    throw error;
  }
}

function named({ path }: WeightsFile, { architecture, options }: OpenModelOptions): Architecture {
  if (architecture !== undefined) return buildArchitecture(architecture, options);
  throw new FileError(path, 'does not say which net it belongs to', 'name it: { architecture, options }');
}

/** What a file says of itself need not be given again; what is given must agree. @throws FileError */
function checkAgreement({ path }: WeightsFile, found: Architecture, { architecture, options }: OpenModelOptions): void {
  if (architecture !== undefined && architecture !== found.name) {
    throw new FileError(path, `holds ${found.name}, not ${architecture}`, 'correct architecture or leave it out');
  }
  const { imported } = found.options;
  const wanted = buildArchitecture(found.name, { ...(imported && { imported }), ...options }).options;
  for (const option of Object.keys(options ?? {}) as (keyof ModelOptions)[]) {
    if (options?.[option] === undefined || String(found.options[option]) === String(wanted[option])) continue;
    throw new FileError(
      path,
      `holds ${found.name} with ${option} ${quoted(found.options[option])}, not ${quoted(wanted[option])}`,
      `correct ${option} or leave it out`,
    );
  }
}

/** The file behind a source, in memory. @throws FileError where it cannot be fetched, or is damaged */
export async function weightsFileOf(source: ModelSource): Promise<WeightsFile> {
  if (typeof source === 'string' || source instanceof URL) return weightsFileOf(await fetched(String(source)));
  if (source instanceof Response) {
    const name = source.url || 'response';
    if (source.ok) return fileInMemory(await bytesOf(source, name), name);
    throw new FileError(name, `was answered with ${source.status} ${source.statusText}`.trim(), 'check the address');
  }
  if (source instanceof Blob) {
    const name = 'name' in source ? String(source.name) : 'blob';
    return fileInMemory(await bytesOf(source, name), name);
  }
  return fileInMemory(source, 'model data');
}

async function fetched(url: string): Promise<Response> {
  try {
    return await fetch(url);
  } catch (error) {
    throw new FileError(url, `cannot be fetched: ${(error as Error).message}`, 'check the address and the network');
  }
}

/** The content of what may yet fail: a broken connection, a file that was removed. */
async function bytesOf(source: Response | Blob, name: string): Promise<ArrayBuffer> {
  try {
    return await source.arrayBuffer();
  } catch (error) {
    throw new FileError(name, `cannot be read: ${(error as Error).message}`, 'try again');
  }
}
