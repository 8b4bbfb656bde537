import { ELEMENT, MODEL, type TensorDraft, type ValueDraft } from '../../io/onnx/schema.js';
import { type Encoded, encodeMessage } from '../../io/protobuf-message.js';
import { sizeOf } from '../../tensor/shape.js';
import type { GraphBuilder } from './graph-builder.js';

/** The operators of ONNX 1.8 (December 2020), which every runtime of today has. */
const OPERATOR_SET = 13;
/** The version of the file format that came with them. */
const IR_VERSION = 7;

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

/** A file, and what it says of itself. */
export interface OnnxFile {
  readonly file: Encoded;
  readonly summary: OnnxSummary;
}

/** What a file is made from. */
export interface OnnxParts {
  readonly name: string;
  readonly builder: GraphBuilder;
  readonly weights: readonly TensorDraft[];
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  /** Each with a JSON text. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly producerVersion?: string;
}

/** The message of a whole file. */
export function onnxModel(parts: OnnxParts): OnnxFile {
  const { name, builder, weights, inputs, outputs, metadata, producerVersion } = parts;
  const file = encodeMessage(MODEL, {
    irVersion: IR_VERSION,
    producerName: 'sppgpu',
    producerVersion,
    graph: {
      nodes: builder.nodes,
      name,
      initializers: [...builder.constants, ...weights],
      inputs: inputs.map(port),
      outputs: outputs.map(port),
    },
    operatorSets: [{ domain: '', version: OPERATOR_SET }],
    metadata: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
  return { file, summary: { opset: OPERATOR_SET, inputs, outputs, nodes: builder.nodes.length } };
}

/** Weights (f32) that are read when the file is written. */
export function lazyWeights(
  name: string,
  shape: readonly number[],
  values: () => Float32Array | Promise<Float32Array>,
): TensorDraft {
  const length = sizeOf(shape) * Float32Array.BYTES_PER_ELEMENT;
  const load = async (): Promise<Uint8Array> => {
    const { buffer, byteOffset, byteLength } = await values();
    return new Uint8Array(buffer, byteOffset, byteLength);
  };
  return { name, dataType: ELEMENT.f32, dims: shape, rawData: { length, load } };
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
