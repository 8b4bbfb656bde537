import { finiteFloat32 } from '../io/float32.js';
import type { TensorToStore } from '../io/safetensors.js';
import type { Architecture } from '../models/architecture.js';
import { describedArchitecture } from '../models/described.js';
import { loadMatched, matchFile } from '../models/load-weights.js';
import { PREFIX } from '../models/model-format.js';
import { Network } from '../models/network.js';
import { MEAN_IMAGE, restorePreparation } from '../models/preparation.js';
import { parameterSpecs, traceLayers } from '../models/trace.js';
import type { WeightsFile } from '../models/weights-file.js';
import type { PrepareOptions } from '../ops/prepare-pictures.js';
import type { Device } from '../runtime/device.js';
import { FileError, SppgpuError } from '../runtime/errors.js';
import { quoted } from '../runtime/quote.js';
import { Generator } from '../tensor/generator.js';
import { sameShape, showShape } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import { TARGETS } from './box-targets.js';
import { Detector, type DetectorParts } from './detector.js';
import {
  DETECTOR_FORMAT,
  type DetectorDescription,
  damagedDetector,
  detectorDescription,
  type ForeignSettings,
  type WindowSettings,
} from './detector-description.js';
import { RegionNetwork, regionArchitecture } from './features/region-network.js';
import { SppWindows } from './features/spp-windows.js';
import { WarpedWindows } from './features/warped-windows.js';
import type { WindowSource } from './features/window-source.js';

/** Makes the windows of a file's settings; null for a kind that it does not know. */
export type SourceMaker = (network: RegionNetwork, settings: WindowSettings) => WindowSource | null;

const sppSource: SourceMaker = (network, settings) => {
  if (settings.kind !== 'spp') return null;
  const { kind: _, ...options } = settings as Extract<WindowSettings, { kind: 'spp' }>;
  return new SppWindows(network, options);
};

const warpedSource: SourceMaker = (network, settings) =>
  settings.kind === 'warped'
    ? new WarpedWindows(network, { context: (settings as ForeignSettings).context as number })
    : null;

/** Kinds of windows that files may name. */
const SOURCES: readonly SourceMaker[] = [sppSource, warpedSource];

const TENSORS = {
  svmWeights: `${PREFIX.data}svm.weights`,
  svmBias: `${PREFIX.data}svm.bias`,
  regressionWeights: `${PREFIX.data}regression.weights`,
  regressionBias: `${PREFIX.data}regression.bias`,
} as const;

/**
 * A detector ready for a safetensors file: the weights that its features need under their own names, and beside them
 * `data.svm.weights` [classes, dimension], `data.svm.bias`, `data.regression.weights` [classes * 4, pooled dimension],
 * `data.regression.bias` and `data.mean`.
 */
export async function detectorTensors(
  { source, parts }: Detector,
  about: Readonly<Record<string, unknown>> = {},
): Promise<{ readonly tensors: Map<string, TensorToStore>; readonly metadata: Record<string, string> }> {
  const { network, layer, levels, preparation } = source.network;
  const { name, options } = network.architecture;
  const part = regionArchitecture(network.architecture, layer, levels);
  const state = network.stateDict();
  const tensors = new Map<string, TensorToStore>();
  const store = (key: string, shape: readonly number[], data: Float32Array): void => {
    tensors.set(key, { shape, data: data as Float32Array<ArrayBuffer> });
  };
  for (const { name: key, shape } of parameterSpecs(part)) {
    store(key, shape, (await state.get(key)!.data()) as Float32Array);
  }
  const { svm, regression, ...rest } = parts;
  store(TENSORS.svmWeights, [svm.classes, svm.dimension], svm.weights);
  store(TENSORS.svmBias, [svm.classes], svm.bias);
  if (regression) {
    store(TENSORS.regressionWeights, [regression.classes * TARGETS, regression.dimension], regression.weights);
    store(TENSORS.regressionBias, [regression.classes * TARGETS], regression.bias);
  }
  const { mean } = preparation;
  if (mean instanceof Tensor) store(PREFIX.data + MEAN_IMAGE, mean.shape, (await mean.data()) as Float32Array);
  const description: DetectorDescription = {
    ...{ model: { name, options }, layer, levels },
    mean: typeof mean === 'number' ? mean : null,
    windows: source.settings as WindowSettings,
    ...rest,
    ...{ regression: regression !== null, about },
  };
  return { tensors, metadata: { format: DETECTOR_FORMAT, sppgpu: JSON.stringify(description) } };
}

/** What a file holds, by its header; nothing was read of its tensors. */
export interface DetectorPlan {
  readonly description: DetectorDescription;
  /** The part of the net that the file has. */
  readonly architecture: Architecture;
  /** Values of a feature, and of a pooled vector. */
  readonly dimension: number;
  readonly pooledDimension: number;
  /** A tensor of it. @throws FileError where it is not finite */
  readonly read: (name: string) => Promise<Float32Array<ArrayBuffer>>;
}

