/**
 * The messages of ONNX (onnx.proto, IR versions 3 to 13), as far as networks need them: fields that are not listed (training
 * information, quantisation, types that are not tensors, subgraphs) are skipped.
 */
import type { Draft, Message, Schema } from '../protobuf-message.js';

const ENTRY = { key: { number: 1, type: 'text' }, value: { number: 2, type: 'text' } } as const satisfies Schema;

const TENSOR = {
  dims: { number: 1, type: 'int', many: true },
  dataType: { number: 2, type: 'int' },
  floatData: { number: 4, type: 'float', many: true },
  int32Data: { number: 5, type: 'int', many: true },
  int64Data: { number: 7, type: 'int', many: true },
  name: { number: 8, type: 'text' },
  rawData: { number: 9, type: 'bytes' },
  doubleData: { number: 10, type: 'double', many: true },
  externalData: { number: 13, type: ENTRY, many: true },
  /** 1: the data stand in another file. */
  dataLocation: { number: 14, type: 'int' },
} as const satisfies Schema;

const ATTRIBUTE = {
  name: { number: 1, type: 'text' },
  float: { number: 2, type: 'float' },
  int: { number: 3, type: 'int' },
  text: { number: 4, type: 'text' },
  tensor: { number: 5, type: TENSOR },
  floats: { number: 7, type: 'float', many: true },
  ints: { number: 8, type: 'int', many: true },
  type: { number: 20, type: 'int' },
} as const satisfies Schema;

const NODE = {
  inputs: { number: 1, type: 'text', many: true },
  outputs: { number: 2, type: 'text', many: true },
  name: { number: 3, type: 'text' },
  opType: { number: 4, type: 'text' },
  attributes: { number: 5, type: ATTRIBUTE, many: true },
  domain: { number: 7, type: 'text' },
} as const satisfies Schema;

const DIMENSION = {
  value: { number: 1, type: 'int' },
  parameter: { number: 2, type: 'text' },
} as const satisfies Schema;
const SHAPE = { dims: { number: 1, type: DIMENSION, many: true } } as const satisfies Schema;
const TENSOR_TYPE = {
  elementType: { number: 1, type: 'int' },
  shape: { number: 2, type: SHAPE },
} as const satisfies Schema;
const TYPE = { tensor: { number: 1, type: TENSOR_TYPE } } as const satisfies Schema;

const VALUE = {
  name: { number: 1, type: 'text' },
  type: { number: 2, type: TYPE },
  documentation: { number: 3, type: 'text' },
} as const satisfies Schema;

const GRAPH = {
  nodes: { number: 1, type: NODE, many: true },
  name: { number: 2, type: 'text' },
  initializers: { number: 5, type: TENSOR, many: true },
  inputs: { number: 11, type: VALUE, many: true },
  outputs: { number: 12, type: VALUE, many: true },
} as const satisfies Schema;

const OPERATOR_SET = {
  domain: { number: 1, type: 'text' },
  version: { number: 2, type: 'int' },
} as const satisfies Schema;

export const MODEL = {
  irVersion: { number: 1, type: 'int' },
  producerName: { number: 2, type: 'text' },
  producerVersion: { number: 3, type: 'text' },
  graph: { number: 7, type: GRAPH },
  operatorSets: { number: 8, type: OPERATOR_SET, many: true },
  metadata: { number: 14, type: ENTRY, many: true },
} as const satisfies Schema;

export type OnnxModel = Message<typeof MODEL>;

export type OnnxGraph = Message<typeof GRAPH>;
export type OnnxNode = Message<typeof NODE>;
export type OnnxTensor = Message<typeof TENSOR>;

export type NodeDraft = Draft<typeof NODE>;
export type AttributeDraft = Draft<typeof ATTRIBUTE>;
export type TensorDraft = Draft<typeof TENSOR>;
export type ValueDraft = Draft<typeof VALUE>;

/** Numbers of element types in files. */
export const ELEMENT = { f32: 1, i32: 6, i64: 7, bool: 9, f16: 10, f64: 11, bf16: 16 } as const;

/** Numbers of the kinds of attributes in files. */
export const ATTRIBUTE_TYPE = { float: 1, int: 2, text: 3, tensor: 4, floats: 6, ints: 7 } as const;
