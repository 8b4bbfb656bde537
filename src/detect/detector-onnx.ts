import type { ArchitectureInput } from '../models/architecture.js';
import { squareGeometry } from '../models/geometry.js';
import { inputProperty, tracedNodes, tracedWeights } from '../models/onnx/export-network.js';
import { GraphBuilder } from '../models/onnx/graph-builder.js';
import { lazyWeights, type OnnxFile, type OnnxParts, type OnnxPort, onnxModel } from '../models/onnx/onnx-model.js';
import { INPUT_PROPERTY, LABELS_PROPERTY } from '../models/onnx/properties.js';
import { mapChannels, traceLayers } from '../models/trace.js';
import { SppgpuError } from '../runtime/errors.js';
import type { LinearSvm } from '../svm/linear-svm.js';
import { type DetectorPlan, linearParts } from './detector-file.js';

/** Key of the metadata with what a program must know between the two files. */
export const DETECTOR_PROPERTY = 'sppgpu.detector';

/** A detector in two files: what lies between them, windows pooled on maps, no operator of ONNX does by the paper's rule. */
export interface DetectorOnnx {
  /** `images` to `maps`. */
  readonly backbone: OnnxFile;
  /** `pooled` vectors of windows to `scores` and, where boxes are moved, `corrections`. */
  readonly head: OnnxFile;
}

/** What may be chosen of the files. */
export interface DetectorOnnxOptions {
  /** What pictures are prepared with, where it is not the architecture's own. */
  readonly input?: ArchitectureInput;
  readonly producerVersion?: string;
}

/**
 * A detector as two ONNX models, from its file.
 * @throws SppgpuError for a detector that does not pool windows on maps (R-CNN)
 */
export async function detectorOnnx(plan: DetectorPlan, options: DetectorOnnxOptions = {}): Promise<DetectorOnnx> {
  const { description, architecture } = plan;
  const { windows, classes, levels, layer } = description;
  if (windows.kind !== 'spp') {
    throw new SppgpuError(
      `export: this detector looks at each window by itself (${windows.kind}); only one that pools windows on maps has a backbone and a head`,
    );
  }
  const { input = architecture.input, producerVersion } = options;
  const { kind: _, ...placing } = windows;
  const metadata = {
    [INPUT_PROPERTY]: inputProperty(architecture, input),
    [LABELS_PROPERTY]: JSON.stringify(classes),
    [DETECTOR_PROPERTY]: JSON.stringify({ ...placing, ...squareGeometry(architecture.features), levels, layer }),
  };
  const about = { metadata, ...(producerVersion !== undefined && { producerVersion }) };
  return {
    backbone: onnxModel({ ...backboneOf(plan, input.channels), ...about }),
    head: onnxModel({ ...(await headOf(plan)), ...about }),
  };
}

/** The convolutions. */
function backboneOf({ architecture, read }: DetectorPlan, channels: number): Parts {
  const traced = traceLayers(architecture).slice(0, architecture.features.length);
  const builder = new GraphBuilder();
  const maps = builder.node('Identity', 'maps', [tracedNodes(builder, traced, 'images')]);
  return {
    ...{ name: `${architecture.name} backbone`, builder },
    weights: tracedWeights(traced, ({ name }) => read(name)),
    inputs: [{ name: 'images', shape: ['batch', channels, 'height', 'width'] }],
    outputs: [{ name: maps, shape: ['batch', mapChannels(architecture), 'rows', 'columns'] }],
  };
}

/** What stands behind the pyramid, whose place the program takes that pools: layers, classifiers, correction of boxes. */
async function headOf(plan: DetectorPlan): Promise<Parts> {
  const { description, architecture, dimension, pooledDimension, read } = plan;
  const traced = traceLayers(architecture).slice(architecture.features.length + 1);
  const { svm, regression } = await linearParts(plan);
  const builder = new GraphBuilder();
  const features = tracedNodes(builder, traced, 'pooled');
  const outputs: OnnxPort[] = [];
  const weights = tracedWeights(traced, ({ name }) => read(name));
  const linear = (name: string, from: string, width: number, map: Linear): void => {
    builder.node('Gemm', name, [from, `${name}.weight`, `${name}.bias`], { transB: 1 });
    outputs.push({ name, shape: ['windows', map.bias.length] });
    weights.push(lazyWeights(`${name}.weight`, [map.bias.length, width], () => map.weights));
    weights.push(lazyWeights(`${name}.bias`, [map.bias.length], () => map.bias));
  };
  linear('scores', features, dimension, scoringWeights(svm, description));
  if (regression) linear('corrections', 'pooled', pooledDimension, regression);
  const inputs = [{ name: 'pooled', shape: ['windows', pooledDimension] }];
  return { name: `${architecture.name} head`, builder, weights, inputs, outputs };
}

/** A file without what it says of itself. */
type Parts = Omit<OnnxParts, 'metadata' | 'producerVersion'>;

/** A linear map, [outputs, inputs] and [outputs]. */
type Linear = Pick<LinearSvm, 'weights' | 'bias'>;

/** Classifiers of features as they are; a class without one scores minus infinity everywhere. */
function scoringWeights(
  { weights, bias, dimension }: LinearSvm,
  { featureScale, trained }: DetectorPlan['description'],
): Linear {
  return {
    weights: weights.map((weight, i) => (trained[Math.floor(i / dimension)] ? weight * featureScale : 0)),
    bias: bias.map((value, label) => (trained[label] ? value : Number.NEGATIVE_INFINITY)),
  };
}