/** Reads the header of a detector's file and checks it. @throws FileError if it is damaged or of no detector */
export function detectorPlan(file: WeightsFile): DetectorPlan {
  const { path } = file;
  const description = detectorDescription(file.header.metadata, path);
  const architecture = describedNet(description, path);
  const outputs = traceLayers(architecture).map(({ output }) => output);
  const [pooledDimension] = outputs[architecture.features.length]!;
  const [dimension] = outputs.at(-1)!;
  checkTensors(file, { ...shapesOf(description, dimension, pooledDimension), ...weightShapes(architecture) });
  const read: DetectorPlan['read'] = async (name) => finiteFloat32(await file.read(name), name, path);
  return { description, architecture, dimension, pooledDimension, read };
}

/** The classifiers, and the correction of boxes where there is one. */
export async function linearParts({
  description,
  dimension,
  pooledDimension,
  read,
}: DetectorPlan): Promise<Pick<DetectorParts, 'svm' | 'regression'>> {
  const classes = description.classes.length;
  const svm = { classes, dimension, weights: await read(TENSORS.svmWeights), bias: await read(TENSORS.svmBias) };
  if (!description.regression) return { svm, regression: null };
  const [weights, bias] = [await read(TENSORS.regressionWeights), await read(TENSORS.regressionBias)];
  return { svm, regression: { classes, dimension: pooledDimension, weights, bias } };
}

/** As `openDetector`, from a file that is open. */
export async function detectorOf(file: WeightsFile, device: Device): Promise<Detector> {
  const { path } = file;
  const plan = detectorPlan(file);
  const { description, architecture } = plan;
  const { classes, trained, thresholds = classes.map(() => 0), featureScale, proposals } = description;
  const linear = await linearParts(plan);
  const network = new Network(architecture, { device, generator: new Generator(0) }).eval();
  try {
    await loadMatched(network, file, matchFile(architecture, file));
    const preparation = await preparationOf(file, device, description);
    const region = new RegionNetwork(network, description.layer, preparation, description.levels);
    const windows = sourceOf(region, description, path);
    return new Detector(windows, { classes, trained, thresholds, featureScale, proposals, ...linear }, true);
  } catch (error) {
    network.dispose();
    throw error;
  }
}

/** The part of the described net that the file has. @throws FileError where the description does not make one */
function describedNet({ model, layer, levels }: DetectorDescription, path: string): Architecture {
  try {
    return regionArchitecture(describedArchitecture(model), layer, levels);
  } catch (error) {
    // Whatever a file may say of a net, it is the file that is wrong.
    throw damagedDetector(path, (error as Error).message);
  }
}

type Shapes = Readonly<Record<string, readonly number[]>>;

function shapesOf({ classes, regression }: DetectorDescription, dimension: number, pooledDimension: number): Shapes {
  const count = classes.length;
  return {
    [TENSORS.svmWeights]: [count, dimension],
    [TENSORS.svmBias]: [count],
    ...(regression && {
      [TENSORS.regressionWeights]: [count * TARGETS, pooledDimension],
      [TENSORS.regressionBias]: [count * TARGETS],
    }),
  };
}

const weightShapes = (architecture: Architecture): Shapes =>
  Object.fromEntries(parameterSpecs(architecture).map(({ name, shape }) => [name, shape]));

/** Nothing is allocated for tensors that the file does not have. @throws FileError */
function checkTensors({ path, header: { entries } }: WeightsFile, wanted: Shapes): void {
  for (const [name, shape] of Object.entries(wanted)) {
    const found = entries.get(name)?.shape;
    if (found && sameShape(found, shape)) continue;
    const is = found ? `has shape ${showShape(found)}, not ${showShape(shape)}` : 'is missing';
    throw damagedDetector(path, `${name} ${is}`);
  }
}

async function preparationOf(
  file: WeightsFile,
  device: Device,
  { mean }: DetectorDescription,
): Promise<PrepareOptions> {
  if (mean !== null) return { mean };
  const name = PREFIX.data + MEAN_IMAGE;
  const shape = file.header.entries.get(name)?.shape;
  if (!shape) return {};
  if (shape.length !== 3 || shape[0] !== 3) throw damagedDetector(file.path, `${name} is not a picture`);
  const data = finiteFloat32(await file.read(name), name, file.path);
  return restorePreparation(device, {}, new Map([[MEAN_IMAGE, { shape, data }]]));
}

function sourceOf(network: RegionNetwork, { windows }: DetectorDescription, path: string): WindowSource {
  try {
    for (const make of SOURCES) {
      const source = make(network, windows);
      if (source) return source;
    }
  } catch (error) {
    if (error instanceof SppgpuError) throw damagedDetector(path, error.message);
    throw error;
  }
  throw new FileError(
    path,
    `looks at windows in a way that is not known here (${quoted(windows.kind)})`,
    'update sppgpu',
  );
}
