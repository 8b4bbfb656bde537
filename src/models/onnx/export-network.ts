import { ELEMENT, MODEL, type TensorDraft, type ValueDraft } from '../../io/onnx/schema.js';
import { type Encoded, encodeMessage, type LazyBytes } from '../../io/protobuf-message.js';
import { ShapeError } from '../../runtime/errors.js';
import { sizeOf } from '../../tensor/shape.js';
import { type Architecture, type ArchitectureInput, sections } from '../architecture.js';
import { minimumInput, slidingLayers } from '../geometry.js';
import { type ActivationShape, kindOf, type ParameterSpec } from '../layers/index.js';
import { traceLayers } from '../trace.js';
import { GraphBuilder } from './graph-builder.js';
import { layerNodes } from './layer-nodes.js';
import { INPUT_PROPERTY, LABELS_PROPERTY, NETWORK_PROPERTY } from './properties.js';

/** The operators of ONNX 1.8 (December 2020), which every runtime of today has. */
const OPERATOR_SET = 13;
/** The version of the file format that came with them. */
const IR_VERSION = 7;

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

/** What an ONNX file says of itself. */
export interface OnnxSummary {
  readonly opset: number;
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  readonly nodes: number;
}

/** An input or output: a length is a number, or the name of one that may be any. */
export interface OnnxPort {
  readonly name: string;
  readonly shape: readonly (number | string)[];
}

/**
 * A network as an ONNX model: any batch, and any height and width where its head takes them. Weights keep their names and are read
 * when they are written.
 */
export function onnxOf(
  architecture: Architecture,
  plan: OnnxPlan,
): { readonly file: Encoded; readonly summary: OnnxSummary } {
  const { input = architecture.input, labels, probabilities, roiPool = true, producerVersion } = plan;
  const builder = new GraphBuilder();
  const traced = traceLayers(architecture);
  let x = 'images';
  let notNegative = false;
  for (const { layer, section, input } of traced) {
    x = layerNodes(layer, x, { builder, name: `${section}.${layer.name}`, input, notNegative, roiPool });
    const kind = kindOf(layer);
    notNegative = kind.notNegative?.(layer) || (notNegative && kind.keepsSigns === true);
  }
  const [end, attributes] = probabilities ? ENDS[probabilities] : ['Identity', {}];
  const last = builder.node(end, probabilities ? 'probabilities' : 'scores', [x], attributes);
  const sides = takesAnySize(architecture) ? ['height', 'width'] : [input.size, input.size];
  const inputs = [{ name: 'images', shape: ['batch', input.channels, ...sides] }];
  const outputs = [{ name: last, shape: ['batch', architecture.classes] }];
  const specs = traced.flatMap(({ parameters }) => parameters);
  const metadata = {
    [NETWORK_PROPERTY]: JSON.stringify({ name: architecture.name, options: architecture.options }),
    [INPUT_PROPERTY]: JSON.stringify({ ...input, minimum: minimumInput(slidingLayers(architecture)) }),
    ...(labels && { [LABELS_PROPERTY]: JSON.stringify(labels) }),
  };
  const file = encodeMessage(MODEL, {
    irVersion: IR_VERSION,
    producerName: 'sppgpu',
    producerVersion,
    graph: {
      nodes: builder.nodes,
      name: architecture.name,
      initializers: [...builder.constants, ...specs.map((spec) => stored(spec, plan))],
      inputs: inputs.map(port),
      outputs: outputs.map(port),
    },
    operatorSets: [{ domain: '', version: OPERATOR_SET }],
    metadata: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
  return { file, summary: { opset: OPERATOR_SET, inputs, outputs, nodes: builder.nodes.length } };
}

function stored(spec: ParameterSpec, { weights }: OnnxPlan): TensorDraft {
  const length = sizeOf(spec.shape) * Float32Array.BYTES_PER_ELEMENT;
  const load: LazyBytes['load'] = async () => {
    const values = await weights(spec);
    return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  };
  return { name: spec.name, dataType: ELEMENT.f32, dims: spec.shape, rawData: { length, load } };
}

const port = ({ name, shape }: OnnxPort): ValueDraft => ({
  name,
  type: {
    tensor: {
      elementType: ELEMENT.f32,
      shape: { dims: shape.map((side) => (typeof side === 'number' ? { value: side } : { parameter: side })) },
    },
  },
});

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
