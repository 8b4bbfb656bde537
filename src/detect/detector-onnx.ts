import type { ArchitectureInput } from '../models/architecture.js';
import { mapGeometry } from '../models/geometry.js';
import { tracedNodes, tracedWeights } from '../models/onnx/export-network.js';
import { GraphBuilder } from '../models/onnx/graph-builder.js';
import { lazyWeights, type OnnxFile, onnxModel } from '../models/onnx/onnx-model.js';
import { INPUT_PROPERTY, LABELS_PROPERTY } from '../models/onnx/properties.js';
import { mapChannels, traceLayers } from '../models/trace.js';
import { SppgpuError } from '../runtime/errors.js';
import type { LinearSvm } from '../svm/linear-svm.js';
import { TARGETS } from './box-targets.js';
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
  const { description, architecture, dimension, pooledDimension } = plan;
  const { windows, classes, levels, layer } = description;
  if (windows.kind !== 'spp') {
    throw new SppgpuError(
      `export: this detector looks at each window by itself (${windows.kind}); only one that pools windows on maps has a backbone and a head`,
    );
  }
  const { input = architecture.input, producerVersion } = options;
  const traced = traceLayers(architecture);
  const count = architecture.features.length;
  const weights = ({ name }: { readonly name: string }) => plan.read(name);
  const { kind: _, ...placing } = windows;
  const metadata = {
    [INPUT_PROPERTY]: JSON.stringify(input),
    [LABELS_PROPERTY]: JSON.stringify(classes),
    [DETECTOR_PROPERTY]: JSON.stringify({ ...placing, ...mapGeometry(architecture.features), levels, layer }),
  };
  const about = { metadata, ...(producerVersion !== undefined && { producerVersion }) };

  const eyes = new GraphBuilder();
  const maps = eyes.node('Identity', 'maps', [tracedNodes(eyes, traced.slice(0, count), 'images')]);
  const backbone = onnxModel({
    ...{ ...about, name: `${architecture.name} backbone`, builder: eyes },
    weights: tracedWeights(traced.slice(0, count), weights),
    inputs: [{ name: 'images', shape: ['batch', input.channels, 'height', 'width'] }],
    outputs: [{ name: maps, shape: ['batch', mapChannels(architecture), 'rows', 'columns'] }],
  });

  // Behind the pyramid, whose place the program takes that pools.
  const connected = traced.slice(count + 1);
  const { svm, regression } = await linearParts(plan);
  const builder = new GraphBuilder();
  const features = tracedNodes(builder, connected, 'pooled');
  const linear = (output: string, from: string) =>
    builder.node('Gemm', output, [from, `${output}.weight`, `${output}.bias`], { transB: 1 });
  const scores = linear('scores', features);
  const scorers = scoringWeights(svm, description);
  const outputs = [{ name: scores, shape: ['windows', classes.length] }];
  const stored = [
    ...tracedWeights(connected, weights),
    lazyWeights('scores.weight', [classes.length, dimension], () => scorers.weights),
    lazyWeights('scores.bias', [classes.length], () => scorers.bias),
  ];
  if (regression) {
    const size = classes.length * TARGETS;
    outputs.push({ name: linear('corrections', 'pooled'), shape: ['windows', size] });
    stored.push(
      lazyWeights('corrections.weight', [size, pooledDimension], () => regression.weights),
      lazyWeights('corrections.bias', [size], () => regression.bias),
    );
  }
  const head = onnxModel({
    ...{ ...about, name: `${architecture.name} head`, builder, weights: stored, outputs },
    inputs: [{ name: 'pooled', shape: ['windows', pooledDimension] }],
  });
  return { backbone, head };
}

/** Classifiers of features as they are; a class without one scores minus infinity everywhere. */
function scoringWeights(
  { weights, bias, dimension }: LinearSvm,
  { featureScale, trained }: DetectorPlan['description'],
): { readonly weights: Float32Array; readonly bias: Float32Array } {
  return {
    weights: weights.map((weight, i) => (trained[Math.floor(i / dimension)] ? weight * featureScale : 0)),
    bias: bias.map((value, label) => (trained[label] ? value : Number.NEGATIVE_INFINITY)),
  };
}
