import { ShapeError } from '../../runtime/errors.js';
import { type Architecture, type ArchitectureInput, sections } from '../architecture.js';
import { minimumInput, slidingLayers } from '../geometry.js';
import { type ActivationShape, kindOf, type ParameterSpec } from '../layers/index.js';
import { type TracedLayer, traceLayers } from '../trace.js';
import { GraphBuilder } from './graph-builder.js';
import { layerNodes } from './layer-nodes.js';
import { lazyWeights, type OnnxFile, onnxModel } from './onnx-model.js';
import { INPUT_PROPERTY, LABELS_PROPERTY, NETWORK_PROPERTY } from './properties.js';

/** What may be chosen of a network's ONNX file. */
export interface OnnxOptions {
  /** Names of the classes, for the metadata. */
  readonly labels?: readonly string[] | null;
  /** What pictures are prepared with, where it is not the architecture's own. */
  readonly input?: ArchitectureInput;
  /** What the scores are turned into: those of one class per picture, or of each class. Default: they stay as they are. */
  readonly probabilities?: 'softmax' | 'sigmoid';
  /** Whether a level of a pyramid is a MaxRoiPool (default), or slices and maxima. */
  readonly roiPool?: boolean;
  readonly producerVersion?: string;
}

/** What an ONNX file of a network is made from, beside its architecture. */
export interface OnnxPlan extends OnnxOptions {
  /** The values of a parameter by its name in a state dict, f32. */
  readonly weights: (spec: ParameterSpec) => Float32Array | Promise<Float32Array>;
}

/** Operators that make probabilities of scores. */
const ENDS: Readonly<Record<'softmax' | 'sigmoid', [string, Readonly<Record<string, number>>]>> = {
  softmax: ['Softmax', { axis: 1 }],
  sigmoid: ['Sigmoid', {}],
};

/**
 * A network as an ONNX model: any batch, and any height and width where its head takes them. Weights keep their names and are read
 * when they are written.
 */
export function onnxOf(architecture: Architecture, plan: OnnxPlan): OnnxFile {
  const { input = architecture.input, labels, probabilities, roiPool, producerVersion, weights } = plan;
  const builder = new GraphBuilder();
  const traced = traceLayers(architecture);
  const x = tracedNodes(builder, traced, 'images', roiPool);
  const [end, attributes] = probabilities ? ENDS[probabilities] : ['Identity', {}];
  const last = builder.node(end, probabilities ? 'probabilities' : 'scores', [x], attributes);
  const sides = takesAnySize(architecture) ? ['height', 'width'] : [input.size, input.size];
  const inputs = [{ name: 'images', shape: ['batch', input.channels, ...sides] }];
  const outputs = [{ name: last, shape: ['batch', architecture.classes] }];
  const metadata = {
    [NETWORK_PROPERTY]: JSON.stringify({ name: architecture.name, options: architecture.options }),
    [INPUT_PROPERTY]: inputProperty(architecture, input),
    ...(labels && { [LABELS_PROPERTY]: JSON.stringify(labels) }),
  };
  return onnxModel({
    ...{ name: architecture.name, builder, weights: tracedWeights(traced, weights), inputs, outputs, metadata },
    ...(producerVersion !== undefined && { producerVersion }),
  });
}

/** How pictures are prepared, and their smallest side, as JSON. */
export const inputProperty = (architecture: Architecture, input: ArchitectureInput): string =>
  JSON.stringify({ ...input, minimum: minimumInput(slidingLayers(architecture)) });

/** Writes the nodes of layers that follow each other, behind the tensor `x`, and gives the name of what comes out. */
export function tracedNodes(
  builder: GraphBuilder,
  traced: readonly TracedLayer[],
  x: string,
  roiPool: boolean = true,
): string {
  let notNegative = false;
  let last = x;
  for (const { layer, section, input } of traced) {
    last = layerNodes(layer, last, { builder, name: `${section}.${layer.name}`, input, notNegative, roiPool });
    const kind = kindOf(layer);
    notNegative = kind.notNegative?.(layer) || (notNegative && kind.keepsSigns === true);
  }
  return last;
}

/** The weights of such layers. */
export const tracedWeights = (traced: readonly TracedLayer[], weights: OnnxPlan['weights']) =>
  traced.flatMap(({ parameters }) => parameters.map((spec) => lazyWeights(spec.name, spec.shape, () => weights(spec))));

/** Whether the head gives the same features for another size of pictures. */
function takesAnySize(architecture: Architecture): boolean {
  let shape: ActivationShape = [architecture.input.channels, architecture.input.size * 2, architecture.input.size * 3];
  try {
    for (const [, layers] of sections(architecture)) {
      for (const layer of layers) shape = kindOf(layer).output(layer, shape, layer.name);
    }
    return true;
  } catch (error) {
    if (error instanceof ShapeError) return false;
    throw error;
  }
}
